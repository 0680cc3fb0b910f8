using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>
/// Random datasets, histories and grants: whatever way a consumer reads, it learns what a naive reading of its terms
/// over the provider's own data gives, no more and no less.
/// </summary>
public sealed class DifferentialTests
{
    const int Samples = 6;
    const int Threads = 2;

    static readonly RowCondition[] Asked =
    [
        new("/district", "eq", ["north"]), new("/amount", "gte", ["0"]), new("/born", "lt", ["2000-01-01"]), new("/active", "eq", ["true"]), new("/address/city", "eq", ["south"]),
    ];

    [Test]
    public Task Every_way_out_gives_what_a_naive_filter_gives() => World.Any.SampleAsync(async world =>
    {
        var stage = await Stage.SetAsync();
        await stage.IssueAsync(world.Terms);
        foreach (var changes in world.Publications)
            await stage.Dataset.PublishAsync(changes);
        var own = await OwnDataAsync(stage);
        var view = new NaiveView(world.Terms, await stage.HashKeyAsync());
        for (var asOf = 0; asOf < own.Count; asOf++)
        {
            var expected = Shown(own[asOf], view);
            await ListsAsync(stage, $"?asOf={asOf}", expected);
            if (asOf > 0)
                await CsvAsync(stage, asOf, view, expected);
            await LookUpsAsync(stage, asOf, world.Terms, expected, own);
            foreach (var row in Asked)
                await FilteredAsync(stage, asOf, row, view, own[asOf]);
        }
    }, iter: Samples, threads: Threads, print: world => world.Tell());

    [Test]
    public Task Whoever_follows_the_changes_has_what_a_naive_filter_gives_at_each_publication() => World.Any.SampleAsync(async world =>
    {
        var stage = await Stage.SetAsync();
        var (grant, terms) = (await stage.IssueAsync(world.Terms), world.Terms);
        var followers = new List<Follower> { new(2) };
        foreach (var (number, changes) in world.Publications.Index())
        {
            (grant, terms, var ended) = await DoAsync(stage, grant, terms, world, number);
            if (ended)
            {
                foreach (var follower in followers)
                    await follower.StartAnewAsync(stage);
            }
            await stage.Dataset.PublishAsync(changes);
            followers.Add(new Follower(1 + (number % 2)));
            var view = new NaiveView(terms, await SecretAsync(stage));
            var own = await OwnDataAsync(stage);
            var once = own.SelectMany(state => Shown(state, view).Keys).ToHashSet();
            // A follower sleeps through a publication, or stops in the middle of its walk, and must come out right at a later one.
            foreach (var (i, follower) in followers.Index())
            {
                if (number < world.Publications.Length - 1 && (i + number) % 3 > 0)
                {
                    if ((i + number) % 3 == 1)
                        await follower.StepAsync(stage);
                    continue;
                }
                await follower.CatchUpAsync(stage);
                Assert.That(follower.State, Is.EquivalentTo(Shown(own[^1], view)), $"after publication {number + 1}");
                Assert.That(follower.Told, Is.SubsetOf(once), "keys that were never in its rows");
            }
        }
    }, iter: Samples, threads: Threads, print: world => world.Tell());

    /// <summary>Does something to the grant; says whether cursors end with it.</summary>
    static async Task<(Grant Grant, Terms Terms, bool Ended)> DoAsync(Stage stage, Grant grant, Terms terms, World world, int step)
    {
        switch (world.Deeds[step])
        {
            case GrantDeed.Prolong:
                return (await stage.RenewAsync(grant, grant.Terms.Until.AddDays(1)), terms, false);
            case GrantDeed.Narrow when terms.Fields.Count > 1:
                string[] fewer = [.. terms.Fields.Where(field => field != terms.Fields[^1] && !terms.Fields[^1].StartsWith(field + "/", StringComparison.Ordinal))];
                grant = await stage.RenewAsync(grant, grant.Terms.Until, fewer);
                return (grant, terms with { Fields = fewer, Masks = terms.Masks.Where(mask => fewer.Contains(mask.Key)).ToDictionary() }, true);
            case GrantDeed.Replace:
                await stage.RevokeAsync(grant);
                return (await stage.IssueAsync(world.Others), world.Others, true);
            case GrantDeed.SuspendAndResume:
                await stage.SuspendAsync(grant);
                return (await stage.ResumeAsync(grant), terms, false);
            default:
                return (grant, terms, false);
        }
    }

    /// <summary>What the provider itself reads, by publication.</summary>
    static async Task<List<Dictionary<string, string>>> OwnDataAsync(Stage stage)
    {
        var states = new List<Dictionary<string, string>>();
        for (var asOf = 0; asOf <= stage.Dataset.Publication; asOf++)
            states.Add((await stage.Provider.LinesAsync($"{stage.Path}/records?asOf={asOf}")).ToDictionary(line => JsonNode.Parse(line)!["id"]!.GetValue<string>()));
        return states;
    }

    /// <summary>The gate makes the hub's secret at its first use.</summary>
    static async Task<byte[]> SecretAsync(Stage stage)
    {
        await stage.Reader.LinesAsync($"{stage.Path}/records");
        return await stage.HashKeyAsync();
    }

    static Dictionary<string, string> Shown(Dictionary<string, string> records, NaiveView view) => records
        .Select(record => (record.Key, Text: view.Show(record.Value))).Where(record => record.Text is not null).ToDictionary(record => record.Key, record => record.Text!);

    static async Task ListsAsync(Stage stage, string query, Dictionary<string, string> expected)
    {
        var walked = await stage.Reader.WalkAsync($"{stage.Path}/records{query}&limit=2");
        Assert.That(
            walked.Select(record => KeyValuePair.Create(record.Key, NaiveView.Normal(record.Value))),
            Is.EqualTo(expected.OrderBy(record => record.Key, Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))))), query);
        Assert.That((await stage.Reader.LinesAsync($"{stage.Path}/records{query}")).Select(NaiveView.Normal), Is.EquivalentTo(expected.Values), query);
    }

    static async Task CsvAsync(Stage stage, int asOf, NaiveView view, Dictionary<string, string> expected)
    {
        using var answer = await stage.Reader.SendAsync($"{stage.Path}/records?asOf={asOf}", "text/csv");
        var rows = CsvText.Read(await answer.Content.ReadAsStringAsync());
        var columns = World.Columns.Where(column => view.ShowsSome(column.Pointer)).ToList();
        Assert.That(rows[0], Is.EqualTo(columns.Select(column => column.Name)));
        Assert.That(
            rows.Skip(1).Select(row => string.Join('\u001f', row.Select(CsvText.Comparable))),
            Is.EquivalentTo(expected.Values.Select(record => string.Join('\u001f', columns.Select(column => CsvText.Cell(record, column.Pointer))))));
        Assert.That(answer.Headers.GetValues("Exchange-Record-Count").Single(), Is.EqualTo($"{expected.Count}"));
    }

    static async Task LookUpsAsync(Stage stage, int asOf, Terms terms, Dictionary<string, string> expected, List<Dictionary<string, string>> own)
    {
        foreach (var key in World.Keys)
        {
            var path = $"{stage.Path}/records/{Uri.EscapeDataString(key)}?asOf={asOf}";
            using var answer = await stage.Reader.SendAsync(path);
            using var head = await stage.Reader.SendAsync(path, method: HttpMethod.Head);
            var body = await answer.Content.ReadAsStringAsync();
            var wasDeleted = terms.Rows.Count == 0 && own.Take(asOf + 1).Any(state => state.ContainsKey(key));
            Assert.That((int)answer.StatusCode, Is.EqualTo(expected.ContainsKey(key) ? 200 : wasDeleted ? 410 : 404), $"{key} as of {asOf}");
            Assert.That((head.StatusCode, head.Headers.ETag), Is.EqualTo((answer.StatusCode, answer.Headers.ETag)));
            if (!expected.TryGetValue(key, out var record))
                continue;
            Assert.That(NaiveView.Normal(body), Is.EqualTo(record), $"{key} as of {asOf}");
            Assert.That(answer.Content.Headers.ContentLength, Is.EqualTo(Encoding.UTF8.GetByteCount(body)).And.EqualTo(head.Content.Headers.ContentLength));
        }
    }

    static async Task FilteredAsync(Stage stage, int asOf, RowCondition row, NaiveView view, Dictionary<string, string> own)
    {
        var name = row.Field[1..].Replace('/', '.');
        var query = $"?asOf={asOf}&{name}{(row.Op == "eq" ? "" : "." + row.Op)}={row.Values[0]}";
        if (view.ShowsWhole(row.Field))
        {
            await ListsAsync(stage, query, Shown(own.Where(record => NaiveView.Meets(JsonNode.Parse(record.Value)!, row)).ToDictionary(), view));
            return;
        }
        foreach (var accept in new[] { "application/json", "application/x-ndjson", "text/csv" })
            Assert.That(await stage.Reader.RefusalAsync($"{stage.Path}/records{query}", accept), Is.EqualTo((403, "field-withheld")), $"{query} as {accept}");
    }

    /// <summary>A consumer that keeps a copy.</summary>
    sealed class Follower(int limit)
    {
        string? cursor;

        public Dictionary<string, string> State { get; private set; } = [];

        /// <summary>Every key that it was told of.</summary>
        public HashSet<string> Told { get; } = [];

        public async Task CatchUpAsync(Stage stage)
        {
            while (await StepAsync(stage))
            {
            }
        }

        /// <summary>Reads one page; whether more follow.</summary>
        public async Task<bool> StepAsync(Stage stage)
        {
            var page = await stage.Reader.GetAsync($"{stage.Path}/changes?limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}");
            Apply(page);
            cursor = page.GetProperty("next").GetString();
            return page.GetProperty("more").GetBoolean();
        }

        /// <summary>Finds its cursor over, and begins again.</summary>
        public async Task StartAnewAsync(Stage stage)
        {
            if (cursor is not null)
                Assert.That(await stage.Reader.RefusalAsync($"{stage.Path}/changes?cursor={cursor}"), Is.EqualTo((410, "grant-changed")));
            cursor = null;
            State = [];
            Told.Clear();
        }

        void Apply(JsonElement page)
        {
            foreach (var change in page.GetProperty("items").EnumerateArray())
            {
                Told.Add(change.GetProperty("key").GetString()!);
                RecordsClient.Apply(change, State);
            }
            foreach (var (key, record) in State)
                State[key] = NaiveView.Normal(record);
        }
    }
}
