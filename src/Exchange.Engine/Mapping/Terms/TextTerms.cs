using System.Text;
using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>A step that turns the text of its source into another text; null and faults pass through.</summary>
internal abstract class TextStep(Term source) : Term(Kinds.Text)
{
    public sealed override Value Evaluate(Row row)
    {
        var value = source.Evaluate(row);
        return value.IsPresent ? Apply(row, value.Utf8) : value;
    }

    protected abstract Value Apply(Row row, ReadOnlySpan<byte> text);
}

/// <summary>Trims text, and takes certain texts for no value; what is no text passes through.</summary>
internal sealed class CleanStep(Term source, Cleaning cleaning) : Term(source.Kinds)
{
    public override Value Evaluate(Row row)
    {
        var value = source.Evaluate(row);
        return value.Kind == ValueKind.Text ? cleaning.Apply(value.Utf8) : value;
    }
}

/// <summary>Replaces every match of a pattern. Strings are made only for texts that match.</summary>
internal sealed class ReplaceStep(Term source, Regex pattern, string replacement, Cleaning cleaning) : TextStep(source)
{
    protected override Value Apply(Row row, ReadOnlySpan<byte> text)
    {
        var characters = Encoding.UTF8.GetString(text);
        if (!pattern.IsMatch(characters))
            return Value.Text(text);
        var start = row.Scratch.Length;
        Encoding.UTF8.GetBytes(pattern.Replace(characters, replacement), row.Scratch);
        return cleaning.Apply(row.Scratch.WrittenSpan[start..]);
    }
}

/// <summary>Upper or lower case, the same in every culture.</summary>
internal sealed class CaseStep(Term source, bool upper) : TextStep(source)
{
    protected override Value Apply(Row row, ReadOnlySpan<byte> text) => CaseOf(row, text, upper);

    public static Value CaseOf(Row row, ReadOnlySpan<byte> text, bool upper)
    {
        var start = row.Scratch.Length;
        var space = row.Scratch.GetSpan(text.Length);
        if (Ascii.IsValid(text))
        {
            _ = upper ? Ascii.ToUpper(text, space, out var written) : Ascii.ToLower(text, space, out written);
            row.Scratch.Advance(written);
        }
        else
        {
            var characters = Encoding.UTF8.GetString(text);
            Encoding.UTF8.GetBytes(upper ? characters.ToUpperInvariant() : characters.ToLowerInvariant(), row.Scratch);
        }
        return row.Produced(ValueKind.Text, start);
    }
}

/// <summary>Fills text up to a number of characters; longer text stays as it is.</summary>
internal sealed class PadStep(Term source, int length, Rune with, bool left) : TextStep(source)
{
    /// <summary>Characters that text can be padded to.</summary>
    public const int LengthLimit = 1000;

    protected override Value Apply(Row row, ReadOnlySpan<byte> text) => Pad(row, text, length, with, left);

    public static Value Pad(Row row, ReadOnlySpan<byte> text, int length, Rune with, bool left)
    {
        var missing = length - Characters.Count(text);
        if (missing <= 0)
            return Value.Text(text);
        var start = row.Scratch.Length;
        if (!left)
            row.Scratch.Write(text);
        for (; missing > 0; missing--)
            row.Scratch.Advance(with.EncodeToUtf8(row.Scratch.GetSpan(4)));
        if (left)
            row.Scratch.Write(text);
        return row.Produced(ValueKind.Text, start);
    }
}

/// <summary>The n-th piece (from 1) of text split at a separator; null where there are fewer.</summary>
internal sealed class TakeStep(Term source, byte[] separator, int piece, Cleaning cleaning) : TextStep(source)
{
    protected override Value Apply(Row row, ReadOnlySpan<byte> text)
    {
        var left = piece;
        foreach (var range in text.Split(separator))
        {
            if (--left == 0)
                return cleaning.Apply(text[range]);
        }
        return Value.Null;
    }
}
