using System.Buffers.Text;

namespace Exchange.Engine.Records;

/// <summary>
/// The one text of a number: an exact decimal in plain notation without exponent, plus sign, needless zeros or -0.
/// This is Exchange's one deviation from RFC 8785, which would push every number through a double:
/// <c>12345678901234567890.10</c> stays exact and becomes <c>12345678901234567890.1</c>, <c>1e3</c> becomes <c>1000</c>.
/// </summary>
public static class CanonicalNumber
{
    /// <summary>Digits at most when an exponent is written out; <c>1e999999999</c> is not worth a gigabyte.</summary>
    public const int ExpandedDigitLimit = 1000;

    /// <summary>Appends the canonical text of <c>-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?</c>.</summary>
    /// <returns>False, with nothing written, when the text is no number or its exponent is out of bounds.</returns>
    public static bool TryWrite(ReadOnlySpan<byte> text, JsonBuffer output)
    {
        var negative = text is [(byte)'-', ..];
        var whole = negative ? text[1..] : text;
        var fraction = default(ReadOnlySpan<byte>);
        var exponent = 0;
        var end = whole.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end >= 0)
        {
            if (!TrySplit(whole, end, out whole, out fraction, out exponent))
                return false;
        }
        if (whole.IsEmpty)
            return false;
        if (exponent != 0)
            return TryWriteExpanded(negative, whole, fraction, exponent, output);
        WritePlain(negative, whole, fraction, output);
        return true;
    }

    /// <summary>True when canonical text stands for a whole number.</summary>
    public static bool IsInteger(ReadOnlySpan<byte> canonical) => !canonical.Contains((byte)'.');

    static bool TrySplit(ReadOnlySpan<byte> text, int wholeEnd, out ReadOnlySpan<byte> whole, out ReadOnlySpan<byte> fraction, out int exponent)
    {
        whole = text[..wholeEnd];
        fraction = default;
        exponent = 0;
        var rest = text[wholeEnd..];
        if (rest[0] == (byte)'.')
        {
            var end = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            fraction = end < 0 ? rest[1..] : rest.Slice(1, end);
            if (fraction.IsEmpty)
                return false;
            rest = end < 0 ? default : rest[(end + 1)..];
        }
        if (rest.IsEmpty)
            return true;
        if ((rest[0] | 0x20) != 'e')
            return false;
        rest = rest[1..];
        return Utf8Parser.TryParse(rest, out exponent, out var used) && used == rest.Length;
    }

    static void WritePlain(bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, JsonBuffer output)
    {
        if (whole[0] == (byte)'0')
            whole = whole.TrimStart((byte)'0');
        if (!fraction.IsEmpty)
            fraction = fraction.TrimEnd((byte)'0');
        if (negative && (!whole.IsEmpty || !fraction.IsEmpty))
            output.Write((byte)'-');
        if (whole.IsEmpty)
            output.Write((byte)'0');
        else
            output.Write(whole);
        if (fraction.IsEmpty)
            return;
        output.Write((byte)'.');
        output.Write(fraction);
    }

    static bool TryWriteExpanded(bool negative, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> fraction, int exponent, JsonBuffer output)
    {
        var digits = (byte[])[.. whole, .. fraction];
        var significant = digits.AsSpan().TrimStart((byte)'0');
        if (significant.IsEmpty)
        {
            output.Write((byte)'0');
            return true;
        }
        var point = (long)whole.Length + exponent;
        var left = Math.Max(0, -point);
        var right = Math.Max(0, point - digits.Length);
        if (digits.Length + left + right > Math.Max(ExpandedDigitLimit, digits.Length))
            return false;
        byte[] padded = [.. Enumerable.Repeat((byte)'0', (int)left + 1), .. digits, .. Enumerable.Repeat((byte)'0', (int)right)];
        var split = (int)(point + left) + 1;
        WritePlain(negative, padded.AsSpan(0, split), padded.AsSpan(split), output);
        return true;
    }
}
