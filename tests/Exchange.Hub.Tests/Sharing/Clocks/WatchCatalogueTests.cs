using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Sharing.Clocks;

/// <summary>When a source is not any more what the catalogue says, its department has so many working days.</summary>
public sealed class WatchCatalogueTests
{
    static readonly DateTimeOffset Found = new(2026, 9, 30, 2, 0, 0, TimeSpan.Zero);

    OfferedDataset dataset = null!;

    [SetUp]
    public async Task Prepare() => dataset = await OfferedDataset.CreateAsync(policy: null);

    [Test]
    public async Task The_clock_runs_from_the_run_that_was_held_until_that_is_decided()
    {
        var run = await HoldAsync("source-columns-changed", Found);
        await WatchAsync();
        await WatchAsync();
        var clock = (await ClocksAsync()).Single();
        Assert.That(
            (clock.GetProperty("startedAt").GetDateTimeOffset(), clock.GetProperty("department").GetString(), clock.GetProperty("stoppedAt").ValueKind),
            Is.EqualTo((Found, dataset.Provider, JsonValueKind.Null)));
        Assert.That(await TasksAsync(), Is.EqualTo(2), "staff and stewards of the provider are told, once");

        await EndAsync(run, "discarded", Found.AddDays(2));
        await WatchAsync();
        Assert.That((await ClocksAsync()).Single().GetProperty("stoppedAt").GetDateTimeOffset(), Is.EqualTo(Found.AddDays(2)), "as of the decision, not of the look at it");
        Assert.That(await TasksAsync(), Is.Zero);
    }

    [Test]
    public async Task A_run_that_is_held_in_the_place_of_another_goes_on_with_its_clock_and_a_later_one_has_its_own()
    {
        var first = await HoldAsync("source-columns-changed", Found);
        await WatchAsync();
        var second = await HoldAsync("source-columns-changed", Found.AddDays(1), discards: first);
        await WatchAsync();
        Assert.That(await ClocksAsync(), Has.Count.EqualTo(1));
        await EndAsync(second, "succeeded", Found.AddDays(3));
        await WatchAsync();
        await HoldAsync("source-columns-changed", Found.AddDays(4));
        await WatchAsync();
        Assert.That(
            (await ClocksAsync()).Select(clock => clock.GetProperty("startedAt").GetDateTimeOffset().Day), Is.EqualTo(new[] { Found.AddDays(4).Day, Found.Day }));
    }

    [Test]
    public async Task What_is_held_because_too_much_would_go_is_no_change_of_the_catalogue()
    {
        await HoldAsync("too-many-deletions", Found);
        await WatchAsync();
        Assert.That(await ClocksAsync(), Is.Empty);
    }

    Task WatchAsync() => dataset.Hub.Services.GetRequiredService<WatchCatalogue>().ExecuteAsync(CancellationToken.None);

    /// <summary>A run as its worker leaves it when it finds other columns.</summary>
    /// <param name="discards">The run in whose place it comes, in the same moment: the hub watches by itself, too.</param>
    async Task<Guid> HoldAsync(string reason, DateTimeOffset at, Guid? discards = null)
    {
        var id = Guid.NewGuid();
        var datasetId = (await Granted.HeadAsync(dataset)).DatasetId;
        await dataset.Hub.Database.InTransactionAsync(
            async connection =>
            {
                await connection.ExecuteAsync($"update runs.runs set state = 'discarded', ended_at = $2 where id = $1::uuid", [discards, at], CancellationToken.None);
                await connection.ExecuteAsync(
                    $"""
                    insert into runs.runs (id, dataset_id, dataset, state, phase, trigger, requested_by, requested_at, started_at, heartbeat_at, hold)
                    values ($1, $2, $3, 'held', 'done', 'manual', 'test', $4, $4, $4, $5)
                    """,
                    [id, datasetId, dataset.Name, at, $$"""{"reason":"{{reason}}","detail":"Test.","changes":[]}"""], CancellationToken.None);
            },
            CancellationToken.None);
        return id;
    }

    Task EndAsync(Guid run, string state, DateTimeOffset at) =>
        dataset.Hub.Database.ExecuteAsync($"update runs.runs set state = $2, ended_at = $3 where id = $1", [run, state, at], CancellationToken.None);

    async Task<List<JsonElement>> ClocksAsync() =>
        [.. (await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Get, $"clocks?subject=dataset:{dataset.Name}&kind=catalogue-update")).GetProperty("items").EnumerateArray()];

    async Task<int> TasksAsync()
    {
        var open = 0;
        foreach (var role in new[] { Role.ItStaff, Role.Steward })
        {
            var tasks = await OfferedDataset.SendAsync(await dataset.Hub.ClientAsync(role, dataset.Provider), HttpMethod.Get, "tasks");
            open += tasks.GetProperty("items").EnumerateArray().Count(task => task.GetProperty("kind").GetString() == WatchCatalogue.UpdateTask);
        }
        return open;
    }
}
