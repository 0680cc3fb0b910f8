using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>Whoever tries for more than a grant gives is refused at every way out, is told what to do, and leaves a trace.</summary>
public sealed class AbuseTests
{
    static readonly (string Path, string? Accept)[] WaysOut =
        [("/records", null), ("/records", "application/x-ndjson"), ("/records", "text/csv"), ("/records/a", null), ("/records?asOf=1", null), ("/changes", null), ("/changes", "application/x-ndjson")];

    static readonly Terms North = Granted.Everything with
    {
        Fields = ["/id", "/name", "/district", "/amount"],
        Masks = new Dictionary<string, Mask> { ["/amount"] = Mask.Last4 },
        Rows = [new RowCondition("/district", "eq", ["north"])],
    };

    Stage stage = null!;

    [SetUp]
    public async Task Prepare()
    {
        stage = await Stage.SetAsync();
        await stage.Dataset.PublishAsync([Record("a", "north"), Record("b", "south"), Record("c", "north")]);
    }

    [TestCase("no-grant")]
    [TestCase("grant-expired")]
    [TestCase("grant-not-yet-valid")]
    [TestCase("grant-suspended")]
    [TestCase("grant-revoked")]
    [TestCase("system-not-granted")]
    public async Task Without_a_grant_that_fits_no_way_out_is_open_and_the_audit_log_says_so(string code)
    {
        await (code switch
        {
            "grant-expired" => stage.IssueAsync(North with { Until = DateTimeOffset.UnixEpoch.AddDays(1) }),
            "grant-not-yet-valid" => stage.IssueAsync(North with { From = North.Until.AddDays(-1) }),
            "grant-suspended" => stage.SuspendAsync(await stage.IssueAsync(North)),
            "grant-revoked" => stage.RevokeAsync(await stage.IssueAsync(North)),
            "system-not-granted" => stage.IssueAsync(North, system: "token:another"),
            _ => Task.CompletedTask,
        });
        foreach (var (path, accept) in WaysOut)
        {
            var problem = await stage.Reader.ProblemAsync(stage.Path + path, accept);
            Assert.That((problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()), Is.EqualTo((403, code)), path);
            Assert.That(problem.GetProperty("detail").GetString(), Does.Match(@"(Request|Ask|Try|Use) "), "what to do");
        }
        Assert.That(await RefusalsAsync(), Is.EqualTo(new[] { (code, WaysOut.Length) }));
    }

    [Test]
    public async Task A_token_that_is_forged_bent_or_expired_opens_nothing_and_its_network_is_on_record()
    {
        await stage.IssueAsync(North);
        var good = await stage.Hub.TokenAsync(Role.Subscriber, stage.Consumer);
        var over = await stage.Hub.TokenAsync(Role.Subscriber, stage.Consumer + "-over");
        await stage.Hub.Database.ExecuteAsync($"update platform.tokens set expires_at = now() - interval '1 second' where department = $1", [stage.Consumer + "-over"], CancellationToken.None);
        var before = await StrangersAsync();
        string[] tokens = [Token.Create(), good[..^1] + (good[^1] == 'x' ? 'y' : 'x'), over, "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.", "exh_", new string('A', 8000)];
        foreach (var token in tokens)
        {
            using var client = stage.Hub.Anonymous();
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            var stranger = new RecordsClient(client);
            foreach (var (path, accept) in WaysOut)
                Assert.That(await stranger.RefusalAsync(stage.Path + path, accept), Is.EqualTo((401, "token-refused")), $"{path} {token}");
        }
        Assert.That(await StrangersAsync() - before, Is.GreaterThanOrEqualTo(tokens.Length * WaysOut.Length));
    }

    [Test]
    public async Task A_cursor_serves_its_own_walk_of_its_own_reader_under_its_own_terms_alone()
    {
        var grant = await stage.IssueAsync(North);
        var (page, feed) = await CursorsAsync(stage);
        var foreign = await Stage.SetAsync();
        await foreign.Dataset.PublishAsync([Record("a", "north"), Record("b", "south"), Record("c", "north")]);
        await foreign.IssueAsync(North);
        var (foreignPage, foreignFeed) = await CursorsAsync(foreign);
        var (ownPage, ownFeed) = await CursorsAsync(stage, stage.Provider);
        await RefusedAsync($"/records?limit=1&cursor={foreignPage}", 400, "cursor-invalid");
        await RefusedAsync($"/changes?cursor={foreignFeed}", 400, "cursor-invalid");
        await RefusedAsync($"/records?limit=1&cursor={ownPage}", 410, "grant-changed");
        await RefusedAsync($"/changes?cursor={ownFeed}", 410, "grant-changed");
        await RefusedAsync($"/records?limit=1&cursor={feed}", 400, "cursor-invalid");
        await RefusedAsync($"/changes?cursor={page}", 400, "cursor-invalid");
        await RefusedAsync($"/records?limit=1&cursor={page}&district=north", 400, "cursor-of-another-query");
        for (var at = 0; at < feed.Length; at += 7)
            await RefusedAsync($"/changes?cursor={feed[..at]}{(feed[at] == 'A' ? 'B' : 'A')}{feed[(at + 1)..]}", 400, "cursor-invalid");

        grant = await stage.RenewAsync(grant, grant.Terms.Until.AddDays(1));
        await stage.Reader.GetAsync($"{stage.Path}/changes?cursor={feed}");
        await stage.RenewAsync(grant, grant.Terms.Until, ["/id", "/name"]);
        await RefusedAsync($"/records?limit=1&cursor={page}", 410, "grant-changed");
        await RefusedAsync($"/changes?cursor={feed}", 410, "grant-changed");
        Assert.That((await RefusalsAsync()).Select(each => each.Code), Is.EquivalentTo(new[] { "cursor-invalid", "grant-changed" }));
    }

    [Test]
    public async Task A_withheld_or_masked_field_cannot_be_asked_about()
    {
        await stage.IssueAsync(North);
        string[] conditions = ["amount=1", "amount.gt=0", "active=true", "/amount=1", "born.lt=2000-01-01", "address.city=x"];
        foreach (var condition in conditions)
        {
            foreach (var (path, accept) in WaysOut.Where(way => way.Path.StartsWith("/records", StringComparison.Ordinal) && !way.Path.EndsWith("/a", StringComparison.Ordinal)))
                Assert.That(await stage.Reader.RefusalAsync($"{stage.Path}{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{condition}", accept), Is.EqualTo((403, "field-withheld")), condition);
            using var head = await stage.Reader.SendAsync($"{stage.Path}/records?{condition}", "application/x-ndjson", method: HttpMethod.Head);
            Assert.That((head.StatusCode, head.Headers.Contains("Exchange-Record-Count")), Is.EqualTo((HttpStatusCode.Forbidden, false)));
        }
        Assert.That((await RefusalsAsync()).Single().Code, Is.EqualTo("field-withheld"));
    }

    [Test]
    public async Task A_key_outside_the_rows_is_answered_as_one_that_never_was_and_guessing_is_on_record()
    {
        await using var hub = await TestHub.StartAsync(); // its own: others would write down what is still being counted
        stage = await Stage.SetAsync(hub);
        await stage.Dataset.PublishAsync([Record("a", "north"), Record("b", "south")]);
        await stage.IssueAsync(North);
        foreach (var query in new[] { "", "?asOf=1", "?asOf=0" })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
                Assert.That(await TellAsync($"/records/b{query}", method), Is.EqualTo(await TellAsync($"/records/z{query}", method)), $"{method} {query}");
        }
        var (misses, few) = (12, await RefusalsAsync());
        Assert.That(few.Single(), Is.EqualTo(("record-not-found", misses)));
        await stage.Reader.RefusalAsync($"{stage.Path}/records/y");
        Assert.That(await RefusalsAsync(), Is.EqualTo(few), "a look-up that finds nothing is everyday");
    }

    [Test]
    public async Task An_earlier_publication_of_another_major_version_is_refused()
    {
        var later = stage.Dataset;
        await OfferedDataset.SendAsync(await stage.Hub.ClientAsync(Role.Administrator), HttpMethod.Put, "schemas/proof/2.0", World.Schema.Replace("\"Proof\"", "\"Proof again\"", StringComparison.Ordinal));
        later.Schema = "proof/2.0";
        await later.PublishAsync([Record("d", "north")]);
        await stage.IssueAsync(North);
        foreach (var (path, accept) in new[] { ("/records?asOf=1", null), ("/records?asOf=1", "application/x-ndjson"), ("/records?asOf=1", "text/csv"), ("/records/a?asOf=1", (string?)null) })
            Assert.That(await stage.Reader.RefusalAsync(stage.Path + path, accept), Is.EqualTo((403, "schema-major-changed")), path);
        Assert.That(await stage.Reader.LinesAsync($"{stage.Path}/records?asOf=2"), Has.Count.EqualTo(3));
    }

    async Task RefusedAsync(string path, int status, string code) =>
        Assert.That(await stage.Reader.RefusalAsync(stage.Path + path), Is.EqualTo((status, code)), path);

    static async Task<(string Page, string Feed)> CursorsAsync(Stage stage, RecordsClient? client = null)
    {
        var page = await (client ?? stage.Reader).GetAsync($"{stage.Path}/records?limit=1");
        var feed = await (client ?? stage.Reader).GetAsync($"{stage.Path}/changes?limit=1");
        return (page.GetProperty("next").GetString()!, feed.GetProperty("next").GetString()!);
    }

    /// <summary>All that an answer says, but for when, and which request it was.</summary>
    async Task<string> TellAsync(string path, HttpMethod method)
    {
        using var answer = await stage.Reader.SendAsync(stage.Path + path, method: method);
        var body = await answer.Content.ReadAsStringAsync();
        var reference = method == HttpMethod.Head ? "" : JsonSerializer.Deserialize<JsonElement>(body).GetProperty("reference").GetString()!;
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return $"{answer.StatusCode} {string.Join('\n', headers)} {(reference.Length == 0 ? body : body.Replace(reference, "", StringComparison.Ordinal))}";
    }

    /// <summary>What the audit log says of reads of the dataset that were refused. Other tests write it down meanwhile, too.</summary>
    async Task<(string Code, int Count)[]> RefusalsAsync()
    {
        var events = await EventsAsync($"type=AccessRefused&subject=dataset:{stage.Dataset.Name}");
        return [.. events.GroupBy(data => data.GetProperty("code").GetString()!, data => data.GetProperty("count").GetInt32()).Select(each => (each.Key, each.Sum()))];
    }

    async Task<int> StrangersAsync() => (await EventsAsync("type=StrangerRefused&subject=network:127.0.0.0/24")).Sum(data => data.GetProperty("count").GetInt32());

    async Task<List<JsonElement>> EventsAsync(string query)
    {
        await stage.Hub.Services.GetRequiredService<RefusalWatch>().WriteAsync(CancellationToken.None);
        var log = await OfferedDataset.SendAsync(await stage.Hub.ClientAsync(Role.Auditor), HttpMethod.Get, $"audit?limit=1000&{query}");
        return [.. log.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("data"))];
    }

    static KeyValuePair<string, string?> Record(string key, string district) =>
        KeyValuePair.Create(key, (string?)$$"""{"active":true,"amount":12345,"district":"{{district}}","id":"{{key}}","name":"N"}""");
}
