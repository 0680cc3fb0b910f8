using Exchange.Engine.Schemas.Formats;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Patterns;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary><c>minLength</c> and <c>maxLength</c>, in code points.</summary>
sealed class LengthKeyword(string name, string pointer, long bound, string message)
    : SimpleKeyword(name, pointer, KindSet.String, message)
{
    readonly bool isMax = name == "maxLength";

    protected override bool Holds(in JsonView json, int token)
    {
        var length = (long)json[token].Length;
        if (json[token].Wide)
            length -= ContinuationBytes(json.Text(token));
        return isMax ? length <= bound : length >= bound;
    }

    static int ContinuationBytes(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var value in text)
            count += (value & 0xC0) == 0x80 ? 1 : 0;
        return count;
    }
}

/// <summary><c>pattern</c></summary>
sealed class PatternKeyword(string pointer, PatternMatcher matcher, string message)
    : SimpleKeyword("pattern", pointer, KindSet.String, message)
{
    protected override bool Holds(in JsonView json, int token) => matcher.IsMatch(json.Text(token));
}

/// <summary><c>format</c>, asserted.</summary>
sealed class FormatKeyword(string pointer, StringFormat format) : SimpleKeyword("format", pointer, KindSet.String, format.Message)
{
    public override int Order => 1;

    protected override bool Holds(in JsonView json, int token) => format.IsMatch(json.Text(token));
}
