using System.Net.Http.Headers;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Delivery.Files;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Delivery.Webhooks;
using Exchange.Hub.Tests.Sharing;
using Npgsql;

namespace Exchange.Hub.Tests.Delivery;

/// <summary>
/// One dataset, followed by feed, webhook, table and file at once through a hundred publications, while the hub is killed
/// again and again: the four copies are the same in the end, and what was published.
/// </summary>
public sealed class SoakTests
{
    const int Publications = 100;
    const int Kills = 4;
    const string Consumer = "soaker";
    static readonly TimeSpan patience = TimeSpan.FromSeconds(120);
    static readonly TimeSpan pause = TimeSpan.FromMilliseconds(20);

    static readonly Terms North = Granted.Everything with { Fields = ["/id", "/name", "/district"], Rows = [new RowCondition("/district", "eq", ["north"])] };

    [Test]
    public async Task Four_copies_are_one_after_a_hundred_publications_and_some_kills()
    {
        using var folder = new TemporaryFolder();
        var seed = Random.Shared.Next();
        var chance = new Random(seed);
        await TestContext.Progress.WriteLineAsync($"The seed of the soak is {seed}");
        Directory.CreateDirectory(folder.Of("drops"));
        var logins = await TestPostgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(logins.Application);
        await using var sink = await WebhookSink.StartAsync();
        var server = await ConsumerServer.SharedAsync(isMaria: false);
        var (dataset, token, table) = await PrepareAsync(logins, database, sink, server, folder);

        var feed = new FeedCopy(dataset.Name, token);
        var kills = Enumerable.Range(0, Kills).Select(_ => chance.Next(5, Publications - 5)).ToHashSet();
        var hub = await StartAsync(folder, logins);
        for (var publication = 1; publication <= Publications; publication++)
        {
            await dataset.PublishAsync(Changes(chance, dataset));
            await feed.FollowAsync(hub.Address, chance.Next(1, 8));
            if (kills.Contains(publication))
            {
                await hub.KillAsync();
                await hub.DisposeAsync();
                hub = await StartAsync(folder, logins);
            }
        }
        await using var last = hub;
        await UntilWholeAsync(database, dataset.Publication);
        await feed.FollowAsync(hub.Address, int.MaxValue);
        var files = new NaiveConsumer(folder.Of("drops", Consumer, "in"));
        files.Take();

        var expected = dataset.Newest.Values.Select(text => JsonSerializer.Deserialize<JsonElement>(text)).Where(record => record.GetProperty("district").GetString() == "north")
            .Select(record => Row(record.GetProperty("id").GetString()!, record.GetProperty("name").GetString()!)).Order(StringComparer.Ordinal).ToList();
        var kept = await TableRowsAsync(server, table);
        Assert.Multiple(() =>
        {
            Assert.That(Rows(feed.Records.Values), Is.EqualTo(expected), $"feed, seed {seed}");
            Assert.That(Rows(sink.Copies["copy"].Records.Values), Is.EqualTo(expected), $"webhook, seed {seed}");
            Assert.That(Rows(files.Records.Values), Is.EqualTo(expected), $"file, seed {seed}");
            Assert.That(kept, Is.EqualTo(expected), $"table, seed {seed}");
            Assert.That(sink.Copies["copy"].Forged, Is.Zero);
        });
    }

    /// <summary>Dataset, grant and subscriptions, made by a hub that then stops.</summary>
    static async Task<(TestDataset Dataset, string Token, string Table)> PrepareAsync(DatabaseLogins logins, NpgsqlDataSource database, WebhookSink sink, ConsumerServer server, TemporaryFolder folder)
    {
        await using var hub = await TestHub.StartAsync(
            options => options with { MasterKey = SettingOf("EXCHANGE_MASTER_KEY"), OutboundAllow = "127.0.0.1", DropDirectory = folder.Of("drops"), PublicAddress = SettingOf("EXCHANGE_PUBLIC_ADDRESS") }, logins: logins);
        await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Administrator), HttpMethod.Put, $"schemas/{World.SchemaName}", World.Schema);
        var dataset = await TestDataset.CreateAsync(database, "soaked", World.Filters);
        dataset.Schema = World.SchemaName;
        await dataset.PublishAsync(KeyValuePair.Create("k00", (string?)Record("k00", "north", "first")));
        var staff = await hub.ClientAsync(Role.ItStaff, Consumer);
        await new Stage(hub, dataset, Consumer, new RecordsClient(staff), new RecordsClient(staff)).IssueAsync(North);
        var table = await server.DatabaseAsync();
        var keys = await SubscribeAsync(staff, "webhook", new { url = sink.Url("copy"), batchSize = 7 });
        sink.Copies["copy"].Keys = [.. keys.EnumerateObject().Select(secret => secret.Value.GetString()!)];
        await SubscribeAsync(staff, "file", new { path = "in" });
        await SubscribeAsync(staff, "table", new { server = "postgres", host = "127.0.0.1", port = server.Port, database = table, table = "kept", user = ConsumerServer.User, password = ConsumerServer.Password, tls = "disable" });
        return (dataset, await hub.TokenAsync(Role.Subscriber, Consumer), table);

        async Task<JsonElement> SubscribeAsync(HttpClient client, string kind, object target) =>
            (await OfferedDataset.SendAsync(client, HttpMethod.Post, "subscriptions", JsonSerializer.Serialize(new { dataset = dataset.Name, kind, title = kind, target }))).GetProperty("secrets");
    }

    static string SettingOf(string name) => WebhookStage.Settings.Single(setting => setting.Name == name).Value;

    static Task<Runs.Faults.HubProcess> StartAsync(TemporaryFolder folder, DatabaseLogins logins) =>
        Runs.Faults.HubProcess.StartAsync(folder.Of("hub"), logins, [.. WebhookStage.Settings, ("EXCHANGE_DROP_DIRECTORY", folder.Of("drops"))]);

    /// <summary>Some records come, change, move between north and south, and go.</summary>
    static KeyValuePair<string, string?>[] Changes(Random chance, TestDataset dataset) =>
    [
        .. Enumerable.Range(0, chance.Next(1, 12)).Select(_ => $"k{chance.Next(60):00}").Distinct().Select(key => KeyValuePair.Create(
            key,
            dataset.Newest.ContainsKey(key) && chance.Next(4) == 0 ? null : Record(key, chance.Next(3) == 0 ? "south" : "north", $"n{chance.Next(1000)}"))),
    ];

    static string Record(string key, string district, string name) => $$"""{"active":true,"amount":1,"district":"{{district}}","id":"{{key}}","name":"{{name}}"}""";

    static string Row(string id, string name) => $"{id} {name}";

    static List<string> Rows(IEnumerable<string> records) =>
        [.. records.Select(record => JsonSerializer.Deserialize<JsonElement>(record)).Select(record => Row(record.GetProperty("id").GetString()!, record.GetProperty("name").GetString()!)).Order(StringComparer.Ordinal)];

    static async Task<List<string>> TableRowsAsync(ConsumerServer server, string database) =>
        [.. (await server.QueryAsync(database, "select id, name from kept")).Select(row => Row(row[0]!, row[1]!)).Order(StringComparer.Ordinal)];

    /// <summary>Until every subscription has the publication: a hub that was killed is replaced when its leases are over.</summary>
    static async Task UntilWholeAsync(NpgsqlDataSource database, int publication)
    {
        using var over = new CancellationTokenSource(patience);
        while (await database.ScalarAsync<long>(
            $"select count(*) from delivery.subscriptions where whole and due_at is null and problem is null and publication = $1", [publication], CancellationToken.None) < 3)
        {
            if (over.IsCancellationRequested)
                Assert.Fail(string.Join('\n', await database.QueryAsync($"select kind || ' ' || state || ' ' || publication || ' whole ' || whole || ' due ' || coalesce(due_at::text, '') || ' leased until ' || coalesce(lease_until::text, '') || ' ' || coalesce(problem, '') from delivery.subscriptions s", [], row => row.GetString(0), CancellationToken.None)));
            await Task.Delay(pause, TimeProvider.System);
        }
    }

    /// <summary>A copy by the change feed, of somebody who keeps a cursor.</summary>
    sealed class FeedCopy(string dataset, string token)
    {
        string? cursor;

        public Dictionary<string, string> Records { get; } = new(StringComparer.Ordinal);

        /// <summary>Reads some pages, until there is no more.</summary>
        public async Task FollowAsync(Uri hub, int pages)
        {
            using var client = new HttpClient { BaseAddress = hub };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            for (var more = true; more && pages > 0; pages--)
            {
                using var answer = await client.GetAsync($"/api/v1/datasets/{dataset}/changes?limit=5{(cursor is null ? "" : $"&cursor={cursor}")}");
                var body = await answer.Content.ReadAsStringAsync();
                Assert.That(answer.IsSuccessStatusCode, Is.True, body);
                var page = JsonSerializer.Deserialize<JsonElement>(body);
                foreach (var change in page.GetProperty("items").EnumerateArray())
                {
                    var key = change.GetProperty("key").GetString()!;
                    if (change.GetProperty("op").GetString() == "delete")
                        Records.Remove(key);
                    else
                        Records[key] = change.GetProperty("record").GetRawText();
                }
                (cursor, more) = (page.GetProperty("next").GetString(), page.GetProperty("more").GetBoolean());
            }
        }
    }
}
