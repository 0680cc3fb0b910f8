using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class ChinookTests
{
    [Test]
    public async Task The_sqlite_and_the_postgresql_copy_of_chinook_give_identical_values()
    {
        var corpus = Corpora.Folder("chinook");
        using var folder = new TemporaryFolder();
        var (sqlite, postgres) = (await SqliteAsync(corpus, folder), await PostgresAsync(corpus));
        var tables = await sqlite.Connector.DiscoverAsync(sqlite.Context, CancellationToken.None);
        Assert.That(tables, Has.Count.EqualTo(11));
        var rows = 0;
        foreach (var table in tables)
        {
            var left = await Reading.OfAsync(sqlite, new ReadRequest(table.Name), rowLimit: 1000);
            var right = await Reading.OfAsync(postgres, new ReadRequest($"public.{Snake(table.Name)}"), rowLimit: 1000);
            Assert.That(right.Columns, Is.EqualTo(left.Columns.Select(Snake)), table.Name);
            Assert.That(right.Lines.Order(StringComparer.Ordinal), Is.EqualTo(left.Lines.Order(StringComparer.Ordinal)), table.Name);
            rows += left.Lines.Count;
        }
        Assert.That(rows, Is.EqualTo(15_607));
    }

    // PlaylistTrack there, playlist_track here.
    static string Snake(string name) => Regex.Replace(name, "(?<=[a-z])(?=[A-Z])", "_").ToLowerInvariant();

    static async Task<ConfiguredSource> SqliteAsync(string corpus, TemporaryFolder folder)
    {
        var script = (await File.ReadAllTextAsync(Path.Combine(corpus, "Chinook_Sqlite.sql"))).TrimStart('\uFEFF');
        await SqliteFile.ExecuteAsync(Path.Combine(folder.Path, "chinook.db"), "pragma synchronous = off; pragma journal_mode = memory; " + script);
        return Repository.Plugins.Resolve(JsonDocument.Parse("""{ "connector": "sqlite", "options": { "path": "chinook.db" } }""").RootElement, TimeProvider.System, folder.Path);
    }

    static async Task<ConfiguredSource> PostgresAsync(string corpus)
    {
        var script = await File.ReadAllTextAsync(Path.Combine(corpus, "Chinook_PostgreSql.sql"));
        // The script makes its database itself and changes to it with a command of psql.
        script = script[(script.IndexOf("\\c chinook;", StringComparison.Ordinal) + "\\c chinook;".Length)..];
        // To PostgreSQL an N'…' is of type character, which drops the space at the end of 'Edinburgh '.
        script = Regex.Replace(script, @"(?<=[(,] ?)N'", "'");
        var server = await PrivatePostgres.GetAsync();
        return PostgreSqlTests.Source(server, await server.DatabaseAsync(script));
    }
}
