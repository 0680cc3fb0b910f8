using System.Runtime.CompilerServices;
using System.Text.Json;
using Exchange.Hub.Tests.Runs.Faults;
using Exchange.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Exchange.Hub.Tests.Runs;

/// <summary>A source that hands over what changed, and says itself what is gone.</summary>
public sealed class TombstoneRunTests
{
    [Test]
    public async Task Tombstones_delete_what_they_name_and_nothing_else()
    {
        await using var pipeline = await StartAsync(out var source);
        source.Rows = [.. Enumerable.Range(1, 5).Select(i => Row.Of(i, "Li"))];
        Assert.That((await pipeline.RunAsync()).Count("added"), Is.EqualTo(5));

        source.Rows = [Row.Of(2, "Wang"), Row.Gone(3), Row.Gone(5), Row.Gone(99), Row.Of(6, "Chen"), Row.Gone(null)];
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("succeeded"), run.ToString());
        Assert.That(
            (run.Count("read"), run.Count("added"), run.Count("updated"), run.Count("deleted"), run.Count("unchanged"), run.Count("rejected")),
            Is.EqualTo((6, 1, 1, 2, 1, 1)), "the key that nobody knows changes nothing, a tombstone without a key is a reject");
        Assert.That((await pipeline.RecordsAsync()).Keys, Is.EqualTo(new[] { "1", "2", "4", "6" }), "what the source did not mention stays");
        Assert.That((await pipeline.RecordsAsync(asOf: 1)).Keys, Is.EqualTo(new[] { "1", "2", "3", "4", "5" }));
        var rejects = (await pipeline.ReadAsync($"runs/{run.GetProperty("id").GetGuid()}/rejects")).GetProperty("items");
        Assert.That(rejects[0].GetProperty("code").GetString(), Is.EqualTo("missing-key"));
    }

    [Test]
    public async Task The_feed_shows_tombstones_once_and_a_copy_follows_them()
    {
        await using var pipeline = await StartAsync(out var source);
        source.Rows = [Row.Of(1, "Li"), Row.Of(2, "Li"), Row.Of(3, "Li")];
        await pipeline.RunAsync();
        var copy = new Dictionary<string, string>();
        var cursor = await pipeline.FollowAsync(copy, null);

        source.Rows = [Row.Gone(2)];
        await pipeline.RunAsync();
        var change = (await pipeline.ReadAsync($"datasets/{Pipeline.Dataset}/changes?cursor={cursor}")).GetProperty("items").EnumerateArray().Single();
        Assert.That((change.GetProperty("op").GetString(), change.GetProperty("key").GetString(), change.GetProperty("seq").GetInt64()), Is.EqualTo(("delete", "2", 4L)));
        Assert.That(change.TryGetProperty("record", out _), Is.False);

        source.Rows = [Row.Gone(2), Row.Of(1, "Li")];
        var again = await pipeline.RunAsync();
        Assert.That(again.GetProperty("publication").ValueKind, Is.EqualTo(JsonValueKind.Null), "the same tombstone again publishes nothing");
        Assert.That((again.Count("unchanged"), again.Count("deleted")), Is.EqualTo((2, 0)));

        source.Rows = [Row.Of(2, "Zhao")];
        Assert.That((await pipeline.RunAsync()).Count("added"), Is.EqualTo(1), "what was gone may come back");
        await pipeline.FollowAsync(copy, cursor);
        Assert.That(copy, Is.EquivalentTo(await pipeline.RecordsAsync()));
        Assert.That(copy["2"], Does.Contain("Zhao"));
    }

    [Test]
    public async Task Many_tombstones_wait_for_a_person_who_releases_them()
    {
        await using var pipeline = await StartAsync(out var source, """{"limits":{"maxDeletes":2}}""");
        source.Rows = [.. Enumerable.Range(1, 5).Select(i => Row.Of(i, "Li"))];
        await pipeline.RunAsync();
        source.Rows = [Row.Gone(1), Row.Gone(2), Row.Gone(3), Row.Of(4, "New")];
        var held = await pipeline.RunAsync();
        Assert.That(held.State(), Is.EqualTo("held"), held.ToString());
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(5));
        var released = await pipeline.PostAsync($"runs/{held.GetProperty("id").GetGuid()}/publish", new { reason = "they closed" });
        Assert.That((released.Count("deleted"), released.Count("updated")), Is.EqualTo((3, 1)), released.ToString());
        Assert.That((await pipeline.RecordsAsync()).Keys, Is.EqualTo(new[] { "4", "5" }));
        Assert.That((await pipeline.GetAsync($"datasets/{Pipeline.Dataset}/publications")).GetProperty("items")[0].GetProperty("records").GetInt64(), Is.EqualTo(2));
    }

    static Task<Pipeline> StartAsync(out TellingConnector source, string dataset = """{"limits":{"maxRejectPercent":50,"maxDeletePercent":null}}""")
    {
        var connector = source = new TellingConnector();
        return StartAsync(connector, dataset);
    }

    static async Task<Pipeline> StartAsync(TellingConnector source, string dataset)
    {
        var hub = await TestHub.StartAsync(services: s => s.Replace(ServiceDescriptor.Singleton(new PluginCatalog([source]))));
        return await Pipeline.StartAsync(Ledger.Schema, Ledger.Mapping, hub: hub, owned: true, dataset: dataset, source: """{"department":"office","connector":"telling","options":{}}""");
    }

    /// <summary>One row of the source: an entry, or word that one is gone.</summary>
    sealed record Row(string? Key, string? Payee)
    {
        public static Row Of(int key, string payee) => new($"{key}", payee);

        public static Row Gone(int? key) => new(key is null ? null : $"{key}", null);
    }

    /// <summary>Hands over the rows that it was given, those without a payee as tombstones.</summary>
    sealed class TellingConnector : IConnector
    {
        static readonly SourceColumn[] columns = [new("NO", ValueKind.Text), new("PAYEE", ValueKind.Text), new("AMOUNT", ValueKind.Text), new("BOOKED", ValueKind.Text)];

        public Row[] Rows { get; set; } = [];

        public PluginInfo Info => new("telling", "A source for tests", typeof(Options));

        public Capabilities CapabilitiesOf(ConnectorContext context) => new(false, false, true, DeleteDetection.Tombstone, false);

        public async IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            yield return new CheckStep("reach", CheckOutcome.Passed, "It is here.");
        }

        public Task<IReadOnlyList<SourceStream>> DiscoverAsync(ConnectorContext context, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<SourceStream>>([new SourceStream("rows", columns, [], null)]);

        public Task<IRecordReader> OpenAsync(ReadRequest request, ConnectorContext context, CancellationToken cancellationToken) =>
            Task.FromResult<IRecordReader>(new Reader(Rows));

        public sealed record Options;

        sealed class Reader(Row[] rows) : IRecordReader
        {
            public IReadOnlyList<SourceColumn> Columns => columns;

            public ValueTask<ReadEnd?> ReadAsync(Batch batch, CancellationToken cancellationToken)
            {
                batch.Clear(columns.Length);
                foreach (var (index, row) in rows.Index())
                    Add(batch, row, index + 1);
                return ValueTask.FromResult<ReadEnd?>(new ReadEnd(true, rows.Length));
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;

            static void Add(Batch batch, Row row, int number)
            {
                string?[] cells = row.Payee is null ? [row.Key, null, null, null] : [row.Key, row.Payee, "1.5", "2024-02-29"];
                foreach (var cell in cells)
                {
                    if (cell is null)
                        batch.AddNull();
                    else
                        batch.AddText(cell);
                }
                batch.EndRow(number, delete: row.Payee is null);
            }
        }
    }
}
