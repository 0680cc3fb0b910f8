using Exchange.Engine.Mapping.Terms;

namespace Exchange.Engine.Mapping.Expressions;

internal static partial class Functions
{
    static Function[] CheckDigitFunctions =>
    [
        Check("luhn", CheckDigits.Luhn, "Whether digits pass Luhn's check (card numbers, IMEI).", "luhn('4111111111111111')"),
        Check("mod11", CheckDigits.Mod11Radix2, "Whether digits and a last digit or X pass ISO 7064 MOD 11-2 (ORCID, ISNI).", "mod11('0000000218250097')"),
        Check("mod97", CheckDigits.Mod97, "Whether digits and letters pass ISO 7064 MOD 97-10 (LEI).", "mod97('5493001KJTIIGC8Y1R12')"),
        Check("iban", CheckDigits.Iban, "Whether an international bank account number passes its check.", "iban('DE89370400440532013000')"),
        Check("ean", CheckDigits.Ean, "Whether a GTIN of 8, 12, 13 or 14 digits passes its check.", "ean('4006381333931')"),
        Check("residentId", CheckDigits.ResidentId, "Whether a citizen identification number (GB 11643) has a real birth date and passes its check.", "residentId('11010519491231002X')"),
        Check("creditCode", CheckDigits.CreditCode, "Whether a unified social credit code (GB 32100) passes its check.", "creditCode('91350100M000100Y43')"),
    ];

    delegate bool Rule(ReadOnlySpan<byte> text);

    static Function Check(string name, Rule rule, string summary, string example) =>
        Make(name, Kinds.Boolean, Parameter.Text(), (_, text) => Value.Of(rule(text.Utf8)), summary, example, "true");
}
