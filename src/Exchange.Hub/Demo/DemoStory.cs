using System.Globalization;
using System.Text.Json.Nodes;
using Exchange.Hub.Demo.City;

namespace Exchange.Hub.Demo;

/// <summary>
/// Seven days in the city, told through the REST API. The generator knows what each run must read and publish; whatever
/// comes out otherwise is a surprise, and a story with surprises has failed.
/// </summary>
sealed class DemoStory(
    HubClient hub, CityStory city, SampleFolder samples, Func<CancellationToken, Task> upkeep, Narrator narrator, List<string> surprises, CancellationToken cancellationToken)
{
    public const int LastDay = 7;

    readonly List<(int Day, DemoRun Run)> runs = [];
    readonly List<(int Day, DemoRun Run)> waits = [];
    readonly Dictionary<string, int> lastPublished = [];

    /// <summary>Tells the six days on which the departments' data comes to the hub.</summary>
    public async Task TellAsync()
    {
        await ApplyAsync();
        await FirstLoadAsync();
        await SecondDayAsync();
        await LateSourceAsync();
        await BadRowsAsync();
        await RenamedColumnAsync();
        await MissingDistrictAsync();
    }

    /// <summary>Tells one more morning, on which nothing goes wrong.</summary>
    public async Task LastMorningAsync()
    {
        narrator.Chapter(LastDay, "the next morning's files");
        await PublishAsync(LastDay, [city.Companies, city.Residents, city.Employments]);
        await PublishAsync(LastDay, [city.Marriages], Mishap.RenamedColumn);
    }

    async Task ApplyAsync()
    {
        narrator.Say($"The documents of {samples.City}, as `exchange apply` puts them:");
        foreach (var kind in samples.Documents().GroupBy(document => document.Path[..document.Path.IndexOf('/', StringComparison.Ordinal)]))
        {
            foreach (var (path, body) in kind)
                await hub.PutAsync(path, kind.Key == "datasets" ? AtStoryPace(body) : body, cancellationToken);
            narrator.Say($"  {kind.Key,-14}{string.Join(", ", kind.Select(document => document.Path[(kind.Key.Length + 1)..]))}");
        }
    }

    // The story starts the runs itself, and does not wait a minute for a second attempt.
    static JsonNode AtStoryPace(JsonNode dataset)
    {
        dataset["schedule"] = null;
        dataset["retry"] = new JsonObject { ["attempts"] = 20, ["firstDelaySeconds"] = 1 };
        return dataset;
    }

    async Task FirstLoadAsync()
    {
        narrator.Chapter(1, "everything for the first time");
        await PublishAsync(1, city.Islands);
        narrator.Say("  The same files once more: nothing to publish.");
        await PublishAsync(1, [city.Companies]);
    }

    async Task SecondDayAsync()
    {
        narrator.Chapter(2, "some things changed, some are gone");
        await PublishAsync(2, city.Islands);
    }

    async Task LateSourceAsync()
    {
        const int day = 3;
        narrator.Chapter(day, "social security is late");
        await PublishAsync(day, [city.Companies, city.Residents, city.Marriages]);
        city.Employments.Write(day, Mishap.Late);
        var run = await hub.StartRunAsync(city.Employments.Dataset, cancellationToken);
        run = await hub.WaitAsync(run.Id, [.. DemoRun.Settled, "retrying"], cancellationToken);
        narrator.Ran(run);
        waits.Add((day, run));
        Check(run.State == "retrying", $"day {day}: the run of {run.Dataset} should have waited for its file but is {run.State}");
        narrator.Say("  The night job finishes its file; the run that waits finds it at its next attempt.");
        city.Employments.Write(day);
        await SettleAsync(day, city.Employments, run.Id);
    }

    async Task BadRowsAsync()
    {
        const int day = 4;
        narrator.Chapter(day, "social security sends bad rows: they are set aside with their reasons, the rest is published");
        await PublishAsync(day, [city.Employments], Mishap.BadRows);
        await PublishAsync(day, [city.Companies, city.Residents, city.Marriages]);
    }

    async Task RenamedColumnAsync()
    {
        const int day = 5;
        narrator.Chapter(day, "civil affairs renames a column: nothing is published until a person has looked");
        await PublishAsync(day, [city.Companies, city.Residents, city.Employments]);
        await ExpectHoldAsync(day, city.Marriages, Mishap.RenamedColumn);
        narrator.Say("  A steward amends the mapping; the next run goes on.");
        await hub.PutAsync("mappings/marriage", samples.Amendment("mappings/marriage.mapping.json"), cancellationToken);
        await PublishAsync(day, [city.Marriages], Mishap.RenamedColumn);
    }

    async Task MissingDistrictAsync()
    {
        const int day = 6;
        narrator.Chapter(day, "a district is missing from the zip: a quarter of the residents would be deleted");
        await PublishAsync(day, [city.Companies, city.Employments]);
        await PublishAsync(day, [city.Marriages], Mishap.RenamedColumn);
        var held = await ExpectHoldAsync(day, city.Residents, Mishap.MissingDistrict);
        narrator.Say("  Nobody moved away. The steward discards the run; the office sends the whole zip.");
        await hub.PostAsync($"runs/{held.Id}/discard", new { reason = "The zip lacked a district; a whole one is on its way." }, cancellationToken);
        await PublishAsync(day, [city.Residents]);
    }

    async Task<DemoRun> ExpectHoldAsync(int day, IIsland island, Mishap mishap)
    {
        island.Write(day, mishap);
        var run = await hub.StartRunAsync(island.Dataset, cancellationToken);
        run = await hub.WaitAsync(run.Id, DemoRun.Settled, cancellationToken);
        narrator.Ran(run);
        waits.Add((day, run));
        Check(run.State == "held", $"day {day}: the run of {run.Dataset} should have been held but is {run.State}");
        await upkeep(cancellationToken); // the hub's own minute may come now or later: the story is the same
        return run;
    }

    /// <summary>Writes the islands of a day, runs their datasets side by side, and compares the counts with the truth.</summary>
    async Task PublishAsync(int day, IReadOnlyList<IIsland> islands, Mishap mishap = Mishap.None)
    {
        var started = new List<(IIsland Island, string Id)>();
        foreach (var island in islands)
        {
            island.Write(day, mishap);
            started.Add((island, (await hub.StartRunAsync(island.Dataset, cancellationToken)).Id));
        }
        foreach (var (island, id) in started)
            await SettleAsync(day, island, id, mishap);
    }

    async Task SettleAsync(int day, IIsland island, string id, Mishap mishap = Mishap.None)
    {
        var run = await hub.WaitAsync(id, DemoRun.Settled, cancellationToken);
        narrator.Ran(run);
        runs.Add((day, run));
        var expected = island.Expect(lastPublished.GetValueOrDefault(island.Dataset), day, mishap);
        Check(run.State == "succeeded", $"day {day}: the run of {run.Dataset} should have succeeded but is {run.State}: {run.Reason}");
        Check(run.Counts == expected, $"day {day}: {run.Dataset} should have {expected} but has {run.Counts}");
        lastPublished[island.Dataset] = day;
    }

    /// <summary>Compares what is there in the end, and prints the tables.</summary>
    public async Task SumUpAsync()
    {
        narrator.Summary(runs);
        narrator.Holds(await CompareDatasetsAsync());
        narrator.Rejects(await CompareRejectsAsync());
        narrator.Waits(waits);
        var audit = await hub.GetAsync("audit/verify", cancellationToken);
        Check(audit.GetProperty("intact").GetBoolean(), "the chain of the audit log is broken");
        narrator.Say();
        narrator.Say(string.Create(CultureInfo.InvariantCulture, $"The audit log holds {audit.GetProperty("events").GetInt64():N0} events and its chain is whole."));
    }

    async Task<IReadOnlyList<(string Dataset, long Publication, long Records)>> CompareDatasetsAsync()
    {
        var holds = new List<(string, long, long)>();
        foreach (var island in city.Islands)
        {
            var publication = (await hub.GetAsync("datasets/" + island.Dataset, cancellationToken)).GetProperty("publication");
            var records = publication.GetProperty("records").GetInt64();
            var expected = island.Expect(0, LastDay).Added;
            Check(records == expected, $"{island.Dataset} should hold {expected} records but holds {records}");
            holds.Add((island.Dataset, publication.GetProperty("number").GetInt64(), records));
        }
        return holds;
    }

    async Task<IReadOnlyList<RejectGroup>> CompareRejectsAsync()
    {
        var rejects = new List<RejectGroup>();
        foreach (var (_, run) in runs.Where(each => each.Run.Counts.Rejected > 0))
            rejects.AddRange(RejectGroup.Of(await hub.GetAsync($"runs/{run.Id}/rejects?limit=1000", cancellationToken)));
        var found = rejects.GroupBy(group => group.Code).ToDictionary(code => code.Key, code => code.Sum(group => group.Count));
        foreach (var (code, count) in SocialSecurity.BadRowReasons)
            Check(found.GetValueOrDefault(code) == count, $"{count} rows should have been rejected as {code}, not {found.GetValueOrDefault(code)}");
        return rejects;
    }

    void Check(bool holds, string surprise)
    {
        if (!holds)
            surprises.Add(surprise);
    }
}
