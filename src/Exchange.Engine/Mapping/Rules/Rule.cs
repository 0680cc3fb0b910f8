using Exchange.Engine.Mapping.Expressions;

namespace Exchange.Engine.Mapping.Rules;

/// <summary>How a value comes about, as the mapping document says it.</summary>
/// <param name="Pointer">Where it stands in the document.</param>
internal abstract record Rule(string Pointer);

/// <summary>A column of the source.</summary>
internal sealed record ColumnRule(string Pointer, string Column) : Rule(Pointer);

/// <summary>Any JSON value, canonical.</summary>
internal sealed record ConstantRule(string Pointer, byte[] Json) : Rule(Pointer);

/// <summary>An expression.</summary>
internal sealed record ExpressionRule(string Pointer, ExpressionText Expression) : Rule(Pointer);

/// <summary>The first rule that has a value.</summary>
internal sealed record CoalesceRule(string Pointer, IReadOnlyList<Rule> Rules) : Rule(Pointer);

/// <summary>Literal texts and rules strung together.</summary>
internal sealed record TemplateRule(string Pointer, IReadOnlyList<Rule> Parts) : Rule(Pointer);

/// <summary>One of two rules; without <paramref name="Else"/>, no value.</summary>
internal sealed record ChoiceRule(string Pointer, ExpressionText When, Rule Then, Rule? Else) : Rule(Pointer);

/// <summary>An object.</summary>
internal sealed record ObjectRule(string Pointer, IReadOnlyList<FieldRule> Fields) : Rule(Pointer);

/// <summary>An array of one element per rule that has a value.</summary>
internal sealed record ArrayRule(string Pointer, IReadOnlyList<Rule> Items) : Rule(Pointer);

/// <summary>The row is rejected.</summary>
internal sealed record RejectRule(string Pointer, string Code, string Message) : Rule(Pointer);

/// <summary>What a rule gives, worked on step by step.</summary>
internal sealed record StepsRule(string Pointer, Rule From, Steps Steps) : Rule(Pointer);

/// <summary>A field of an object.</summary>
internal sealed record FieldRule(string Name, Rule Rule);

/// <summary>An expression with the text that it was read from.</summary>
internal sealed record ExpressionText(string Pointer, string Text, Expression Expression);

/// <summary>Rows that the mapping itself rejects.</summary>
internal sealed record RejectionRule(ExpressionText When, string Code, string Message);
