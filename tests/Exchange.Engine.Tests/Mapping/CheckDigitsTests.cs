using System.Text;
using CsCheck;
using Exchange.Engine.Mapping.Expressions;

namespace Exchange.Engine.Tests.Mapping;

public class CheckDigitsTests
{
    delegate bool Rule(ReadOnlySpan<byte> text);

    static bool Passes(Rule rule, string text) => rule(Encoding.UTF8.GetBytes(text));

    [TestCase("79927398713")]
    [TestCase("4111111111111111")]
    [TestCase("490154203237518")]
    public void Luhn_accepts_known_numbers(string number) => AcceptsOnly(CheckDigits.Luhn, number, "0123456789");

    [TestCase("0000000218250097")]
    [TestCase("000000021694233X")]
    public void Mod11_accepts_known_orcids(string number) => AcceptsOnly(CheckDigits.Mod11Radix2, number, "0123456789X");

    [TestCase("11010519491231002X")]
    [TestCase("440524188001010014")]
    public void Resident_ids_of_the_standard_are_accepted(string number) => AcceptsOnly(CheckDigits.ResidentId, number, "0123456789X");

    [TestCase("91350100M000100Y43")]
    [TestCase("91310000775785552L")]
    public void Known_credit_codes_are_accepted(string number) => AcceptsOnly(CheckDigits.CreditCode, number, "0123456789ABCDEFGHJKLMNPQRTUWXY");

    [TestCase("5493001KJTIIGC8Y1R12")]
    [TestCase("549300GFX6WN7JDUSN34")]
    public void Mod97_accepts_known_entity_identifiers(string number) => AcceptsOnly(CheckDigits.Mod97, number, "0123456789");

    [TestCase("DE89370400440532013000")]
    [TestCase("GB82WEST12345698765432")]
    public void Iban_accepts_known_accounts(string number) => AcceptsOnly(CheckDigits.Iban, number, "0123456789");

    [TestCase("4006381333931")]
    [TestCase("96385074")]
    [TestCase("036000291452")]
    public void Ean_accepts_known_numbers(string number) => AcceptsOnly(CheckDigits.Ean, number, "0123456789");

    [TestCase("110105194902310026")]
    [TestCase("11010519491331002X")]
    public void A_resident_id_needs_a_birth_date_that_exists(string number) => Assert.That(Passes(CheckDigits.ResidentId, number), Is.False);

    [Test]
    public void No_bytes_make_them_throw() => Gen.Byte.Array[0, 40].Sample(bytes =>
    {
        foreach (var rule in (Rule[])[CheckDigits.Luhn, CheckDigits.Mod11Radix2, CheckDigits.ResidentId, CheckDigits.CreditCode, CheckDigits.Mod97, CheckDigits.Iban, CheckDigits.Ean])
            rule(bytes);
    });

    /// <summary>The number passes, and with another last character it does not.</summary>
    static void AcceptsOnly(Rule rule, string number, string alphabet)
    {
        var accepted = alphabet.Where(last => Passes(rule, number[..^1] + last));
        Assert.That(accepted, Is.EqualTo(new[] { number[^1] }));
    }
}
