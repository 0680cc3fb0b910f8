using System.Globalization;
using System.Text;

namespace Exchange.Hub.Sharing.Similar;

/// <summary>How alike two short texts are, in any script.</summary>
static class Likeness
{
    /// <summary>Letters and digits alone, in lower case and one width: <c>Post-Code</c> and <c>postCode</c> are one name.</summary>
    public static string Plain(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormKC).EnumerateRunes().Where(Rune.IsLetterOrDigit)).ToLower(CultureInfo.InvariantCulture);

    /// <summary>Dice's coefficient over pairs of neighbouring characters: 1 for the same text, 0 for none in common.</summary>
    public static double OfTexts(string a, string b)
    {
        var (left, right) = (Plain(a), Plain(b));
        if (left.Length < 2 || right.Length < 2)
            return left.Length > 0 && left == right ? 1 : 0;
        var (first, second) = (PairsOf(left), PairsOf(right));
        var common = first.Sum(pair => Math.Min(pair.Value, second.GetValueOrDefault(pair.Key)));
        return 2.0 * common / (left.Length + right.Length - 2);
    }

    static Dictionary<(char, char), int> PairsOf(string text) => text.Zip(text.Skip(1)).CountBy(pair => pair).ToDictionary();
}
