using System.Globalization;
using System.Numerics;
using System.Text;

namespace Exchange.Engine.Schemas.Instances;

/// <summary>
/// A JSON number as exact decimal of any size: mantissa × 10^exponent, the mantissa without trailing zeros, so that
/// equal numbers have equal parts. Numbers of up to 18 significant digits allocate nothing.
/// </summary>
readonly struct ExactNumber : IComparable<ExactNumber>, IEquatable<ExactNumber>
{
    const int SmallDigits = 18;
    static readonly long[] Powers = [.. Enumerable.Range(0, SmallDigits + 1).Select(i => (long)BigInteger.Pow(10, i))];

    readonly long small;
    readonly BigInteger? large;
    readonly long exponent;
    readonly int digits;

    ExactNumber(long small, BigInteger? large, long exponent, int digits)
    {
        this.small = small;
        this.large = large;
        this.exponent = digits == 0 ? 0 : exponent;
        this.digits = digits;
    }

    public bool IsInteger => exponent >= 0;

    int Sign => large?.Sign ?? Math.Sign(small);

    BigInteger Mantissa => large ?? small;

    /// <summary>Takes the text of a number token, which follows the grammar of JSON.</summary>
    public static ExactNumber Parse(ReadOnlySpan<byte> text) => TryParseInteger(text, out var integer) ? integer : ParseAny(text);

    /// <summary>What most numbers are: few digits and nothing else, the last not zero.</summary>
    static bool TryParseInteger(ReadOnlySpan<byte> text, out ExactNumber number)
    {
        long mantissa = 0;
        number = default;
        if (text.Length > SmallDigits || text[0] is not (>= (byte)'1' and <= (byte)'9') || text[^1] == '0')
            return false;
        foreach (var digit in text)
        {
            if ((uint)(digit - '0') > 9)
                return false;
            mantissa = (mantissa * 10) + (digit - '0');
        }
        number = new ExactNumber(mantissa, null, 0, text.Length);
        return true;
    }

    static ExactNumber ParseAny(ReadOnlySpan<byte> text)
    {
        long mantissa = 0, exponent = 0;
        int digits = 0, zeros = 0;
        bool fraction = false;
        var at = text[0] == '-' ? 1 : 0;
        for (; at < text.Length && (text[at] | 0x20) != 'e'; at++)
        {
            if (text[at] == '.')
            {
                fraction = true;
                continue;
            }
            exponent -= fraction ? 1 : 0;
            if (text[at] == '0')
            {
                zeros += digits > 0 ? 1 : 0;
                continue;
            }
            if (digits + zeros >= SmallDigits)
                return ParseLarge(text);
            mantissa = (mantissa * (zeros == 0 ? 10 : Powers[zeros + 1])) + (text[at] - '0');
            digits += zeros + 1;
            zeros = 0;
        }
        exponent += zeros + ParseExponent(text[at..]);
        return new ExactNumber(text[0] == '-' ? -mantissa : mantissa, null, exponent, digits);
    }

    static ExactNumber ParseLarge(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'e', (byte)'E');
        var plain = Encoding.ASCII.GetString(end < 0 ? text : text[..end]);
        var point = plain.IndexOf('.', StringComparison.Ordinal);
        long exponent = point < 0 ? 0 : point + 1 - plain.Length;
        var all = plain.Replace(".", "", StringComparison.Ordinal).TrimStart('-').TrimStart('0');
        var significant = all.TrimEnd('0');
        exponent += all.Length - significant.Length + (end < 0 ? 0 : ParseExponent(text[end..]));
        var mantissa = BigInteger.Parse(significant, CultureInfo.InvariantCulture);
        return new ExactNumber(0, text[0] == '-' ? -mantissa : mantissa, exponent, significant.Length);
    }

    /// <summary>An exponent beyond 15 digits is cut there: no number of a bounded length tells the difference.</summary>
    static long ParseExponent(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
            return 0;
        var negative = text[1] == '-';
        long value = 0;
        foreach (var digit in text[1..])
        {
            if (digit is (byte)'+' or (byte)'-')
                continue;
            value = Math.Min((value * 10) + digit - '0', 1_000_000_000_000_000);
        }
        return negative ? -value : value;
    }

    /// <summary>True when this is a whole multiple of the other, which is not zero.</summary>
    public bool IsMultipleOf(in ExactNumber other)
    {
        if (Sign == 0)
            return true;
        // A mantissa is no multiple of 10, so it cannot make up for a smaller exponent.
        if (exponent < other.exponent)
            return false;
        var shift = exponent - other.exponent;
        if (large is null && other.large is null && shift == 0)
            return small % other.small == 0;
        var modulus = BigInteger.Abs(other.Mantissa);
        return (Mantissa * BigInteger.ModPow(10, shift, modulus) % modulus).IsZero;
    }

    public int CompareTo(ExactNumber other)
    {
        if (Sign != other.Sign)
            return Sign.CompareTo(other.Sign);
        if (exponent == other.exponent)
            return large is null && other.large is null ? small.CompareTo(other.small) : Mantissa.CompareTo(other.Mantissa);
        var order = (digits + exponent).CompareTo(other.digits + other.exponent);
        if (order != 0)
            return order * Sign;
        // Of one order of magnitude: the exponents differ by no more than the digits do.
        var shift = exponent - other.exponent;
        if (large is null && other.large is null)
            return shift > 0 ? ((Int128)small * Powers[shift]).CompareTo(other.small) : ((Int128)small).CompareTo((Int128)other.small * Powers[-shift]);
        return shift > 0
            ? (Mantissa * BigInteger.Pow(10, (int)shift)).CompareTo(other.Mantissa)
            : Mantissa.CompareTo(other.Mantissa * BigInteger.Pow(10, (int)-shift));
    }

    public bool Equals(ExactNumber other) => exponent == other.exponent && small == other.small && large == other.large;

    public override bool Equals(object? obj) => obj is ExactNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(small, large, exponent);
}
