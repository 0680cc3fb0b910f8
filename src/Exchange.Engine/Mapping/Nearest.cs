namespace Exchange.Engine.Mapping;

/// <summary>Finds what a misspelt name was probably meant to be.</summary>
internal static class Nearest
{
    /// <summary>The closest of the names, or null when none is close enough to be meant.</summary>
    public static string? To(string name, IEnumerable<string> names) => names
        .Select(candidate => (candidate, distance: Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant())))
        .Where(pair => pair.distance <= Math.Max(1, name.Length / 3))
        .OrderBy(pair => pair.distance)
        .ThenBy(pair => pair.candidate, StringComparer.Ordinal)
        .Select(pair => pair.candidate)
        .FirstOrDefault();

    /// <summary>What to do about a name that is not there.</summary>
    public static string Fix(string name, IReadOnlyCollection<string> names) => To(name, names) is { } meant
        ? $"Did you mean '{meant}'?"
        : names.Count == 0 ? "There are none to choose from." : $"There are: {string.Join(", ", names.Order(StringComparer.Ordinal).Take(20))}{(names.Count > 20 ? ", …" : "")}.";

    /// <summary>Message and fix in one.</summary>
    public static string Unknown(string what, string name, IEnumerable<string> names) => $"There is no {what} '{name}'. {Fix(name, [.. names])}";

    /// <summary>Levenshtein's distance, in which a swap of neighbours counts one (optimal string alignment).</summary>
    static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
            rows[i, 0] = i;
        for (var j = 0; j <= b.Length; j++)
            rows[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = a[i - 1] == b[j - 1] ? 0 : 1;
                rows[i, j] = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + cost);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[a.Length, b.Length];
    }
}
