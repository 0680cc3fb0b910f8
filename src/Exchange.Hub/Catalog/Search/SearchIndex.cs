using System.Text.Json;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Search;

/// <summary>
/// Keeps <c>catalog.search</c> in step with the documents: whoever puts one puts what it is found by, in the same
/// transaction.
/// </summary>
static class SearchIndex
{
    /// <summary>Class of a dataset that has no policy.</summary>
    public const string NotOffered = "not-offered";

    /// <summary>Writes anew what depends on a document that has changed.</summary>
    public static async Task FollowAsync(NpgsqlConnection connection, string kind, string name, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> datasets = kind switch
        {
            "dataset" or "policy" => [name],
            "department" => await connection.QueryAsync($"select name from catalog.search where department = $1", [name], row => row.GetString(0), cancellationToken),
            "schema" => await FollowersAsync(connection, name, cancellationToken),
            _ => [],
        };
        foreach (var dataset in datasets)
            await WriteAsync(connection, dataset, cancellationToken);
    }

    /// <summary>Datasets that no row was written for, or one by older rules.</summary>
    public static Task<List<string>> BehindAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select d.name from (select distinct name from catalog.documents where kind = 'dataset') d
            left join catalog.search s on s.name = d.name where s.version is distinct from $1 order by d.name
            """,
            [SearchWords.Version], row => row.GetString(0), cancellationToken);

    /// <summary>Writes what a dataset is found by, as its documents stand.</summary>
    public static async Task WriteAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        if (await DocumentStore.FindAsync(connection, "dataset", name, cancellationToken) is not { } document || Parse(document) is not { } dataset)
            return;
        var department = await DocumentStore.FindAsync(connection, "department", dataset.Department, cancellationToken);
        var schema = await DocumentStore.FindAsync(connection, "schema", dataset.Schema, cancellationToken);
        var policy = await DocumentStore.FindAsync(connection, "policy", name, cancellationToken);
        var texts = TextsOf(name, dataset, department, schema).ToList();
        var (sharing, modes) = policy is null ? (NotOffered, []) : TermsOf(policy.Json);
        await connection.ExecuteAsync(
            $"""
            insert into catalog.search (name, version, department, schema, themes, sharing, modes, vector)
            select $1, $2, $3, $4, $5, $6, $7, {Vector($"$8", $"$9", $"$10")} || {Vector($"$11", $"$12", $"$13")}
              || {Vector($"$14", $"$15", $"$16")} || {Vector($"$17", $"$18", $"$19")}
            on conflict (name) do update set version = excluded.version, department = excluded.department, schema = excluded.schema,
              themes = excluded.themes, sharing = excluded.sharing, modes = excluded.modes, vector = excluded.vector
            """,
            [name, SearchWords.Version, dataset.Department, NameOf(dataset.Schema), dataset.Themes.ToArray(), sharing, modes,
             .. texts.SelectMany(text => new object[] { text.Words, text.Runs, $"{text.Weight}" })],
            cancellationToken);
    }

    /// <summary>The vector of words, runs and weight. Words stand as they are too, for names and for parts of words.</summary>
    static SqlText Vector(SqlText words, SqlText runs, SqlText weight) =>
        $"setweight(to_tsvector('english', {words}::text) || to_tsvector('simple', {words}::text), {weight}::text::\"char\") || {runs}::text::tsvector";

    static IEnumerable<WeighedText> TextsOf(string name, DatasetDefinition dataset, Document? department, Document? schema)
    {
        yield return WeighedText.Of('A', dataset.Title.Values.Append(name));
        yield return WeighedText.Of(
            'B', dataset.Keywords.Values.SelectMany(words => words).Concat(dataset.Themes.Select(theme => DatasetThemes.TitleOf(theme) ?? "")).Append(dataset.Department)
                .Concat(department is null ? [] : SchemaText.TitlesOf(department.Json)));
        yield return WeighedText.Of('C', dataset.Description?.Values ?? []);
        yield return WeighedText.Of('D', schema is null ? [] : SchemaText.Of(schema.Json));
    }

    /// <summary>Class and ways of delivery: the room of Sharing has found the document right.</summary>
    static (string Sharing, string[] Modes) TermsOf(JsonElement policy) => (
        policy.TryGetProperty("class", out var sharing) ? sharing.GetString()! : NotOffered,
        policy.TryGetProperty("modes", out var modes) ? [.. modes.EnumerateArray().Select(mode => mode.GetString()!)] : []);

    static async Task<IReadOnlyList<string>> FollowersAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken) =>
        await connection.QueryAsync($"select name from catalog.search where schema = $1", [NameOf(schema)], row => row.GetString(0), cancellationToken);

    static string NameOf(string schema) => schema.Split('/')[0];

    static DatasetDefinition? Parse(Document document)
    {
        try
        {
            return DatasetDefinition.Parse(document.Json);
        }
        catch (JsonException)
        {
            return null; // declared by a hub that knew other members: it is shown nowhere else either
        }
    }
}
