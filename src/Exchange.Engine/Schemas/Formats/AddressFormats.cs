namespace Exchange.Engine.Schemas.Formats;

/// <summary>IP addresses: RFC 2673 section 3.2 and RFC 4291 section 2.2.</summary>
static class AddressFormats
{
    public static bool IsIpv4(ReadOnlySpan<byte> text)
    {
        var parts = 0;
        while (true)
        {
            var dot = text.IndexOf((byte)'.');
            if (!IsOctet(dot < 0 ? text : text[..dot]))
                return false;
            parts++;
            if (dot < 0)
                return parts == 4;
            text = text[(dot + 1)..];
        }
    }

    static bool IsOctet(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 3 || (text.Length > 1 && text[0] == '0') || text.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return false;
        var value = 0;
        foreach (var digit in text)
            value = (value * 10) + digit - '0';
        return value <= 255;
    }

    public static bool IsIpv6(ReadOnlySpan<byte> text)
    {
        var gap = text.IndexOf("::"u8);
        if (gap < 0)
            return Groups(text, mayEndInIpv4: true) == 8;
        var head = text[..gap];
        var tail = text[(gap + 2)..];
        var before = head.IsEmpty ? 0 : Groups(head, mayEndInIpv4: false);
        var after = tail.IsEmpty ? 0 : Groups(tail, mayEndInIpv4: true);
        return before >= 0 && after >= 0 && before + after <= 7;
    }

    /// <summary>Number of 16-bit groups, or -1.</summary>
    static int Groups(ReadOnlySpan<byte> text, bool mayEndInIpv4)
    {
        var groups = 0;
        while (true)
        {
            var colon = text.IndexOf((byte)':');
            if (colon < 0 && mayEndInIpv4 && text.Contains((byte)'.'))
                return IsIpv4(text) ? groups + 2 : -1;
            var group = colon < 0 ? text : text[..colon];
            if (group.Length is 0 or > 4 || !IsHex(group))
                return -1;
            groups++;
            if (colon < 0)
                return groups;
            text = text[(colon + 1)..];
        }
    }

    static bool IsHex(ReadOnlySpan<byte> text)
    {
        foreach (var value in text)
        {
            if (!char.IsAsciiHexDigit((char)value))
                return false;
        }
        return true;
    }
}
