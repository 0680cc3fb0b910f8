using System.Numerics;
using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping.Expressions;

/// <summary>
/// A decimal number of at most <see cref="DigitLimit"/> significant digits and as many decimals. Sums, differences and
/// products are exact or not given at all; only division and rounding round, half away from zero, to the places asked for.
/// </summary>
internal readonly struct ExactDecimal
{
    public const int DigitLimit = 38;

    const int SafeBits = 126;

    static readonly Int128[] Powers = [.. Enumerable.Range(0, DigitLimit + 1).Select(i => (Int128)BigInteger.Pow(10, i))];

    readonly Int128 unscaled;
    readonly int scale;

    ExactDecimal(Int128 unscaled, int scale)
    {
        this.unscaled = unscaled;
        this.scale = scale;
    }

    public static ExactDecimal Zero => default;

    public bool IsZero => unscaled == 0;

    public static ExactDecimal Of(long value) => new(value, 0);

    /// <summary>Reads canonical number text; false when it has more digits than fit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> text, out ExactDecimal number)
    {
        number = default;
        var negative = text is [(byte)'-', ..];
        if (negative)
            text = text[1..];
        Int128 unscaled = 0;
        var digits = 0;
        var decimals = -1;
        foreach (var c in text)
        {
            if (c == '.')
            {
                decimals = 0;
                continue;
            }
            if ((digits > 0 || c != '0') && ++digits > DigitLimit)
                return false;
            unscaled = (unscaled * 10) + (c - '0');
            if (decimals >= 0 && ++decimals > DigitLimit)
                return false;
        }
        number = new ExactDecimal(negative ? -unscaled : unscaled, Math.Max(0, decimals));
        return true;
    }

    /// <summary>Appends the canonical text.</summary>
    public void Write(JsonBuffer output)
    {
        Span<byte> digits = stackalloc byte[DigitLimit + 1];
        Int128.Abs(unscaled).TryFormat(digits, out var written, default, null);
        Span<byte> plain = stackalloc byte[(2 * DigitLimit) + 4];
        var length = 0;
        if (unscaled < 0)
            plain[length++] = (byte)'-';
        var zeros = Math.Max(0, scale + 1 - written);
        plain.Slice(length, zeros).Fill((byte)'0');
        digits[..written].CopyTo(plain[(length + zeros)..]);
        length += zeros + written;
        if (scale > 0)
        {
            plain[(length - scale)..length].CopyTo(plain[(length - scale + 1)..]);
            plain[length++ - scale] = (byte)'.';
        }
        CanonicalNumber.TryWrite(plain[..length], output);
    }

    public static bool TryAdd(ExactDecimal a, ExactDecimal b, out ExactDecimal sum)
    {
        var scale = Math.Max(a.scale, b.scale);
        if (Bits(a.unscaled) + BitsOfPower(scale - a.scale) < SafeBits && Bits(b.unscaled) + BitsOfPower(scale - b.scale) < SafeBits)
            return TryMake((a.unscaled * Powers[scale - a.scale]) + (b.unscaled * Powers[scale - b.scale]), scale, out sum);
        return TryMake((Scaled(a) * BigInteger.Pow(10, scale - a.scale)) + (Scaled(b) * BigInteger.Pow(10, scale - b.scale)), scale, out sum);
    }

    public static bool TrySubtract(ExactDecimal a, ExactDecimal b, out ExactDecimal difference) =>
        TryAdd(a, new ExactDecimal(-b.unscaled, b.scale), out difference);

    public static bool TryMultiply(ExactDecimal a, ExactDecimal b, out ExactDecimal product) =>
        Bits(a.unscaled) + Bits(b.unscaled) < SafeBits
            ? TryMake(a.unscaled * b.unscaled, a.scale + b.scale, out product)
            : TryMake(Scaled(a) * Scaled(b), a.scale + b.scale, out product);

    /// <summary>Divides by what is not zero, to so many decimals, half away from zero.</summary>
    public static bool TryDivide(ExactDecimal a, ExactDecimal b, int places, out ExactDecimal quotient)
    {
        var shift = places + b.scale - a.scale;
        var dividend = Scaled(a) * BigInteger.Pow(10, Math.Max(0, shift));
        var divisor = Scaled(b) * BigInteger.Pow(10, Math.Max(0, -shift));
        return TryMake(DivideRounding(dividend, divisor), places, out quotient);
    }

    /// <summary>Rounds to so many decimals, half away from zero.</summary>
    public static bool TryRound(ExactDecimal number, int places, out ExactDecimal rounded) => TryDivide(number, Of(1), places, out rounded);

    /// <summary>What is left of <paramref name="a"/> after taking <paramref name="b"/> from it as often as it goes; signed as <paramref name="a"/>.</summary>
    public static bool TryRemainder(ExactDecimal a, ExactDecimal b, out ExactDecimal remainder)
    {
        var scale = Math.Max(a.scale, b.scale);
        return TryMake(BigInteger.Remainder(Scaled(a) * BigInteger.Pow(10, scale - a.scale), Scaled(b) * BigInteger.Pow(10, scale - b.scale)), scale, out remainder);
    }

    /// <summary>The whole number at or below.</summary>
    public ExactDecimal Floor()
    {
        var whole = unscaled / Powers[scale];
        return new ExactDecimal(unscaled < 0 && whole * Powers[scale] != unscaled ? whole - 1 : whole, 0);
    }

    /// <summary>The whole number at or above.</summary>
    public ExactDecimal Ceiling() => Negate(Negate(this).Floor());

    public static ExactDecimal Negate(ExactDecimal number) => new(-number.unscaled, number.scale);

    /// <summary>The number as an int when it is one.</summary>
    public bool TryToInt32(out int value)
    {
        var whole = unscaled / Powers[scale];
        var fits = whole * Powers[scale] == unscaled && whole >= int.MinValue && whole <= int.MaxValue;
        value = fits ? (int)whole : 0;
        return fits;
    }

    static BigInteger Scaled(ExactDecimal number) => number.unscaled;

    static BigInteger DivideRounding(BigInteger dividend, BigInteger divisor)
    {
        var quotient = BigInteger.DivRem(dividend, divisor, out var remainder);
        return BigInteger.Abs(remainder) * 2 >= BigInteger.Abs(divisor) ? quotient + (dividend.Sign * divisor.Sign) : quotient;
    }

    static bool TryMake(Int128 unscaled, int scale, out ExactDecimal number)
    {
        if (scale > DigitLimit || Int128.Abs(unscaled) >= Powers[DigitLimit])
            return TryMake((BigInteger)unscaled, scale, out number);
        number = new ExactDecimal(unscaled, scale);
        return true;
    }

    /// <summary>Drops trailing zeros and sees whether the rest fits.</summary>
    static bool TryMake(BigInteger unscaled, int scale, out ExactDecimal number)
    {
        while (scale > 0)
        {
            var tenth = BigInteger.DivRem(unscaled, 10, out var digit);
            if (!digit.IsZero)
                break;
            unscaled = tenth;
            scale--;
        }
        var fits = scale <= DigitLimit && BigInteger.Abs(unscaled) < (BigInteger)Powers[DigitLimit];
        number = fits ? new ExactDecimal((Int128)unscaled, scale) : default;
        return fits;
    }

    static int Bits(Int128 value) => 128 - (int)Int128.LeadingZeroCount(Int128.Abs(value));

    /// <summary>At least the bits of ten to this power.</summary>
    static int BitsOfPower(int power) => (power * 10 / 3) + 1;
}
