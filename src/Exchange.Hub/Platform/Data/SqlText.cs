using System.Runtime.CompilerServices;
using System.Text;

namespace Exchange.Hub.Platform;

/// <summary>
/// A statement, written as an interpolated string. Its holes take an <see cref="Identifier"/>, a <see cref="Literal"/>
/// or another statement's text, and nothing else: putting a string into SQL does not compile. Values are parameters:
/// <c>$1</c>, <c>$2</c>. Write <c>$$"""…"""</c> where the SQL itself needs braces.
/// </summary>
[InterpolatedStringHandler]
public sealed class SqlText
{
    readonly StringBuilder? builder;
    string text = "";

    /// <summary>Called by the compiler.</summary>
    public SqlText(int literalLength, int formattedCount)
    {
        if (formattedCount > 0)
            builder = new StringBuilder(literalLength + (formattedCount * 32));
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendLiteral(string value)
    {
        if (builder is null)
            text += value;
        else
            builder.Append(value);
    }

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(Identifier value) => builder!.Append(value.ToString());

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(Literal value) => builder!.Append(value.ToString());

    /// <summary>Called by the compiler.</summary>
    public void AppendFormatted(SqlText value) => builder!.Append(value);

    /// <summary>The statement.</summary>
    public override string ToString() => builder?.ToString() ?? text;
}
