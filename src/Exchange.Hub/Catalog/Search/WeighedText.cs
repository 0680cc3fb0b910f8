using System.Globalization;
using System.Text;

namespace Exchange.Hub.Catalog.Search;

/// <summary>What a dataset says of itself, by how much it counts when it is found there.</summary>
/// <param name="Weight"><c>A</c> to <c>D</c>.</param>
/// <param name="Words">Words with spaces between them, for PostgreSQL to find the stems of.</param>
/// <param name="Runs">The pairs and characters of runs, as a text of type tsvector.</param>
sealed record WeighedText(char Weight, string Words, string Runs)
{
    /// <summary>PostgreSQL keeps no place beyond this one.</summary>
    const int LastPlace = 16_383;

    /// <summary>Text beyond these finds nothing: all four together make a vector of less than a megabyte, which is PostgreSQL's limit.</summary>
    const int CharacterLimit = 5_000;

    const int FieldCharacterLimit = 40_000;

    /// <summary>Takes texts apart.</summary>
    public static WeighedText Of(char weight, IEnumerable<string> texts)
    {
        var words = new StringBuilder();
        var runs = new StringBuilder();
        var (left, place) = (weight == 'D' ? FieldCharacterLimit : CharacterLimit, 1);
        foreach (var text in texts)
        {
            foreach (var word in SearchWords.Of(text[..Math.Min(text.Length, left)]))
            {
                if (word.IsRun)
                    place = AddRun(runs, word, place, weight);
                else
                    words.Append(word.Text).Append(' ');
            }
            left -= Math.Min(text.Length, left);
        }
        return new WeighedText(weight, words.ToString(), runs.ToString());
    }

    /// <summary>Each character and the pair that begins with it stand at one place, so that pairs that follow each other spell a longer word.</summary>
    static int AddRun(StringBuilder runs, SearchWord run, int place, char weight)
    {
        for (var i = 0; i < run.Characters.Count; i++, place++)
        {
            var at = string.Create(CultureInfo.InvariantCulture, $":{Math.Min(place, LastPlace)}{weight} ");
            runs.Append('\'').Append(run.Characters[i]).Append('\'').Append(at);
            if (i + 1 < run.Characters.Count)
                runs.Append('\'').Append(run.Characters[i]).Append(run.Characters[i + 1]).Append('\'').Append(at);
        }
        return place + 1; // a gap: what stands in two runs is no word
    }
}
