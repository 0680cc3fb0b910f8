using System.Text;

namespace Exchange.Engine.Schemas.Formats;

/// <summary>Host names: RFC 1123 section 2.1, and RFC 5890 to 5893 beyond ASCII.</summary>
static class HostFormats
{
    const int MaxLabel = 63;
    const int MaxName = 253;

    public static bool IsHostname(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > MaxName)
            return false;
        var encoded = false;
        for (var rest = text; ;)
        {
            var dot = rest.IndexOf((byte)'.');
            var label = dot < 0 ? rest : rest[..dot];
            if (!IsAsciiLabel(label, ref encoded))
                return false;
            if (dot < 0)
                return !encoded || IsIdnHostname(text);
            rest = rest[(dot + 1)..];
        }
    }

    static bool IsAsciiLabel(ReadOnlySpan<byte> label, ref bool encoded)
    {
        if (label.Length is 0 or > MaxLabel || label[0] == '-' || label[^1] == '-')
            return false;
        foreach (var value in label)
        {
            if (value != '-' && !char.IsAsciiLetterOrDigit((char)value))
                return false;
        }
        encoded |= HasReservedHyphens(label);
        return true;
    }

    static bool HasReservedHyphens(ReadOnlySpan<byte> label) => label.Length >= 4 && label[2] == '-' && label[3] == '-';

    public static bool IsIdnHostname(ReadOnlySpan<byte> text)
    {
        var labels = Encoding.UTF8.GetString(text).Split('.', '\u3002', '\uFF0E', '\uFF61');
        var decoded = new List<int[]>();
        var length = labels.Length - 1;
        foreach (var label in labels)
        {
            if (Decode(label, out var encodedLength) is not { } points || encodedLength > MaxLabel || !IdnaLabel.IsValid(points))
                return false;
            decoded.Add(points);
            length += encodedLength;
        }
        return length <= MaxName && BidiRule.Holds(decoded);
    }

    /// <summary>The code points of a label and its length on the wire; null when it is no label.</summary>
    static int[]? Decode(string label, out int encodedLength)
    {
        encodedLength = label.Length;
        int[] points = [.. label.EnumerateRunes().Select(r => r.Value)];
        if (points.Length == 0 || label[0] == '-' || label[^1] == '-')
            return null;
        var isEncoded = label.StartsWith("xn--", StringComparison.OrdinalIgnoreCase);
        if (isEncoded)
            points = Punycode.Decode(label[4..]) ?? [];
        // Hyphens in the third and fourth place are reserved for what xn-- is.
        if (points is [_, _, '-', '-', ..])
            return null;
        var beyondAscii = points.Any(p => p > 0x7F);
        if (!beyondAscii)
            return isEncoded ? null : points;
        var encoded = Punycode.Encode(points);
        encodedLength = 4 + encoded.Length;
        return !isEncoded || encoded.Equals(label[4..], StringComparison.OrdinalIgnoreCase) ? points : null;
    }
}
