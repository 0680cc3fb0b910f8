using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using Exchange.Engine.Mapping.Expressions;
using Exchange.Engine.Records;

namespace Exchange.Engine.Tests.Mapping;

public class ExactDecimalTests
{
    /// <summary>A number as digits and scale, of up to 38 digits, often with few.</summary>
    static readonly Gen<(BigInteger Digits, int Scale)> Numbers = Gen.Select(Gen.Int[1, 38], Gen.Int[0, 38], Gen.Bool, Gen.Int[0, 9].Array[38])
        .Select((length, scale, negative, digits) =>
        {
            var number = BigInteger.Parse(string.Concat(digits.Take(length)), CultureInfo.InvariantCulture);
            return (negative ? -number : number, Math.Min(scale, length));
        });

    delegate bool Operation(ExactDecimal a, ExactDecimal b, out ExactDecimal result);

    [Test]
    public void Sums_differences_and_products_are_exact_or_refused() => Gen.Select(Numbers, Numbers).Sample((a, b) =>
    {
        var scale = Math.Max(a.Scale, b.Scale);
        var (x, y) = (a.Digits * BigInteger.Pow(10, scale - a.Scale), b.Digits * BigInteger.Pow(10, scale - b.Scale));
        Check(ExactDecimal.TryAdd, a, b, x + y, scale);
        Check(ExactDecimal.TrySubtract, a, b, x - y, scale);
        Check(ExactDecimal.TryMultiply, a, b, a.Digits * b.Digits, a.Scale + b.Scale);
        if (!y.IsZero)
            Check(ExactDecimal.TryRemainder, a, b, BigInteger.Remainder(x, y), scale);
    });

    [Test]
    public void Quotients_are_rounded_half_away_from_zero() => Gen.Select(Numbers, Numbers.Where(n => !n.Digits.IsZero), Gen.Int[0, 18]).Sample((a, b, places) =>
    {
        // a/b to so many places: the nearest whole number to a×10^(places + scale of b) / (b×10^scale of a).
        var (dividend, divisor) = (a.Digits * BigInteger.Pow(10, places + b.Scale), b.Digits * BigInteger.Pow(10, a.Scale));
        var doubled = (BigInteger.Abs(dividend) * 2 / BigInteger.Abs(divisor)) + 1;
        var rounded = doubled / 2 * (dividend.Sign * divisor.Sign);
        Check((ExactDecimal x, ExactDecimal y, out ExactDecimal quotient) => ExactDecimal.TryDivide(x, y, places, out quotient), a, b, rounded, places);
    });

    [Test]
    public void It_agrees_with_decimal_where_that_is_exact() => Gen.Select(Gen.Int, Gen.Int, Gen.Int[0, 8], Gen.Int[0, 8]).Sample((a, b, i, j) =>
    {
        var (x, y) = (a / Power(i), b / Power(j));
        ExactDecimal.TryMultiply(Read(x), Read(y), out var product);
        ExactDecimal.TryAdd(Read(x), Read(y), out var sum);
        Assert.That(Text(product), Is.EqualTo((x * y).ToString("0.##############################", CultureInfo.InvariantCulture)));
        Assert.That(Text(sum), Is.EqualTo((x + y).ToString("0.##############################", CultureInfo.InvariantCulture)));
        Assert.That(Text(Read(x).Floor()), Is.EqualTo(decimal.Floor(x).ToString("0", CultureInfo.InvariantCulture)));
        Assert.That(Text(Read(x).Ceiling()).TrimStart('-'), Is.EqualTo(decimal.Ceiling(x).ToString("0", CultureInfo.InvariantCulture).TrimStart('-')));
        Assert.That(Math.Sign(Comparison.CompareNumbers(Encoding.UTF8.GetBytes(Text(Read(x))), Encoding.UTF8.GetBytes(Text(Read(y))))), Is.EqualTo(x.CompareTo(y)));
    });

    [Test]
    public void More_than_38_digits_are_refused()
    {
        Assert.That(ExactDecimal.TryRead(Encoding.UTF8.GetBytes(new string('9', 38)), out var largest), Is.True);
        Assert.That(ExactDecimal.TryRead(Encoding.UTF8.GetBytes(new string('9', 39)), out _), Is.False);
        Assert.That(ExactDecimal.TryAdd(largest, ExactDecimal.Of(1), out _), Is.False);
        Assert.That(ExactDecimal.TryMultiply(largest, largest, out _), Is.False);
    }

    static void Check(Operation operation, (BigInteger Digits, int Scale) a, (BigInteger Digits, int Scale) b, BigInteger digits, int scale)
    {
        var given = operation(Read(a), Read(b), out var result);
        while (scale > 0 && BigInteger.Remainder(digits, 10).IsZero)
            (digits, scale) = (digits / 10, scale - 1);
        Assert.That(given, Is.EqualTo(scale <= 38 && BigInteger.Abs(digits) < BigInteger.Pow(10, 38)));
        if (given)
            Assert.That(Text(result), Is.EqualTo(Plain(digits, scale)));
    }

    static ExactDecimal Read((BigInteger Digits, int Scale) number) => Read(Plain(number.Digits, number.Scale));

    static ExactDecimal Read(decimal number) => Read(number.ToString("0.##############################", CultureInfo.InvariantCulture));

    static ExactDecimal Read(string text)
    {
        Assert.That(ExactDecimal.TryRead(Encoding.UTF8.GetBytes(text), out var number), Is.True, text);
        return number;
    }

    static string Text(ExactDecimal number)
    {
        var output = new JsonBuffer();
        number.Write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    static string Plain(BigInteger digits, int scale)
    {
        var text = BigInteger.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        if (scale > 0)
            text = $"{text[..^scale]}.{text[^scale..]}".TrimEnd('0').TrimEnd('.');
        return digits.Sign < 0 ? "-" + text : text;
    }

    static decimal Power(int exponent) => (decimal)BigInteger.Pow(10, exponent);
}
