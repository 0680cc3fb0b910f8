namespace Exchange.Engine.Schemas.Formats;

/// <summary>URI templates (RFC 6570 section 2, with erratum 6937: an apostrophe is a literal).</summary>
static class UriTemplateFormat
{
    public static bool IsUriTemplate(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '{')
            {
                var end = text[i..].IndexOf((byte)'}');
                if (end < 0 || !IsExpression(text.Slice(i + 1, end - 1)))
                    return false;
                i += end;
            }
            else if (text[i] == '%' ? !IsPercentEncoded(text[i..]) : text[i] <= ' ' || "\"<>\\^`|}"u8.Contains(text[i]) || text[i] == 0x7F)
                return false;
        }
        return true;
    }

    static bool IsPercentEncoded(ReadOnlySpan<byte> text) =>
        text.Length >= 3 && char.IsAsciiHexDigit((char)text[1]) && char.IsAsciiHexDigit((char)text[2]);

    static bool IsExpression(ReadOnlySpan<byte> text)
    {
        if (!text.IsEmpty && "+#./;?&=,!@|"u8.Contains(text[0]))
            text = text[1..];
        while (true)
        {
            var comma = text.IndexOf((byte)',');
            if (!IsVariable(comma < 0 ? text : text[..comma]))
                return false;
            if (comma < 0)
                return true;
            text = text[(comma + 1)..];
        }
    }

    static bool IsVariable(ReadOnlySpan<byte> text)
    {
        var colon = text.IndexOf((byte)':');
        if (colon >= 0)
        {
            var length = text[(colon + 1)..];
            if (length.Length is 0 or > 4 || length[0] == '0' || length.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                return false;
            text = text[..colon];
        }
        else if (text.EndsWith("*"u8))
            text = text[..^1];
        return !text.IsEmpty && IsName(text);
    }

    static bool IsName(ReadOnlySpan<byte> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '%')
            {
                if (!IsPercentEncoded(text[i..]))
                    return false;
                i += 2;
            }
            else if (text[i] == '.' ? i == 0 || i == text.Length - 1 || text[i - 1] == '.' : text[i] != '_' && !char.IsAsciiLetterOrDigit((char)text[i]))
                return false;
        }
        return true;
    }
}
