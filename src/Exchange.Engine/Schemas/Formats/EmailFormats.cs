namespace Exchange.Engine.Schemas.Formats;

/// <summary>Mailboxes: RFC 5321 section 4.1.2, and RFC 6531 section 3.3 beyond ASCII.</summary>
static class EmailFormats
{
    public static bool IsEmail(ReadOnlySpan<byte> text) => IsMailbox(text, international: false);

    public static bool IsIdnEmail(ReadOnlySpan<byte> text) => IsMailbox(text, international: true);

    static bool IsMailbox(ReadOnlySpan<byte> text, bool international)
    {
        var at = text.LastIndexOf((byte)'@');
        if (at < 1)
            return false;
        var local = text[..at];
        var domain = text[(at + 1)..];
        return (local[0] == '"' ? IsQuoted(local, international) : IsDotted(local, international)) && IsDomain(domain, international);
    }

    static bool IsDotted(ReadOnlySpan<byte> local, bool international)
    {
        var afterDot = true;
        foreach (var value in local)
        {
            if (value == '.' ? afterDot : !IsAtom(value, international))
                return false;
            afterDot = value == '.';
        }
        return !afterDot;
    }

    static bool IsAtom(byte value, bool international) =>
        value >= 0x80 ? international : char.IsAsciiLetterOrDigit((char)value) || "!#$%&'*+-/=?^_`{|}~"u8.Contains(value);

    static bool IsQuoted(ReadOnlySpan<byte> local, bool international)
    {
        if (local.Length < 2 || local[^1] != '"')
            return false;
        for (var i = 1; i < local.Length - 1; i++)
        {
            if (local[i] == '\\' && ++i == local.Length - 1)
                return false;
            else if (local[i - 1] != '\\' && local[i] == '"')
                return false;
            if (local[i] < ' ' || local[i] == 0x7F || (local[i] >= 0x80 && !international))
                return false;
        }
        return true;
    }

    static bool IsDomain(ReadOnlySpan<byte> domain, bool international)
    {
        if (!domain.StartsWith("["u8))
            return international ? HostFormats.IsIdnHostname(domain) : HostFormats.IsHostname(domain);
        if (!domain.EndsWith("]"u8))
            return false;
        var address = domain[1..^1];
        return address.StartsWith("IPv6:"u8) ? AddressFormats.IsIpv6(address[5..]) : AddressFormats.IsIpv4(address);
    }
}
