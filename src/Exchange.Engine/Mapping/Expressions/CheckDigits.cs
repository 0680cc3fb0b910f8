using Exchange.Engine.Mapping.Terms;

namespace Exchange.Engine.Mapping.Expressions;

/// <summary>Whether identifiers carry the right check digit. All take any bytes and give false for what is malformed.</summary>
internal static class CheckDigits
{
    /// <summary>Luhn's algorithm (ISO/IEC 7812-1 annex B), over at least two digits.</summary>
    public static bool Luhn(ReadOnlySpan<byte> digits)
    {
        if (digits.Length < 2 || !AreDigits(digits))
            return false;
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            sum += i % 2 == 0 ? digit : digit > 4 ? (digit * 2) - 9 : digit * 2;
        }
        return sum % 10 == 0;
    }

    /// <summary>ISO/IEC 7064 MOD 11-2: digits, then a digit or X (ORCID, ISNI, GB 11643).</summary>
    public static bool Mod11Radix2(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2 || !AreDigits(text[..^1]))
            return false;
        var check = 0;
        foreach (var digit in text[..^1])
            check = (check + digit - '0') * 2 % 11;
        var expected = (12 - check) % 11;
        return expected == 10 ? text[^1] is (byte)'X' or (byte)'x' : text[^1] - '0' == expected;
    }

    /// <summary>GB 11643-1999 citizen identification number: 18 characters with a birth date that exists and a MOD 11-2 check.</summary>
    public static bool ResidentId(ReadOnlySpan<byte> text)
    {
        if (text.Length != 18 || text[0] == '0' || !Mod11Radix2(text))
            return false;
        var year = (Iso8601.TwoDigits(text[6..]) * 100) + Iso8601.TwoDigits(text[8..]);
        return year >= 1800 && Iso8601.IsDate(year, Iso8601.TwoDigits(text[10..]), Iso8601.TwoDigits(text[12..]));
    }

    /// <summary>GB 32100-2015 unified social credit code: 18 characters without I, O, S, V, Z; weights are powers of 3 modulo 31.</summary>
    public static bool CreditCode(ReadOnlySpan<byte> text)
    {
        if (text.Length != 18 || !AreDigits(text[2..8]))
            return false;
        var alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"u8;
        var sum = 0;
        var weight = 1;
        for (var i = 0; i < 17; i++, weight = weight * 3 % 31)
        {
            var digit = alphabet.IndexOf(text[i]);
            if (digit < 0)
                return false;
            sum += digit * weight;
        }
        return alphabet.IndexOf(text[17]) == (31 - (sum % 31)) % 31;
    }

    /// <summary>ISO/IEC 7064 MOD 97-10: digits and letters, the last two being check digits. Letters count A = 10 to Z = 35.</summary>
    public static bool Mod97(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || !AreDigits(text[^2..]))
            return false;
        return Remainder97(text) == 1;
    }

    /// <summary>ISO 13616 international bank account number: MOD 97-10 with the first four characters moved to the end.</summary>
    public static bool Iban(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 15 or > 34 || !AreDigits(text[2..4]) || AreDigits(text[..1]) || AreDigits(text[1..2]))
            return false;
        Span<byte> moved = stackalloc byte[text.Length];
        text[4..].CopyTo(moved);
        text[..4].CopyTo(moved[^4..]);
        return Remainder97(moved) == 1;
    }

    /// <summary>GTIN-8, 12, 13 (EAN) or 14: weights 3 and 1 from the right.</summary>
    public static bool Ean(ReadOnlySpan<byte> text)
    {
        if (text.Length is not (8 or 12 or 13 or 14) || !AreDigits(text))
            return false;
        var sum = 0;
        for (var i = 0; i < text.Length; i++)
            sum += (text[^(i + 1)] - '0') * (i % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }

    /// <summary>The remainder, or -1 where a character is no digit and no capital letter.</summary>
    static int Remainder97(ReadOnlySpan<byte> text)
    {
        var remainder = 0;
        foreach (var c in text)
        {
            if (c is >= (byte)'0' and <= (byte)'9')
                remainder = ((remainder * 10) + c - '0') % 97;
            else if (c is >= (byte)'A' and <= (byte)'Z')
                remainder = ((remainder * 100) + c - 'A' + 10) % 97;
            else
                return -1;
        }
        return remainder;
    }

    static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
