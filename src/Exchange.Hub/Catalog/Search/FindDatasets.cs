using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Search;

/// <summary>A dataset that was found, with what it may be chosen by.</summary>
/// <param name="Schema">Name of its schema, without the version.</param>
/// <param name="Sharing">Class of its policy; <c>not-offered</c> without one.</param>
/// <param name="PublishedAt">When it was last published; null before.</param>
/// <param name="Rank">How well it fits; 0 where nothing was asked for.</param>
sealed record FoundDataset(
    string Name, string Department, string Schema, IReadOnlyList<string> Themes, string Sharing, IReadOnlyList<string> Modes, DateTimeOffset? PublishedAt, float Rank);

/// <summary>Finds datasets by words.</summary>
sealed class FindDatasets(NpgsqlDataSource database)
{
    /// <summary>All that have every word, the best first; all there are without a text. A text without words finds nothing.</summary>
    public async Task<IReadOnlyList<FoundDataset>> ExecuteAsync(string? text, CancellationToken cancellationToken)
    {
        if (text is null)
            return await QueryAsync($"0::real", $"true", [], cancellationToken);
        var words = SearchWords.Of(text);
        if (words.Count == 0)
            return [];
        // Every word is a parameter: as it is, by its stem, and the last one as the beginning of a word.
        return await QueryAsync($"ts_rank(s.vector, q.query)", $"s.vector @@ q.query", [.. words.Select((word, i) => QueryOf(word, i == words.Count - 1))], cancellationToken);
    }

    async Task<IReadOnlyList<FoundDataset>> QueryAsync(SqlText rank, SqlText condition, IReadOnlyList<(string Word, string Exact)> words, CancellationToken cancellationToken) =>
        await database.QueryAsync(
            $"""
            with q as (
                select catalog.every_word(plainto_tsquery('english', w.word) || plainto_tsquery('simple', w.word) || w.exact::tsquery) as query
                from unnest($1::text[], $2::text[]) as w(word, exact))
            select s.name, s.department, s.schema, s.themes, s.sharing, s.modes, h.published_at, {rank}
            from catalog.search s join catalog.datasets d on d.name = s.name join catalog.heads h on h.dataset_id = d.id cross join q
            where {condition}
            order by 8 desc, s.name
            """,
            [words.Select(word => word.Word).ToArray(), words.Select(word => word.Exact).ToArray()],
            row => new FoundDataset(
                row.GetString(0), row.GetString(1), row.GetString(2), row.GetFieldValue<string[]>(3), row.GetString(4), row.GetFieldValue<string[]>(5),
                row.Maybe<DateTimeOffset?>(6), row.GetFloat(7)),
            cancellationToken);

    /// <summary>A word for PostgreSQL's dictionaries, and what is sought as it is: nothing in it but letters, digits and characters, so nothing that would have to be escaped.</summary>
    static (string Word, string Exact) QueryOf(SearchWord word, bool last) => word.IsRun
        ? ("", string.Join(" <-> ", word.Pairs.Select(pair => $"'{pair}'")))
        : (word.Text, $"'{word.Text}'{(last ? ":*" : "")}");
}
