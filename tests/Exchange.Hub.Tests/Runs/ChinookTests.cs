using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Hub.Platform;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exchange.Hub.Tests.Runs;

/// <summary>One database as SQLite and as PostgreSQL: both publish the same datasets, byte for byte.</summary>
public sealed class ChinookTests
{
    static readonly string[] tables =
        ["Album", "Artist", "Customer", "Employee", "Genre", "Invoice", "InvoiceLine", "MediaType", "Playlist", "PlaylistTrack", "Track"];

    [Test]
    public async Task Both_copies_publish_identical_datasets()
    {
        var corpus = Corpora.Folder("chinook");
        await using var hub = await TestHub.StartAsync();
        await using var pipeline = await Pipeline.AttachAsync(hub);
        var sqlite = await CreateSqliteAsync(corpus, pipeline.Folder);
        var postgres = await CreatePostgresAsync(corpus);
        await pipeline.PutAsync("departments/office", """{"title":{"en":"Shop"}}""");
        await pipeline.PutAsync("sources/sqlite", JsonSerializer.Serialize(new { department = "office", connector = "sqlite", options = new { path = sqlite } }));
        await pipeline.PutAsync("sources/postgres", PostgresSource(postgres));
        foreach (var table in tables)
            await CompareAsync(pipeline, table);
    }

    static async Task CompareAsync(Pipeline pipeline, string table)
    {
        var streams = (await pipeline.PostAsync("sources/sqlite/discover", new { })).GetProperty("streams").EnumerateArray();
        var stream = streams.Single(s => s.GetProperty("name").GetString() == table);
        var columns = stream.GetProperty("columns").EnumerateArray()
            .Select(c => (Name: c.GetProperty("name").GetString()!, Kind: c.GetProperty("kind").GetString()!, Nullable: c.GetProperty("nullable").GetBoolean())).ToList();
        var key = stream.GetProperty("key").EnumerateArray().Select(k => Snake(k.GetString()!)).ToList();
        var dataset = Snake(table).Replace('_', '-');
        await pipeline.PutAsync($"schemas/{dataset}/1.0", Schema(table, columns, key));
        await pipeline.PutAsync($"mappings/{dataset}-sqlite", Mapping(columns.Select(c => (Snake(c.Name), c.Name))));
        await pipeline.PutAsync($"mappings/{dataset}-postgres", Mapping(columns.Select(c => (Snake(c.Name), Snake(c.Name)))));
        var published = new List<SortedDictionary<string, string>>();
        foreach (var (source, name) in ((string, string)[])[("sqlite", table), ("postgres", $"public.{Snake(table)}")])
        {
            var id = $"{dataset}-{source}";
            await pipeline.PutAsync($"datasets/{id}", JsonSerializer.Serialize(new { title = new { en = table }, department = "office", schema = $"{dataset}/1.0", source, stream = name, mapping = id }));
            var run = await pipeline.RunAsync(id);
            Assert.That(run.State(), Is.EqualTo("succeeded"), $"{id}: {run}");
            Assert.That(run.Count("rejected"), Is.Zero, $"{id}: {run}");
            published.Add(await pipeline.RecordsAsync(dataset: id));
        }
        Assert.That(published[0], Is.Not.Empty);
        Assert.That(published[1], Is.EqualTo(published[0]), table);
    }

    static string Schema(string title, List<(string Name, string Kind, bool Nullable)> columns, List<string> key) => JsonSerializer.Serialize(new Dictionary<string, object>
    {
        ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
        ["title"] = title,
        ["type"] = "object",
        ["x-key"] = key,
        ["required"] = columns.Where(c => !c.Nullable).Select(c => Snake(c.Name)),
        ["properties"] = columns.ToDictionary(c => Snake(c.Name), c => new Dictionary<string, string>
        {
            ["type"] = c.Kind switch { "integer" => "integer", "decimal" => "number", _ => "string" },
            ["title"] = c.Name,
            ["x-classification"] = "internal",
        }),
    });

    static string Mapping(IEnumerable<(string Field, string Column)> fields) =>
        JsonSerializer.Serialize(new { fields = fields.ToDictionary(f => f.Field, f => f.Column) });

    /// <summary>InvoiceLineId → invoice_line_id, as the PostgreSQL script spells it.</summary>
    static string Snake(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : char.ToLowerInvariant(c).ToString()));

    static async Task<string> CreateSqliteAsync(string corpus, string folder)
    {
        var path = Path.Combine(folder, "chinook.db");
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = await File.ReadAllTextAsync(Path.Combine(corpus, "Chinook_Sqlite.sql"));
        await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return path;
    }

    /// <summary>The script without the statements that make and enter its own database.</summary>
    static async Task<DatabaseLogins> CreatePostgresAsync(string corpus)
    {
        var logins = await TestPostgres.CreateEmptyDatabaseAsync();
        var script = (await File.ReadAllLinesAsync(Path.Combine(corpus, "Chinook_PostgreSql.sql"), Encoding.UTF8))
            .Where(line => !line.StartsWith("DROP DATABASE", StringComparison.OrdinalIgnoreCase) && !line.StartsWith("CREATE DATABASE", StringComparison.OrdinalIgnoreCase) && !line.StartsWith('\\'));
        await using var connection = new NpgsqlConnection(logins.Owner);
        await connection.OpenAsync();
        // To PostgreSQL an N'…' is of type character, which drops the space at the end of 'Edinburgh '.
        await using var command = new NpgsqlCommand(Regex.Replace(string.Join('\n', script), @"(?<=[(,] ?)N'", "'"), connection);
        await command.ExecuteNonQueryAsync();
        return logins;
    }

    static string PostgresSource(DatabaseLogins logins)
    {
        var login = new NpgsqlConnectionStringBuilder(logins.Owner);
        return JsonSerializer.Serialize(new
        {
            department = "office",
            connector = "postgresql",
            options = new { host = login.Host, port = login.Port, database = login.Database, user = login.Username, password = login.Password },
        });
    }
}
