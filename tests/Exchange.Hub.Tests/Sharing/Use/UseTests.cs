using System.Text.Json;
using System.Threading.Channels;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Use;
using Exchange.Hub.Tests.Sharing.Access;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Use;

public sealed class UseTests
{
    [Test]
    public async Task Each_request_leaves_a_row_and_a_refused_one_too()
    {
        var rig = await GateRig.CreateAsync();
        await rig.RefusalAsync();
        var grant = await Granted.IssueAsync(rig.Dataset);
        (await rig.AskAsync(mode: DeliveryMode.Lookup, caseNumber: "C-7")).RecordUse(UseOutcome.Served, "record", 1, 120, key: "110");

        var told = await ListAsync(rig.Dataset, Role.Steward, rig.Dataset.Provider);
        Assert.That(told.Select(use => (use.GetProperty("outcome").GetString(), use.GetProperty("reason").GetString(), use.GetProperty("records").GetInt64())),
            Is.EqualTo(new[] { ("served", null, 1L), ("refused", "no-grant", 0L) }));
        Assert.That((told[0].GetProperty("grant").GetGuid(), told[0].GetProperty("purpose").GetString(), told[0].GetProperty("case").GetString(), told[0].GetProperty("department").GetString()),
            Is.EqualTo((grant.Id, "benefits", "C-7", rig.Dataset.Consumer)));
    }

    [Test]
    public async Task Who_looked_a_person_up_is_found_by_the_persons_key_which_is_stored_nowhere()
    {
        var rig = await GateRig.CreateAsync();
        await Granted.IssueAsync(rig.Dataset);
        foreach (var key in new[] { "person-4711", "person-4712" })
            (await rig.AskAsync(mode: DeliveryMode.Lookup)).RecordUse(UseOutcome.Served, "record", 1, 120, key);
        Assert.That(await ListAsync(rig.Dataset, Role.Steward, rig.Dataset.Provider, "?key=person-4711"), Has.Count.EqualTo(1));
        Assert.That(await ListAsync(rig.Dataset, Role.Steward, rig.Dataset.Provider, "?key=person-1"), Is.Empty);
        Assert.That(await rig.Dataset.Hub.Database.ScalarAsync<long>($"select count(*) from sharing.uses u where u::text like '%person-471%'", [], CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task A_consumer_sees_its_own_use_and_others_see_none()
    {
        var rig = await GateRig.CreateAsync();
        var other = $"{rig.Dataset.Consumer}-other";
        await Granted.IssueAsync(rig.Dataset);
        await Granted.IssueAsync(rig.Dataset, consumer: other);
        (await rig.AskAsync()).RecordUse(UseOutcome.Served, "page", 5, 600);
        (await rig.AskAsync(rig.Reader with { Department = other })).RecordUse(UseOutcome.Served, "page", 7, 800);
        Assert.That((await ListAsync(rig.Dataset, Role.Subscriber, rig.Dataset.Consumer)).Select(use => use.GetProperty("records").GetInt64()), Is.EqualTo(new[] { 5L }));
        Assert.That(await ListAsync(rig.Dataset, Role.Steward, "elsewhere"), Is.Empty);
        foreach (var role in new[] { Role.Administrator, Role.Auditor })
            Assert.That(await ListAsync(rig.Dataset, role, null), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_page_ends_where_the_next_begins()
    {
        var rig = await GateRig.CreateAsync();
        for (var i = 0; i < 5; i++)
            await rig.RefusalAsync();
        var steward = await rig.Dataset.StewardAsync();
        var seen = new List<long>();
        for (long? before = long.MaxValue; before is not null;)
        {
            var page = await OfferedDataset.SendAsync(steward, HttpMethod.Get, $"datasets/{rig.Dataset.Name}/use?limit=2&before={before}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(use => use.GetProperty("id").GetInt64()));
            before = page.GetProperty("next").ValueKind == JsonValueKind.Null ? null : page.GetProperty("next").GetInt64();
        }
        Assert.That(seen, Has.Count.EqualTo(5).And.Ordered.Descending.And.Unique);
    }

    [Test]
    public async Task An_orderly_stop_loses_nothing()
    {
        await using var database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        using var writer = new UseWriter(database, TimeProvider.System, NullLogger<UseWriter>.Instance);
        await writer.StartAsync(CancellationToken.None);
        Parallel.For(0, 5000, i => writer.Add(Use(i)));
        await writer.StopAsync(CancellationToken.None);
        Assert.That(await database.ScalarAsync<long>($"select count(distinct records) from sharing.uses", [], CancellationToken.None), Is.EqualTo(5000));
    }

    [Test]
    public async Task While_the_database_is_away_uses_wait_and_none_is_lost_or_written_twice()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(logins.Application);
        var time = new FakeTimeProvider();
        var log = new FakeLogger<UseWriter>();
        using var writer = new UseWriter(database, time, log);
        await writer.StartAsync(CancellationToken.None);
        writer.Add(Use(0));
        await writer.FlushAsync(CancellationToken.None);
        await TestPostgres.CloseAsync(logins);
        for (var i = 1; i < 10; i++)
            writer.Add(Use(i));
        await log.HeardAsync("they wait");
        await TestPostgres.OpenAsync(logins);
        var written = writer.FlushAsync(CancellationToken.None);
        while (!written.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        Assert.That(await database.ScalarAsync<string>($"select string_agg(records::text, ' ' order by records, id) from sharing.uses", [], CancellationToken.None), Is.EqualTo("0 1 2 3 4 5 6 7 8 9"));
        await writer.StopAsync(CancellationToken.None);
    }

    static ReadUse Use(int records) =>
        new(DateTimeOffset.UnixEpoch, 1, "people", null, "token:7", "Reader", "office", null, null, DeliveryMode.Query, "page", records, records, UseOutcome.Served, null, null);

    /// <summary>Hears what is logged.</summary>
    sealed class FakeLogger<T> : ILogger<T>
    {
        readonly Channel<string> said = Channel.CreateUnbounded<string>();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => said.Writer.TryWrite(formatter(state, exception));

        public async Task HeardAsync(string part)
        {
            while (!(await said.Reader.ReadAsync()).Contains(part, StringComparison.Ordinal))
            {
            }
        }
    }

    static async Task<List<JsonElement>> ListAsync(OfferedDataset dataset, Role role, string? department, string query = "") =>
        [.. (await OfferedDataset.SendAsync(await dataset.Hub.ClientAsync(role, department), HttpMethod.Get, $"datasets/{dataset.Name}/use{query}")).GetProperty("items").EnumerateArray()];
}
