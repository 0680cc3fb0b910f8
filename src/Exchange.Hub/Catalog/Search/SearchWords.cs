using System.Globalization;
using System.Text;

namespace Exchange.Hub.Catalog.Search;

/// <summary>
/// Text taken apart into what it is found by, for what is stored and what is asked alike. Words of letters and digits
/// are left to PostgreSQL, which knows their stems. Chinese, Japanese and Korean have no spaces between words, so each
/// run of their characters is taken as its overlapping pairs: whatever word is asked for, its pairs stand in the text.
/// </summary>
static class SearchWords
{
    /// <summary>Raised with every change of the rules here: what was stored by older ones is then stored anew.</summary>
    public const int Version = 1;

    /// <summary>Longer words are cut, here and there alike.</summary>
    const int WordLimit = 64;

    /// <summary>Takes text apart.</summary>
    public static IReadOnlyList<SearchWord> Of(string text)
    {
        var words = new List<SearchWord>();
        var run = new List<string>();
        var kind = Kind.Other;
        var before = default(Rune);
        foreach (var rune in Whole(text).Normalize(NormalizationForm.FormKC).EnumerateRunes())
        {
            var next = KindOf(rune);
            // registeredOn is found by "registered".
            var hump = next == Kind.Letter && kind == Kind.Letter && Rune.IsUpper(rune) && Rune.IsLower(before);
            if (next != kind || hump)
                Take(words, run, kind);
            kind = next;
            before = rune;
            if (next != Kind.Other)
                run.Add(Rune.ToLower(rune, CultureInfo.InvariantCulture).ToString());
        }
        Take(words, run, kind);
        return words;
    }

    /// <summary>The text without halves of characters, which have no normal form.</summary>
    static string Whole(string text) => string.Concat(text.EnumerateRunes());

    static void Take(List<SearchWord> words, List<string> run, Kind kind)
    {
        if (run.Count > 0)
            words.Add(new SearchWord(string.Concat(run.Take(kind == Kind.Letter ? WordLimit : run.Count)), kind == Kind.Ideograph, [.. run]));
        run.Clear();
    }

    enum Kind
    {
        Other,
        Letter,
        Ideograph,
    }

    static Kind KindOf(Rune rune) => IsIdeograph(rune.Value) ? Kind.Ideograph : Rune.IsLetterOrDigit(rune) || IsMark(rune) ? Kind.Letter : Kind.Other;

    static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    /// <summary>Han, kana and hangul (Unicode 16, chapter 18).</summary>
    static bool IsIdeograph(int code) => code is
        (>= 0x2E80 and <= 0x2FDF) or (>= 0x3005 and <= 0x3007) or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
        or (>= 0xAC00 and <= 0xD7AF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x323AF);
}

/// <summary>A word, or a run of characters that stand without spaces.</summary>
/// <param name="Text">In lower case and one width.</param>
/// <param name="IsRun">Whether it is such a run.</param>
/// <param name="Characters">Its characters.</param>
sealed record SearchWord(string Text, bool IsRun, IReadOnlyList<string> Characters)
{
    /// <summary>The overlapping pairs of a run; a single character is itself.</summary>
    public IEnumerable<string> Pairs => Characters.Count == 1 ? Characters : Characters.Zip(Characters.Skip(1), string.Concat);
}
