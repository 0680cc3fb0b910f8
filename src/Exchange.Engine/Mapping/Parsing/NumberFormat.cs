using System.Globalization;
using System.Text;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping.Parsing;

/// <summary>How numbers are written in a source: separators, and decimals that are implied rather than written.</summary>
internal sealed class NumberFormat(string decimalSeparator, string groupSeparator, int impliedDecimals)
{
    /// <summary>Implied decimals at most.</summary>
    public const int ImpliedDecimalLimit = 38;

    readonly byte[] point = Encoding.UTF8.GetBytes(decimalSeparator);

    readonly byte[][] groups = groupSeparator.Length > 0 && string.IsNullOrWhiteSpace(groupSeparator)
        ? [.. Spaces.Select(Encoding.UTF8.GetBytes)]
        : [.. new[] { groupSeparator }.Where(separator => separator.Length > 0).Select(Encoding.UTF8.GetBytes)];

    readonly bool plain = decimalSeparator == "." && groupSeparator.Length == 0 && impliedDecimals == 0;

    /// <summary>Where a culture groups by a space, sources write any of these.</summary>
    static readonly string[] Spaces = [" ", "\u00A0", "\u202F", "\u2009"];

    public int ImpliedDecimals => impliedDecimals;

    /// <summary>How a number should look, for messages.</summary>
    public string Description => impliedDecimals > 0 ? $" with {impliedDecimals} implied decimals" : plain ? "" : $" with '{decimalSeparator}' before the decimals";

    public static NumberFormat Of(CultureInfo culture, int impliedDecimals) =>
        new(culture.NumberFormat.NumberDecimalSeparator, culture.NumberFormat.NumberGroupSeparator, impliedDecimals);

    /// <summary>
    /// Appends the canonical number that the text stands for: an optional sign in front (or a minus behind, as COBOL and
    /// SAP write it), digits in one piece or grouped by threes, decimals. No exponents: they have lost digits already.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="output">Gets the number, from <paramref name="start"/> on.</param>
    /// <param name="start">Start of the number.</param>
    public bool TryRead(ReadOnlySpan<byte> text, JsonBuffer output, out int start)
    {
        text = Whitespace.Trim(text);
        start = output.Length;
        if (plain && text is [(>= (byte)'0' and <= (byte)'9') or (byte)'-', ..] && text.IndexOfAny((byte)'e', (byte)'E') < 0 && CanonicalNumber.TryWrite(text, output))
            return true;
        var negative = text is [(byte)'-', ..] or [.., (byte)'-'];
        text = text switch
        {
            [(byte)'-' or (byte)'+', .. var rest] => rest,
            [.. var rest, (byte)'-'] => rest,
            _ => text,
        };
        var pointAt = text.IndexOf(point);
        var fraction = pointAt < 0 ? default : text[(pointAt + point.Length)..];
        if (pointAt >= 0 && (impliedDecimals > 0 || fraction.IsEmpty || fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9')))
            return false;
        if (!TryReadWhole(pointAt < 0 ? text : text[..pointAt], output))
            return false;
        var digits = output.WrittenSpan[start..];
        start = output.Length;
        WritePlain(negative, digits, fraction, output);
        var written = output.WrittenSpan[start..];
        start = output.Length;
        return CanonicalNumber.TryWrite(written, output);
    }

    void WritePlain(bool negative, ReadOnlySpan<byte> digits, ReadOnlySpan<byte> fraction, JsonBuffer output)
    {
        if (negative)
            output.Write((byte)'-');
        var whole = Math.Max(0, digits.Length - impliedDecimals);
        output.Write(whole == 0 ? "0"u8 : digits[..whole]);
        if (impliedDecimals == 0 && fraction.IsEmpty)
            return;
        output.Write((byte)'.');
        for (var missing = impliedDecimals - digits.Length; missing > 0; missing--)
            output.Write((byte)'0');
        output.Write(digits[whole..]);
        output.Write(fraction);
    }

    /// <summary>Grouped digits must be grouped by threes: in de-DE <c>1.5</c> is an error and not fifteen.</summary>
    bool TryReadWhole(ReadOnlySpan<byte> text, JsonBuffer output)
    {
        var inGroup = 0;
        var grouped = false;
        while (!text.IsEmpty)
        {
            if (text[0] is >= (byte)'0' and <= (byte)'9')
            {
                output.Write(text[0]);
                inGroup++;
                text = text[1..];
                continue;
            }
            var separator = GroupSeparatorAt(text);
            if (separator == 0 || (grouped ? inGroup != 3 : inGroup is 0 or > 3))
                return false;
            grouped = true;
            inGroup = 0;
            text = text[separator..];
        }
        return grouped ? inGroup == 3 : inGroup > 0;
    }

    int GroupSeparatorAt(ReadOnlySpan<byte> text)
    {
        foreach (var group in groups)
        {
            if (text.StartsWith(group))
                return group.Length;
        }
        return 0;
    }
}
