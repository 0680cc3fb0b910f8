using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Tests.Schemas;

public class ExactNumberTests
{
    /// <summary>Numbers as JSON may write them: with trailing zeros, fractions and exponents, short and long.</summary>
    static readonly Gen<string> Numbers = Gen.Select(
        Gen.Bool, Gen.OneOf(Gen.Int[0, 120].Select(i => i.ToString(CultureInfo.InvariantCulture)), Gen.Char['0', '9'].Array[1, 30].Select(c => new string(c).TrimStart('0') is { Length: > 0 } t ? t : "0")),
        Gen.Char['0', '9'].Array[0, 25], Gen.Int[-30, 30], Gen.Int[0, 3],
        (negative, whole, fraction, exponent, form) => (negative ? "-" : "") + whole + (fraction.Length > 0 && form > 0 ? "." + new string(fraction) : "") + (form > 1 ? $"e{exponent}" : ""));

    static ExactNumber Parse(string text) => ExactNumber.Parse(Encoding.ASCII.GetBytes(text));

    /// <summary>The slow, obvious reference: an integer, scaled by 10 to the 100th.</summary>
    static BigInteger Scaled(string text)
    {
        var e = text.IndexOf('e', StringComparison.Ordinal);
        var exponent = 100 + (e < 0 ? 0 : int.Parse(text[(e + 1)..], CultureInfo.InvariantCulture));
        var digits = e < 0 ? text : text[..e];
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        exponent -= point < 0 ? 0 : digits.Length - point - 1;
        return BigInteger.Parse(digits.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * BigInteger.Pow(10, exponent);
    }

    [Test]
    public void OrderAndEqualityAreThoseOfTheValues() => Gen.Select(Numbers, Numbers).Sample(
        (a, b) => Math.Sign(Parse(a).CompareTo(Parse(b))) == Scaled(a).CompareTo(Scaled(b)) && Parse(a).Equals(Parse(b)) == (Scaled(a) == Scaled(b)), iter: 20_000);

    [Test]
    public void MultiplesAreExact() => Gen.Select(Numbers, Numbers.Where(n => Scaled(n) != 0)).Sample(
        (a, b) => Parse(a).IsMultipleOf(Parse(b)) == (Scaled(a) % Scaled(b) == 0), iter: 20_000);

    [Test]
    public void ProductsAreMultiplesOfTheirFactors() => Gen.Select(Gen.Long[-999_999_999, 999_999_999], Gen.Int[1, 9_999], Gen.Int[-9, 9]).Sample(
        (n, step, exponent) => Parse($"{n * step}e{exponent}").IsMultipleOf(Parse($"{step}e{exponent}")));

    [TestCase("1e999999999999", "1e999999999998", 1)]
    [TestCase("-1e-999999999999", "0", -1)]
    [TestCase("0e5", "-0", 0)]
    public void HugeExponentsCostNothing(string left, string right, int order) => Assert.That(Math.Sign(Parse(left).CompareTo(Parse(right))), Is.EqualTo(order));

    [Test]
    public void AHugeNumberIsAMultipleOfASmallOne() => Assert.That(Parse("1e308").IsMultipleOf(Parse("0.5")), Is.True);
}
