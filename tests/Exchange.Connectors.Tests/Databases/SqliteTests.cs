using System.Text.Json;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class SqliteTests
{
    readonly TemporaryFolder folder = new();

    string File => Path.Combine(folder.Path, "input.db");

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task A_read_sees_one_moment_while_others_write()
    {
        await ExecuteAsync("pragma journal_mode = wal; create table t (id integer primary key, v text); insert into t values (1, 'before'), (2, 'before');");
        var source = Source();
        await using var reader = await source.Connector.OpenAsync(new ReadRequest("t"), source.Context, CancellationToken.None);
        var batch = new Batch(rowLimit: 1);
        await reader.ReadAsync(batch, CancellationToken.None);
        await ExecuteAsync("update t set v = 'after'; insert into t values (3, 'after')");
        var rest = await Reading.OfAsync(reader, alreadyRead: 1);
        Assert.That(rest.Lines, Is.EqualTo(new[] { """[{"integer":"2"},"before"]""" }));
    }

    [Test]
    public async Task Nothing_can_be_written_through_a_source()
    {
        await ExecuteAsync("create table t (id integer primary key)");
        var before = await System.IO.File.ReadAllBytesAsync(File);
        var source = Source("insert into t values (1) returning id");
        await Assert.ThrowsAsync<ConnectorException>(async () => await Reading.OfAsync(source, new ReadRequest("query")));
        Assert.That(await System.IO.File.ReadAllBytesAsync(File), Is.EqualTo(before));
    }

    [Test]
    public async Task Discovery_tells_columns_keys_types_and_estimates()
    {
        await ExecuteAsync("create table b (x text not null, y integer, z decimal(8,2), primary key (y, x)) without rowid; create table a (id integer primary key); insert into a values (41), (42); create view c as select id from a");
        var source = Source();
        var streams = await source.Connector.DiscoverAsync(source.Context, CancellationToken.None);
        Assert.That(streams.Select(stream => (stream.Name, stream.Type, stream.RowEstimate)), Is.EqualTo(new (string, string, long?)[] { ("a", "table", 42), ("b", "table", null), ("c", "view", null) }));
        Assert.That(streams[1].Key, Is.EqualTo(new[] { "y", "x" }));
        Assert.That(streams[1].Columns, Is.EqualTo(new[]
        {
            new SourceColumn("x", ValueKind.Text, false, "TEXT"),
            new SourceColumn("y", ValueKind.Integer, false, "INTEGER"),
            new SourceColumn("z", ValueKind.Decimal, true, "decimal(8,2)"),
        }));
    }

    [Test]
    public async Task A_locked_database_is_away_for_now()
    {
        await ExecuteAsync("create table t (id integer primary key)");
        await using var writer = await SqliteFile.OpenAsync(File);
        await SqliteFile.ExecuteAsync(writer, "begin exclusive");
        var source = Source();
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await Reading.OfAsync(source, new ReadRequest("t")));
        Assert.That(error!.Kind, Is.EqualTo(ConnectorErrorKind.Unavailable));
    }

    [Test]
    public async Task Incremental_reads_lose_nothing_when_rows_tie_with_the_last_one()
    {
        await ExecuteAsync("create table t (id integer primary key, changed text); insert into t values (1, '2024-01-01'), (2, '2024-01-02')");
        var request = new ReadRequest("t") { Mode = ReadMode.Incremental, CursorColumn = "changed" };
        var first = await Reading.OfAsync(Source(), request);
        await ExecuteAsync("insert into t values (3, '2024-01-02')");
        var second = await Reading.OfAsync(Source(), request with { Checkpoint = first.End.Checkpoint });
        var third = await Reading.OfAsync(Source(), request with { Checkpoint = second.End.Checkpoint });
        Assert.That(first.Lines.Union(second.Lines), Is.EquivalentTo(new[] { """[{"integer":"1"},"2024-01-01"]""", """[{"integer":"2"},"2024-01-02"]""", """[{"integer":"3"},"2024-01-02"]""" }));
        Assert.That(third.End.Checkpoint, Is.EqualTo(second.End.Checkpoint));
    }

    [Test]
    public async Task A_check_goes_from_the_file_to_a_row()
    {
        await ExecuteAsync("create table t (id integer primary key); insert into t values (1)");
        var source = Source();
        var steps = await source.Connector.CheckAsync(source.Context, CancellationToken.None).ToListAsync();
        Assert.That(steps.Select(step => (step.Name, step.Outcome)), Is.EqualTo(new[] { ("open", CheckOutcome.Passed), ("list", CheckOutcome.Passed), ("read", CheckOutcome.Passed) }));
    }

    Task ExecuteAsync(string script) => SqliteFile.ExecuteAsync(File, script);

    ConfiguredSource Source(string? query = null)
    {
        var options = JsonSerializer.Serialize(query is null ? (object)new { path = "input.db", busyTimeoutSeconds = 1 } : new { path = "input.db", query });
        return Repository.Plugins.Resolve(JsonDocument.Parse($$"""{ "connector": "sqlite", "options": {{options}} }""").RootElement, TimeProvider.System, folder.Path);
    }
}
