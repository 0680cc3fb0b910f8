namespace Exchange.Engine.Schemas.Patterns;

/// <summary>One part of a parsed ECMA-262 pattern.</summary>
abstract record PatternNode;

/// <summary>One character out of a set.</summary>
sealed record CharacterNode(CodePointSet Set) : PatternNode;

/// <summary>Parts one behind the other.</summary>
sealed record SequenceNode(IReadOnlyList<PatternNode> Parts) : PatternNode;

/// <summary>Either of several.</summary>
sealed record AlternativesNode(IReadOnlyList<PatternNode> Options) : PatternNode;

/// <summary>A part repeated; without <paramref name="Max"/> any number of times.</summary>
sealed record RepeatNode(PatternNode Part, int Min, int? Max) : PatternNode;

/// <summary><c>^</c></summary>
sealed record StartNode : PatternNode;

/// <summary><c>$</c></summary>
sealed record EndNode : PatternNode;

/// <summary><c>\b</c> and <c>\B</c></summary>
sealed record WordBoundaryNode(bool Negated) : PatternNode;

/// <summary>A capturing group; it captures only for a back reference's sake.</summary>
sealed record CaptureNode(PatternNode Part, int Number) : PatternNode;

/// <summary>Look-ahead and look-behind.</summary>
sealed record LookNode(PatternNode Part, bool Behind, bool Negated) : PatternNode;

/// <summary>A reference to what a group matched.</summary>
sealed record BackReferenceNode(int Group) : PatternNode;

/// <summary>A pattern cannot be used; the message says why and what to write instead.</summary>
sealed class PatternException(string message) : Exception(message);
