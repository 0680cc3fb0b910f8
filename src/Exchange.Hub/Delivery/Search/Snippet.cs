using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Search;

namespace Exchange.Hub.Delivery.Search;

/// <summary>A piece of text in which what was looked for stands.</summary>
/// <param name="Place">JSON pointer into the declaration: <c>/description/en</c>.</param>
/// <param name="Text">The piece.</param>
/// <param name="Matches">Where it stands in it.</param>
public sealed record Snippet(string Place, string Text, IReadOnlyList<TextRange> Matches)
{
    const int Length = 200;
    const int LeadIn = 60;

    /// <summary>Letters that two words of one stem begin with, and letters that they may end in.</summary>
    const int Stem = 4;

    const int Ending = 4;

    /// <summary>The first place that has any of the words: description, then keywords, then title, in any language.</summary>
    internal static Snippet? Of(string text, DatasetDefinition dataset)
    {
        var sought = SearchWords.Of(text);
        var places = (dataset.Description ?? new Dictionary<string, string>()).Select(one => (Place: $"/description/{one.Key}", Text: one.Value))
            .Concat(dataset.Keywords.Select(one => (Place: $"/keywords/{one.Key}", Text: string.Join(", ", one.Value))))
            .Concat(dataset.Title.Select(one => (Place: $"/title/{one.Key}", Text: one.Value)));
        return places.Select(one => In(one.Place, one.Text, sought)).OfType<Snippet>().FirstOrDefault();
    }

    static Snippet? In(string place, string text, IReadOnlyList<SearchWord> sought)
    {
        var matches = sought.SelectMany(word => word.IsRun ? Runs(text, word.Text) : Words(text, word.Text)).OrderBy(range => range.Start).ToList();
        if (matches.Count == 0)
            return null;
        var from = Math.Max(0, matches[0].Start - LeadIn);
        from = Whole(text, from);
        var to = Whole(text, Math.Min(text.Length, from + Length));
        return new Snippet(place, text[from..to], [.. Apart(matches.Where(match => match.Start + match.Length <= to)).Select(match => match with { Start = match.Start - from })]);
    }

    static IEnumerable<TextRange> Runs(string text, string run)
    {
        for (var at = text.IndexOf(run, StringComparison.Ordinal); at >= 0; at = text.IndexOf(run, at + run.Length, StringComparison.Ordinal))
            yield return new TextRange(at, run.Length);
    }

    static IEnumerable<TextRange> Words(string text, string word)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (!IsLetter(text[at]))
                continue;
            var end = at;
            while (end < text.Length && IsLetter(text[end]))
                end++;
            if (IsAlike(text.AsSpan(at, end - at), word))
                yield return new TextRange(at, end - at);
            at = end;
        }
    }

    static bool IsLetter(char character) => char.IsLetterOrDigit(character) && character < '\u2E80';

    /// <summary>The same word, the beginning of one, or one that ends otherwise: companies, company.</summary>
    static bool IsAlike(ReadOnlySpan<char> one, string word)
    {
        var common = 0;
        while (common < one.Length && common < word.Length && char.ToLowerInvariant(one[common]) == word[common])
            common++;
        return common == word.Length || (common >= Stem && one.Length - common <= Ending && word.Length - common <= Ending);
    }

    static IEnumerable<TextRange> Apart(IEnumerable<TextRange> matches)
    {
        var end = 0;
        foreach (var match in matches.Where(match => match.Start >= end))
        {
            end = match.Start + match.Length;
            yield return match;
        }
    }

    /// <summary>A place that cuts no character in two.</summary>
    static int Whole(string text, int at) => at > 0 && at < text.Length && char.IsLowSurrogate(text[at]) ? at - 1 : at;
}

/// <summary>A part of a text.</summary>
/// <param name="Start">In UTF-16 units from its beginning.</param>
/// <param name="Length">In UTF-16 units.</param>
public sealed record TextRange(int Start, int Length);
