using System.Globalization;

namespace Exchange.Hub.Demo.City;

/// <summary>Identifiers with right check digits, for people and companies that do not exist.</summary>
static class Identifiers
{
    const string CreditAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    static readonly int[] OrganisationWeights = [3, 7, 9, 10, 5, 8, 4, 2];
    static readonly int[] ResidentWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    /// <summary>Unified social credit code, GB 32100-2015: department 9, category 1, area, organisation code, check character.</summary>
    /// <param name="area">Six digits, GB/T 2260; the city's begin with 99, which is nobody's.</param>
    /// <param name="number">Different numbers below 31^6 give different codes.</param>
    public static string CreditCode(string area, int number)
    {
        var body = OrganisationBody(number);
        var code = "91" + area + body + OrganisationCheck(body);
        return code + CreditCheck(code);
    }

    /// <summary>Resident id number, GB 11643-1999: area, date of birth, sequence (odd for men), check character.</summary>
    public static string ResidentId(string area, DateOnly birth, int sequence)
    {
        var body = string.Create(CultureInfo.InvariantCulture, $"{area}{birth:yyyyMMdd}{sequence:000}");
        return body + ResidentCheck(body);
    }

    /// <summary>Check character of the first 17 characters of a credit code (GB 32100-2015, annex A: weights 3^i mod 31).</summary>
    public static char CreditCheck(ReadOnlySpan<char> code17)
    {
        var sum = 0;
        var weight = 1;
        foreach (var c in code17)
        {
            sum += CreditAlphabet.IndexOf(c, StringComparison.Ordinal) * weight;
            weight = weight * 3 % 31;
        }
        return CreditAlphabet[(31 - (sum % 31)) % 31];
    }

    /// <summary>Check character of the first 17 digits of a resident id (ISO 7064 MOD 11-2).</summary>
    public static char ResidentCheck(ReadOnlySpan<char> digits17)
    {
        var sum = 0;
        for (var i = 0; i < ResidentWeights.Length; i++)
            sum += (digits17[i] - '0') * ResidentWeights[i];
        return "10X98765432"[sum % 11];
    }

    /// <summary>Check character of the eight characters of an organisation code (GB 11714-1997; letters count from A = 10).</summary>
    public static char OrganisationCheck(ReadOnlySpan<char> body)
    {
        var sum = 0;
        for (var i = 0; i < body.Length; i++)
            sum += (char.IsAsciiDigit(body[i]) ? body[i] - '0' : body[i] - 'A' + 10) * OrganisationWeights[i];
        return (11 - (sum % 11)) switch { 10 => 'X', 11 => '0', var digit => (char)('0' + digit) };
    }

    /// <summary>The same identifier with its last character wrong, as a slip of the pen leaves it.</summary>
    public static string WithWrongCheck(string identifier) =>
        identifier[..^1] + (identifier[^1] == '7' ? '5' : '7');

    static string OrganisationBody(int number)
    {
        const long codes = 31L * 31 * 31 * 31 * 31 * 31;
        var rest = number * 400_000_009L % codes; // coprime to 31: scatters the numbers, keeps them apart
        Span<char> body = ['M', 'A', '0', '0', '0', '0', '0', '0'];
        for (var i = body.Length - 1; i >= 2; i--, rest /= 31)
            body[i] = CreditAlphabet[(int)(rest % 31)];
        return new string(body);
    }
}
