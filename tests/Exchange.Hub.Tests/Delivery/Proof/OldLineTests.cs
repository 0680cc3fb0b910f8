using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>
/// A dataset moves to another major version of its schema. Whoever was granted the old one goes on reading what there was
/// of it until the day that was announced, by every way out, and nothing that came after.
/// </summary>
public sealed class OldLineTests
{
    const string NextSchema = "proof/2.0";
    const int Samples = 6;
    const int Threads = 2;

    static readonly string[] Filters = ["", "&district=north", "&amount.gte=0", "&born.lt=2000-01-01", "&active=true", "&address.city=south"];

    [OneTimeSetUp]
    public static async Task Register() => await OfferedDataset.SendAsync(
        await DeliverySetup.Hub.ClientAsync(Role.Administrator), HttpMethod.Put, $"schemas/{NextSchema}",
        World.Schema.Replace("\"note\":{\"type\":\"string\"}", "\"note\":{\"type\":\"string\"},\"secret\":{\"type\":\"string\"}", StringComparison.Ordinal));

    [Test]
    public Task Every_way_out_gives_after_the_move_what_it_gave_at_the_end_of_the_line() => World.Any.SampleAsync(async world =>
    {
        var stage = await Stage.SetAsync();
        await stage.IssueAsync(world.Terms);
        var last = world.Publications.Length - 2;
        foreach (var changes in world.Publications[..last])
            await stage.Dataset.PublishAsync(changes);
        var places = new List<string>();
        var before = await EverythingAsync(stage, last, places);
        await LeaveAsync(stage, TimeProvider.System.GetUtcNow().AddDays(7));
        foreach (var changes in world.Publications[last..])
            await stage.Dataset.PublishAsync(World.Keys.Take(3).Select(Marked).Concat(changes).DistinctBy(change => change.Key));
        Assert.That(await EverythingAsync(stage, last, places), Is.EqualTo(before));
        await NaivelyAsync(stage, world.Terms, last);
        await NothingNewerAsync(stage, last, places[^1]);
    }, iter: Samples, threads: Threads, print: world => world.Tell());

    [Test]
    public Task Whoever_follows_across_the_move_ends_with_the_last_publication_of_the_line() => World.Any.SampleAsync(async world =>
    {
        var stage = await Stage.SetAsync();
        await stage.IssueAsync(world.Terms);
        var last = world.Publications.Length - 1;
        var followers = new List<(Dictionary<string, string> State, string? Cursor)>();
        foreach (var changes in world.Publications[..last])
        {
            followers.Add(await StepAsync(stage, ([], null), 2));
            await stage.Dataset.PublishAsync(changes);
            for (var i = 0; i < followers.Count; i++)
                followers[i] = await StepAsync(stage, followers[i], 1 + (i % 2));
        }
        await LeaveAsync(stage, TimeProvider.System.GetUtcNow().AddDays(7));
        await stage.Dataset.PublishAsync(World.Keys.Take(2).Select(Marked).Concat(world.Publications[last]).DistinctBy(change => change.Key));
        var expected = await ShownAsync(stage, world.Terms, last);
        foreach (var follower in followers)
        {
            var (state, cursor) = follower;
            while (await stage.Reader.SendAsync(Changes(stage, cursor, 2)) is { IsSuccessStatusCode: true } answer)
                (state, cursor) = Apply(JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()), state);
            Assert.That(await stage.Reader.RefusalAsync(Changes(stage, cursor, 2)), Is.EqualTo((410, "schema-line-ended")));
            Assert.That(state.Select(record => KeyValuePair.Create(record.Key, NaiveView.Normal(record.Value))), Is.EquivalentTo(expected));
        }
    }, iter: Samples, threads: Threads, print: world => world.Tell());

    [TestCase(null)]
    [TestCase(-1)]
    public async Task Without_a_promise_and_after_its_day_every_way_out_is_closed(int? days)
    {
        var stage = await MovedAsync(days is { } some ? TimeProvider.System.GetUtcNow().AddDays(some) : null);
        foreach (var (path, accept) in new[]
        {
            ("/records", null), ("/records?asOf=1", null), ("/records", "application/x-ndjson"), ("/records", "text/csv"), ("/records/a", null), ("/records/a?asOf=1", null),
            ("/changes", null), ("/changes", "application/x-ndjson"), ("/changes?wait=50", (string?)null),
        })
            Assert.That(await stage.Reader.RefusalAsync(stage.Path + path, accept), Is.EqualTo((403, "schema-major-changed")), $"{path} {accept}");
    }

    [Test]
    public async Task Whoever_does_not_say_that_it_keeps_to_the_end_of_a_line_is_not_let_in()
    {
        var stage = await MovedAsync(TimeProvider.System.GetUtcNow().AddDays(1));
        var head = (await DatasetHeads.FindAsync(DeliverySetup.Hub.Database, stage.Dataset.Name, CancellationToken.None))!;
        var reader = new Caller("token:x", "Reader", Role.Subscriber, stage.Consumer);
        var decision = await DeliverySetup.Hub.Services.GetRequiredService<AccessGate>()
            .AnswerAsync(new ReadQuestion(reader, head, DeliveryMode.Push, null, TimeProvider.System.GetUtcNow()), CancellationToken.None);
        Assert.That(decision.Refusal?.Code, Is.EqualTo("schema-major-changed"));
    }

    [Test]
    public async Task A_reader_is_told_since_when_the_line_is_over_and_until_when_it_is_read()
    {
        var until = new DateTimeOffset(2126, 3, 1, 0, 0, 0, TimeSpan.Zero);
        var stage = await MovedAsync(until);
        using var answer = await stage.Reader.SendAsync(stage.Path + "/records");
        Assert.That(answer.Headers.GetValues("Sunset").Single(), Is.EqualTo("Fri, 01 Mar 2126 00:00:00 GMT"));
        Assert.That(answer.Headers.GetValues("Deprecation").Single(), Is.EqualTo($"@{DateTimeOffset.UnixEpoch.AddDays(1).ToUnixTimeSeconds()}"));
    }

    [Test]
    public async Task A_wait_that_the_move_ends_is_asked_again_and_then_told_that_the_line_is_over()
    {
        var stage = await Stage.SetAsync();
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] });
        await stage.Dataset.PublishAsync(Marked("a"));
        var cursor = (await stage.Reader.GetAsync(stage.Path + "/changes")).GetProperty("next").GetString();
        var waiting = stage.Reader.SendAsync($"{stage.Path}/changes?wait=50&cursor={cursor}");
        await LeaveAsync(stage, TimeProvider.System.GetUtcNow().AddDays(7));
        await stage.Dataset.PublishAsync(Marked("b"));
        using var answer = await waiting;
        var text = await answer.Content.ReadAsStringAsync();
        // Whether the request or the publication came first, nothing of the publication is told.
        Assert.That(((int)answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(text).GetProperty("code").GetString()), Is.EqualTo((503, "dataset-changing")).Or.EqualTo((410, "schema-line-ended")));
        Assert.That(await stage.Reader.RefusalAsync($"{stage.Path}/changes?wait=50&cursor={cursor}"), Is.EqualTo((410, "schema-line-ended")));
    }

    [Test]
    public async Task A_new_grant_for_the_same_purpose_goes_before_the_old_one()
    {
        var stage = await MovedAsync(TimeProvider.System.GetUtcNow().AddDays(7));
        Assert.That(await stage.Reader.LinesAsync(stage.Path + "/records"), Has.Count.EqualTo(1));
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] });
        Assert.That(await stage.Reader.LinesAsync(stage.Path + "/records"), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_end_of_the_grant_ends_the_old_line_too()
    {
        var stage = await Stage.SetAsync();
        var grant = await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] });
        await stage.Dataset.PublishAsync(Marked("a"));
        await LeaveAsync(stage, TimeProvider.System.GetUtcNow().AddDays(7));
        await stage.Dataset.PublishAsync(Marked("b"));
        await stage.RevokeAsync(grant);
        Assert.That((await stage.Reader.RefusalAsync(stage.Path + "/records")).Status, Is.EqualTo(403));
    }

    [Test]
    public async Task A_field_that_is_filterable_with_another_type_since_chooses_nothing_of_the_old_line()
    {
        var stage = await Stage.SetAsync();
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id", "/district"], Rows = [new RowCondition("/district", "eq", ["5"])] });
        await stage.Dataset.PublishAsync(KeyValuePair.Create("a", (string?)"""{"district":"5","id":"a"}"""), KeyValuePair.Create("b", (string?)"""{"district":"05","id":"b"}"""));
        await LeaveAsync(stage, TimeProvider.System.GetUtcNow().AddDays(7));
        await stage.Dataset.PublishAsync(Marked("c"));
        await DeliverySetup.Hub.Database.InTransactionAsync(async connection =>
        {
            await connection.ExecuteAsync($"update {stage.Dataset.Tables.Records} set doc = null where key = 'c'", [], CancellationToken.None);
            var head = await DatasetHeads.LockAsync(connection, stage.Dataset.Id, CancellationToken.None);
            var filters = World.Filters.Select(filter => filter.Pointer == "/district" ? (filter.Pointer, FilterType.Numeric) : filter).ToList();
            await FilterColumns.SyncAsync(connection, head, filters, CancellationToken.None);
        }, CancellationToken.None);
        Assert.That((await stage.Reader.RefusalAsync(stage.Path + "/records")).Status, Is.EqualTo(403));
    }

    /// <summary>A dataset with one publication of the old line, a grant for it, and one of the new.</summary>
    static async Task<Stage> MovedAsync(DateTimeOffset? until)
    {
        var stage = await Stage.SetAsync();
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] });
        await stage.Dataset.PublishAsync(Marked("a"));
        await LeaveAsync(stage, until);
        await stage.Dataset.PublishAsync(Marked("b"));
        return stage;
    }

    /// <summary>A record that there is on the new line only.</summary>
    static KeyValuePair<string, string?> Marked(string key) => KeyValuePair.Create(key, (string?)JsonSerializer.Serialize(new { district = "north", id = key, note = Newer }));

    const string Newer = "of the new line";

    /// <summary>As the declaration of the dataset with another major version does.</summary>
    static async Task LeaveAsync(Stage stage, DateTimeOffset? until)
    {
        await DeliverySetup.Hub.Database.InTransactionAsync(
            async connection => await SchemaLines.LeaveAsync(connection, await DatasetHeads.LockAsync(connection, stage.Dataset.Id, CancellationToken.None), World.SchemaName, until, CancellationToken.None),
            CancellationToken.None);
        stage.Dataset.Schema = NextSchema;
    }

    /// <summary>All that a reader is told by every way out: status, tag, counts and body.</summary>
    /// <param name="places">Cursors of the feed that were met, from which it is followed again.</param>
    static async Task<List<string>> EverythingAsync(Stage stage, int last, List<string> places)
    {
        var told = new List<string>();
        string[] times = ["?limit=2", .. Enumerable.Range(0, last + 1).Select(asOf => $"?limit=2&asOf={asOf}")];
        foreach (var (time, filter) in from time in times from filter in Filters select (time, filter))
        {
            var next = "";
            do
                next = await AskAsync(stage, told, $"/records{time}{filter}{(next.Length == 0 ? "" : "&cursor=" + next)}", null);
            while (next.Length > 0);
            foreach (var accept in new[] { "application/x-ndjson", "text/csv" })
                await AskAsync(stage, told, $"/records{time.Replace("limit=2&", "", StringComparison.Ordinal).Replace("limit=2", "", StringComparison.Ordinal)}{filter}", accept);
        }
        foreach (var (key, time) in from key in World.Keys from time in times select (key, time))
            await AskAsync(stage, told, $"/records/{Uri.EscapeDataString(key)}{time}", null);
        await FollowAsync(stage, told, places);
        return told;
    }

    /// <summary>Follows the changes to the end of the line; the second time from every place that was met the first time.</summary>
    static async Task FollowAsync(Stage stage, List<string> told, List<string> places)
    {
        await AskAsync(stage, told, "/changes", "application/x-ndjson");
        foreach (var place in places.Prepend("").SkipLast(1).ToList())
            await AskAsync(stage, told, place.Length == 0 ? "/changes?limit=1" : $"/changes?limit=1&cursor={place}", null);
        while (places.Count == 0 || told[^1].Contains("\"more\":true", StringComparison.Ordinal))
            places.Add(await AskAsync(stage, told, places.Count == 0 ? "/changes?limit=1" : $"/changes?limit=1&cursor={places[^1]}", null));
    }

    static async Task<string> AskAsync(Stage stage, List<string> told, string path, string? accept)
    {
        using var answer = await stage.Reader.SendAsync(stage.Path + path, accept);
        var body = await answer.Content.ReadAsStringAsync();
        var content = accept is null ? body : string.Join('\n', body.Split('\n').Order(StringComparer.Ordinal));
        var headers = answer.Headers.Where(header => header.Key.StartsWith("Exchange-", StringComparison.Ordinal) || header.Key is "ETag" or "Link").Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        if (answer.IsSuccessStatusCode)
            told.Add($"{path} {accept}\n{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{content}");
        else
            told.Add($"{path} {accept}\n{(int)answer.StatusCode} {JsonSerializer.Deserialize<JsonElement>(body).GetProperty("code")}");
        return accept is null && body.StartsWith("{\"items\"", StringComparison.Ordinal) ? JsonSerializer.Deserialize<JsonElement>(body).GetProperty("next").GetString() ?? "" : "";
    }

    /// <summary>The records beside what a naive reading of the terms over the provider's own data gives.</summary>
    static async Task NaivelyAsync(Stage stage, Terms terms, int last)
    {
        var expected = await ShownAsync(stage, terms, last);
        var lines = await stage.Reader.LinesAsync($"{stage.Path}/records");
        Assert.That(lines.Select(NaiveView.Normal), Is.EquivalentTo(expected.Values));
        var walked = await stage.Reader.WalkAsync($"{stage.Path}/records?limit=3");
        Assert.That(walked.Select(record => KeyValuePair.Create(record.Key, NaiveView.Normal(record.Value))), Is.EquivalentTo(expected));
    }

    static async Task<Dictionary<string, string>> ShownAsync(Stage stage, Terms terms, int last)
    {
        var view = new NaiveView(terms, await stage.HashKeyAsync());
        var own = await stage.Provider.LinesAsync($"{stage.Path}/records?asOf={last}");
        Assert.That(await stage.Provider.LinesAsync($"{stage.Path}/records"), Has.Some.Contains(Newer), "the provider sees what is new");
        return own.Select(line => (Key: JsonNode.Parse(line)!["id"]!.GetValue<string>(), Text: view.Show(line))).Where(record => record.Text is not null).ToDictionary(record => record.Key, record => record.Text!);
    }

    static async Task NothingNewerAsync(Stage stage, int last, string place)
    {
        foreach (var path in new[] { $"/records?asOf={last + 1}", $"/records/a?asOf={last + 1}" })
            Assert.That(await stage.Reader.RefusalAsync(stage.Path + path), Is.EqualTo((404, "publication-not-found")));
        foreach (var path in new[] { $"/changes?cursor={place}", $"/changes?cursor={place}&wait=50" })
            Assert.That(await stage.Reader.RefusalAsync(stage.Path + path), Is.EqualTo((410, "schema-line-ended")));
        Assert.That(await stage.Reader.RefusalAsync($"{stage.Path}/changes?cursor={place}", "application/x-ndjson"), Is.EqualTo((410, "schema-line-ended")));
    }

    static async Task<(Dictionary<string, string> State, string? Cursor)> StepAsync(Stage stage, (Dictionary<string, string> State, string? Cursor) follower, int limit) =>
        Apply(await stage.Reader.GetAsync(Changes(stage, follower.Cursor, limit)), follower.State);

    static (Dictionary<string, string>, string?) Apply(JsonElement page, Dictionary<string, string> state)
    {
        foreach (var change in page.GetProperty("items").EnumerateArray())
            RecordsClient.Apply(change, state);
        return (state, page.GetProperty("next").GetString());
    }

    static string Changes(Stage stage, string? cursor, int limit) => $"{stage.Path}/changes?limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}";
}
