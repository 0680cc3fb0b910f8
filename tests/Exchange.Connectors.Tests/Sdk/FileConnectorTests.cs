using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

public sealed class FileConnectorTests
{
    static readonly ReadRequest All = new(FileConnector.StreamName);

    [Test]
    public async Task Newest_takes_the_newest_complete_file()
    {
        var store = new MemoryStore { Selection = FileSelection.Newest }.Add("old.csv", "id\n1\n").Add("new.csv", "id\n2\n").Add("half.csv", "id\n", complete: false);
        var reading = await Reading.OfAsync(store.Csv(), All);
        Assert.That(reading.Lines, Is.EqualTo(new[] { """["2"]""" }));
        Assert.That(reading.End, Is.EqualTo(new ReadEnd(true, 1)));
    }

    [Test]
    public async Task Every_reads_all_files_and_no_batch_spans_two()
    {
        var store = new MemoryStore().Add("a.csv", "id\n1\n2\n").Add("b.csv", "id\n3\n");
        var source = store.Csv();
        await using var reader = await source.Connector.OpenAsync(All, source.Context, CancellationToken.None);
        var (batch, seen) = (new Batch(), new List<string>());
        for (ReadEnd? end = null; end is null;)
        {
            end = await reader.ReadAsync(batch, CancellationToken.None);
            if (batch.RowCount > 0)
                seen.Add($"{batch.Origin}:{batch.RowCount}");
        }
        Assert.That(seen, Is.EqualTo(new[] { "a.csv:2", "b.csv:1" }));
    }

    [Test]
    public async Task An_incremental_read_takes_what_was_not_read_and_what_has_changed_since()
    {
        var store = new MemoryStore().Add("a.csv", "id\n1\n").Add("b.csv", "id\n2\n");
        var first = await Reading.OfAsync(store.Csv(), All with { Mode = ReadMode.Incremental });
        store.Add("c.csv", "id\n3\n");
        store.Files[0] = store.Files[0] with { Length = 999 };
        var second = await Reading.OfAsync(store.Csv(), All with { Mode = ReadMode.Incremental, Checkpoint = first.End.Checkpoint });
        Assert.That(first.Lines, Is.EqualTo(new[] { """["1"]""", """["2"]""" }));
        Assert.That(second.Lines, Is.EqualTo(new[] { """["1"]""", """["3"]""" }));
        Assert.That(second.End.Complete, Is.False);
    }

    [Test]
    public async Task An_incremental_read_without_new_files_ends_at_once_and_knows_its_columns()
    {
        var store = new MemoryStore().Add("a.csv", "id,name\n1,a\n");
        var first = await Reading.OfAsync(store.Csv(), All);
        var second = await Reading.OfAsync(store.Csv(), All with { Mode = ReadMode.Incremental, Checkpoint = first.End.Checkpoint });
        Assert.That(second.Columns, Is.EqualTo(new[] { "id", "name" }));
        Assert.That(second.End, Is.EqualTo(new ReadEnd(false, 0, first.End.Checkpoint)));
    }

    [Test]
    public Task A_checkpoint_of_something_else_has_expired() =>
        AssertFailsAsync(new MemoryStore().Add("a.csv", "id\n"), ConnectorErrorKind.StateExpired, "read everything again", All with { Mode = ReadMode.Incremental, Checkpoint = "{}" });

    [Test]
    public Task No_file_yet_is_a_late_source() => AssertFailsAsync(new MemoryStore(), ConnectorErrorKind.Unavailable, "No file yet that matches memory/*.");

    [Test]
    public Task No_complete_file_yet_is_a_late_source() =>
        AssertFailsAsync(new MemoryStore().Add("a.csv", "id\n", complete: false), ConnectorErrorKind.Unavailable, "a.csv is still being written");

    [Test]
    public Task Columns_in_another_order_are_another_schema() =>
        AssertFailsAsync(new MemoryStore().Add("a.csv", "id,name\n").Add("b.csv", "name,id\n"), ConnectorErrorKind.SourceSchemaChanged, "the same columns in another order");

    [Test]
    public async Task A_file_that_changed_while_it_was_read_does_not_count()
    {
        var store = new MemoryStore().Add("a.csv", "id\n1\n");
        store.Changed.Add("a.csv");
        await AssertFailsAsync(store, ConnectorErrorKind.Unavailable, "still being written");
    }

    [Test]
    public async Task A_half_written_file_that_looks_broken_is_called_half_written()
    {
        var store = new MemoryStore().Add("a.csv", "");
        store.Changed.Add("a.csv");
        await AssertFailsAsync(store, ConnectorErrorKind.Unavailable, "still being written");
    }

    [Test]
    public async Task A_limit_ends_the_read_and_never_calls_it_complete()
    {
        var reading = await Reading.OfAsync(new MemoryStore().Add("a.csv", "id\n1\n2\n3\n4\n").Csv(), All with { Limit = 2 }, rowLimit: 2);
        Assert.That(reading.Lines, Has.Count.EqualTo(2));
        Assert.That(reading.End.Complete, Is.False);
    }

    [Test]
    public async Task Discovery_names_the_columns_and_estimates_the_rows_from_the_sizes()
    {
        var rows = string.Concat(Enumerable.Range(10_000, 50_000).Select(id => $"{id},x\n"));
        var store = new MemoryStore().Add("a.csv", "id,name\n" + rows).Add("b.csv", "id,name\n" + rows);
        var source = store.Csv();
        var stream = (await source.Connector.DiscoverAsync(source.Context, CancellationToken.None)).Single();
        Assert.That(stream.Columns.Select(column => column.Name), Is.EqualTo(new[] { "id", "name" }));
        Assert.That(stream.RowEstimate, Is.InRange(95_000, 105_000));
    }

    [Test]
    public async Task A_check_reads_the_header_and_says_what_is_wrong_with_it()
    {
        Assert.That((await CheckAsync(new MemoryStore().Add("a.csv", "id,name\n"))).Detail, Is.EqualTo("a.csv has 2 columns: id, name"));
        var failed = await CheckAsync(new MemoryStore().Add("a.csv", "id,id\n"));
        Assert.That(failed.Outcome, Is.EqualTo(CheckOutcome.Failed));
        Assert.That(failed.Detail, Does.Contain("two columns \"id\""));
    }

    static async Task<CheckStep> CheckAsync(MemoryStore store)
    {
        var source = store.Csv();
        return await source.Connector.CheckAsync(source.Context, CancellationToken.None).LastAsync();
    }

    static async Task AssertFailsAsync(MemoryStore store, ConnectorErrorKind kind, string message, ReadRequest? request = null)
    {
        var error = await Assert.ThrowsAsync<ConnectorException>(async () => await Reading.OfAsync(store.Csv(), request ?? All));
        Assert.That(error!.Message, Does.Contain(message));
        Assert.That(error.Kind, Is.EqualTo(kind));
    }
}
