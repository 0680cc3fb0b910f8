using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Expressions;

/// <summary>An expression as it was written. Operators are calls of the function of their name.</summary>
/// <param name="Position">Where it begins in its text, from 0.</param>
internal abstract record Expression(int Position);

/// <summary>A text, number, boolean or null.</summary>
internal sealed record Literal(int Position, ValueKind Kind, string Text) : Expression(Position);

/// <summary>A column of the source.</summary>
internal sealed record ColumnReference(int Position, string Name) : Expression(Position);

/// <summary>A function or operator with its arguments.</summary>
internal sealed record Call(int Position, string Name, IReadOnlyList<Expression> Arguments) : Expression(Position);

/// <summary>An expression that cannot be read or compiled, with what to do about it.</summary>
internal sealed class ExpressionException(string text, int position, string message, string fix) : Exception(message)
{
    public string Fix { get; } = fix;

    /// <summary>The message, and where in the text.</summary>
    public string Explanation => $"{Message} At character {position + 1} of \u201c{text}\u201d.";
}
