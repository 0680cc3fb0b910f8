using System.Text;

namespace Exchange.Engine.Schemas.Formats;

/// <summary>URIs (RFC 3986) and IRIs (RFC 3987), by their grammar.</summary>
static class UriFormats
{
    public static bool IsUri(ReadOnlySpan<byte> text) => IsAbsolute(text, international: false);

    public static bool IsIri(ReadOnlySpan<byte> text) => IsAbsolute(text, international: true);

    public static bool IsUriReference(ReadOnlySpan<byte> text) => IsReference(text, international: false);

    public static bool IsIriReference(ReadOnlySpan<byte> text) => IsReference(text, international: true);

    static bool IsAbsolute(ReadOnlySpan<byte> text, bool international)
    {
        var scheme = SchemeLength(text);
        return scheme > 0 && IsRest(text[(scheme + 1)..], international);
    }

    static bool IsReference(ReadOnlySpan<byte> text, bool international)
    {
        if (IsAbsolute(text, international))
            return true;
        // The first segment of a relative path holds no colon.
        var colon = text.IndexOf((byte)':');
        var separator = text.IndexOfAny("/?#"u8);
        return (colon < 0 || (separator >= 0 && separator < colon)) && IsRest(text, international);
    }

    static int SchemeLength(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        if (colon < 1 || !char.IsAsciiLetter((char)text[0]))
            return -1;
        foreach (var value in text[..colon])
        {
            if (!char.IsAsciiLetterOrDigit((char)value) && value is not ((byte)'+' or (byte)'-' or (byte)'.'))
                return -1;
        }
        return colon;
    }

    /// <summary>What follows the scheme: authority, path, query, fragment.</summary>
    static bool IsRest(ReadOnlySpan<byte> text, bool international)
    {
        var hash = text.IndexOf((byte)'#');
        if (hash >= 0 && !AreCharacters(text[(hash + 1)..], ":@/?"u8, international))
            return false;
        text = hash < 0 ? text : text[..hash];
        var question = text.IndexOf((byte)'?');
        if (question >= 0 && !AreCharacters(text[(question + 1)..], ":@/?"u8, international, isQuery: true))
            return false;
        text = question < 0 ? text : text[..question];
        if (text.StartsWith("//"u8))
        {
            var path = text[2..].IndexOf((byte)'/');
            if (!IsAuthority(path < 0 ? text[2..] : text.Slice(2, path), international))
                return false;
            text = path < 0 ? [] : text[(path + 2)..];
        }
        return AreCharacters(text, ":@/"u8, international);
    }

    static bool IsAuthority(ReadOnlySpan<byte> text, bool international)
    {
        var at = text.LastIndexOf((byte)'@');
        if (at >= 0 && !AreCharacters(text[..at], ":"u8, international))
            return false;
        text = text[(at + 1)..];
        var port = text.LastIndexOf((byte)':');
        if (text.StartsWith("["u8))
        {
            var end = text.IndexOf((byte)']');
            return end > 0 && IsAddress(text[1..end]) && (end == text.Length - 1 || (port == end + 1 && IsPort(text[(port + 1)..])));
        }
        return (port < 0 || IsPort(text[(port + 1)..])) && AreCharacters(port < 0 ? text : text[..port], [], international);
    }

    static bool IsPort(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    static bool IsAddress(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || (text[0] | 0x20) != 'v')
            return AddressFormats.IsIpv6(text);
        var dot = text.IndexOf((byte)'.');
        return dot > 1 && dot + 1 < text.Length && AreHex(text[1..dot]) && AreCharacters(text[(dot + 1)..], ":"u8, international: false);
    }

    static bool AreHex(ReadOnlySpan<byte> text)
    {
        foreach (var value in text)
        {
            if (!char.IsAsciiHexDigit((char)value))
                return false;
        }
        return true;
    }

    /// <summary>Unreserved characters, sub-delimiters, percent-encoded bytes, and those given.</summary>
    static bool AreCharacters(ReadOnlySpan<byte> text, ReadOnlySpan<byte> more, bool international, bool isQuery = false)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var value = text[i];
            if (value >= 0x80)
            {
                if (!international || Rune.DecodeFromUtf8(text[i..], out var rune, out var length) != System.Buffers.OperationStatus.Done || !IsInternational(rune.Value, isQuery))
                    return false;
                i += length - 1;
            }
            else if (value == '%')
            {
                if (i + 2 >= text.Length || !AreHex(text.Slice(i + 1, 2)))
                    return false;
                i += 2;
            }
            else if (!char.IsAsciiLetterOrDigit((char)value) && !"-._~!$&'()*+,;="u8.Contains(value) && !more.Contains(value))
                return false;
        }
        return true;
    }

    static bool IsInternational(int point, bool isQuery) => point switch
    {
        >= 0xA0 and <= 0xD7FF or (>= 0xF900 and <= 0xFDCF) or (>= 0xFDF0 and <= 0xFFEF) => true,
        >= 0x10000 and <= 0xEFFFD => (point & 0xFFFF) <= 0xFFFD && point is not (>= 0xE0000 and < 0xE1000),
        >= 0xE000 and <= 0xF8FF or >= 0xF0000 => isQuery,
        _ => false,
    };
}
