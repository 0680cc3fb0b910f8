using System.Globalization;
using System.Numerics;
using System.Text;
using CsCheck;
using Exchange.Engine.Records;

namespace Exchange.Engine.Tests.Records;

public class CanonicalNumberTests
{
    static string? Canonical(string text)
    {
        var output = new JsonBuffer();
        var written = CanonicalNumber.TryWrite(Encoding.UTF8.GetBytes(text), output);
        Assert.That(written || output.Length == 0, Is.True, "what is refused leaves nothing behind");
        return written ? Encoding.UTF8.GetString(output.WrittenSpan) : null;
    }

    [TestCase("0", "0")]
    [TestCase("-0", "0")]
    [TestCase("-0.000", "0")]
    [TestCase("007", "7")]
    [TestCase("1.500", "1.5")]
    [TestCase("100", "100")]
    [TestCase("-12.0", "-12")]
    [TestCase("1e3", "1000")]
    [TestCase("1.25E+1", "12.5")]
    [TestCase("-125e-4", "-0.0125")]
    [TestCase("0e-999", "0")]
    [TestCase("12345678901234567890.10", "12345678901234567890.1")]
    public void A_number_has_one_plain_text(string text, string canonical) => Assert.That(Canonical(text), Is.EqualTo(canonical));

    [TestCase("")]
    [TestCase("-")]
    [TestCase(".5")]
    [TestCase("5.")]
    [TestCase("+1")]
    [TestCase("1e")]
    [TestCase("1e++5")]
    [TestCase("1e5x")]
    [TestCase("1.2.3")]
    [TestCase("NaN")]
    [TestCase("1e999999999")]
    [TestCase("1e99999999999")]
    [TestCase("1e-2147483648")]
    public void What_is_no_number_or_too_long_written_out_is_refused(string text) => Assert.That(Canonical(text), Is.Null);

    [Test]
    public void It_agrees_with_big_integers() => Gen.Select(Gen.Int[-60, 60], Gen.Long, Gen.Int[0, 12]).Sample((exponent, mantissa, point) =>
    {
        var digits = BigInteger.Abs(mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(point + 1, '0');
        var text = $"{(mantissa < 0 ? "-" : "")}{digits[..^point]}{(point > 0 ? "." + digits[^point..] : "")}e{exponent}";
        Assert.That(Canonical(text), Is.EqualTo(Plain(mantissa, exponent - point)));
    });

    /// <summary>mantissa × 10^exponent, written out.</summary>
    static string Plain(BigInteger mantissa, int exponent)
    {
        if (exponent >= 0)
            return (mantissa * BigInteger.Pow(10, exponent)).ToString(CultureInfo.InvariantCulture);
        var digits = BigInteger.Abs(mantissa).ToString(CultureInfo.InvariantCulture).PadLeft(1 - exponent, '0');
        var text = $"{digits[..^-exponent]}.{digits[^-exponent..]}".TrimEnd('0').TrimEnd('.');
        return mantissa < 0 ? "-" + text : text;
    }
}
