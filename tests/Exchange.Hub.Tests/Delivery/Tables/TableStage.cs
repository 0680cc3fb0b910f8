using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Delivery.Tables;

/// <summary>A hub whose clock the test turns, with a dataset, and a consumer with a database of its own.</summary>
sealed class TableStage : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    /// <summary>A hub that takes the place of another has its key.</summary>
    static readonly string masterKey = Convert.ToBase64String(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    TableStage(TestHub hub, FakeTimeProvider time, Stage stage, ConsumerServer server, string database) =>
        (Hub, Time, Stage, Server, Database) = (hub, time, stage, server, database);

    public TestHub Hub { get; private set; }

    public FakeTimeProvider Time { get; }

    public Stage Stage { get; }

    public TestDataset Dataset => Stage.Dataset;

    public ConsumerServer Server { get; }

    public string Database { get; }

    /// <summary>The port that the hub connects to; another than the server's where something stands between.</summary>
    public int? Through { get; set; }

    /// <summary>The table, quoted.</summary>
    public string Table => Server.IsMaria ? "`kept`" : "\"kept\"";

    public static async Task<TableStage> SetAsync(ConsumerServer server)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        var hub = await StartAsync(time, null);
        return new TableStage(hub, time, await Stage.SetAsync(hub), server, await server.DatabaseAsync());
    }

    /// <summary>Puts another hub in the place of this one, on the same database.</summary>
    public async Task ReplaceHubAsync()
    {
        var logins = Hub.Logins;
        await Hub.DisposeAsync();
        Hub = await StartAsync(Time, logins);
    }

    /// <summary>A subscription of the consumer.</summary>
    public async Task<Guid> SubscribeAsync(object? more = null)
    {
        var target = new Dictionary<string, object?>
        {
            ["server"] = Server.IsMaria ? "mysql" : "postgres",
            ["host"] = "127.0.0.1",
            ["port"] = Through ?? Server.Port,
            ["database"] = Database,
            ["table"] = "kept",
            ["user"] = ConsumerServer.User,
            ["password"] = ConsumerServer.Password,
            ["tls"] = "disable",
        };
        foreach (var property in JsonSerializer.SerializeToElement(more ?? new { }).EnumerateObject())
            target[property.Name] = property.Value;
        var made = await OfferedDataset.SendAsync(await StaffAsync(), HttpMethod.Post, "subscriptions", JsonSerializer.Serialize(new { dataset = Dataset.Name, kind = "table", title = "Kept", target }));
        return made.GetProperty("subscription").GetProperty("id").GetGuid();
    }

    public Task<HttpClient> StaffAsync() => Hub.ClientAsync(Role.ItStaff, Stage.Consumer);

    public async Task<JsonElement> DoAsync(Guid subscription, string verb, object? body = null, HttpStatusCode? expected = null) =>
        await OfferedDataset.SendAsync(await StaffAsync(), HttpMethod.Post, $"subscriptions/{subscription}/{verb}", JsonSerializer.Serialize(body ?? new { }), expected);

    public async Task<Subscription> FindAsync(Guid subscription) =>
        (await Hub.Services.GetRequiredService<SubscriptionStore>().FindAsync(subscription, CancellationToken.None))!;

    public async Task<Subscription> UntilAsync(Guid subscription, Func<Subscription, bool> wanted)
    {
        using var over = new CancellationTokenSource(patience);
        while (true)
        {
            var now = await FindAsync(subscription);
            if (wanted(now))
                return now;
            Assert.That(over.IsCancellationRequested, Is.False, $"It stands as {JsonSerializer.Serialize(now)}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Waits until the hub says that the table is the newest publication.</summary>
    public Task<Subscription> UntilWholeAsync(Guid subscription) =>
        UntilAsync(subscription, now => now is { Whole: true, DueAt: null, Problem: null } && now.Publication == Dataset.Publication);

    /// <summary>Turns the clock until what failed was tried again and the table is the newest publication.</summary>
    public async Task RecoverAsync(Guid subscription)
    {
        using var over = new CancellationTokenSource(patience);
        var turns = 0;
        while (await FindAsync(subscription) is var now && (now is not { Whole: true, Problem: null } || now.Publication != Dataset.Publication))
        {
            Assert.That(over.IsCancellationRequested, Is.False, $"It stands as {JsonSerializer.Serialize(now)}");
            // What waits for its next try has its turn now; the lease of a worker that is gone is over after some turns.
            if (now.DueAt > Time.GetUtcNow())
                Time.Advance(now.DueAt.Value - Time.GetUtcNow());
            else if (++turns % 100 == 0)
                Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    /// <summary>The rows as an independent client reads them, by key: the columns named, as text.</summary>
    public async Task<List<string>> RowsAsync(params string[] columns)
    {
        var list = string.Join(", ", columns.Prepend("_key").Select(column => Server.IsMaria ? $"cast(`{column}` as char)" : $"\"{column}\"::text"));
        var rows = await Server.QueryAsync(Database, $"select {list} from {Table}");
        return [.. rows.Select(row => string.Join('|', row.Select(value => value ?? "null"))).Order(StringComparer.Ordinal)];
    }

    /// <summary>Demands that the table is the newest publication: names by key.</summary>
    public async Task RequireEqualAsync(Func<string, bool>? seen = null)
    {
        var expected = Dataset.Newest.Where(record => seen?.Invoke(record.Key) ?? true).Select(record => $"{record.Key}|{JsonDocument.Parse(record.Value).RootElement.GetProperty("name").GetString()}");
        Assert.That(await RowsAsync("name"), Is.EqualTo(expected.Order(StringComparer.Ordinal)));
    }

    /// <summary>Publishes records: <c>key=name</c>, or <c>-key</c>.</summary>
    public Task PublishAsync(params IEnumerable<string> changes) => Dataset.PublishAsync(changes.Select(change => change.Split('=') is [var key, var name]
        ? KeyValuePair.Create<string, string?>(key, Record(key, name))
        : KeyValuePair.Create<string, string?>(change[1..], null)));

    /// <summary>Keys that begin with an s are of the south.</summary>
    public static string Record(string key, string name) =>
        $$$"""{"active":true,"address":{"city":"北京","geo":{"lat":39.9042}},"amount":12345678901234567890.5,"born":"1980-02-29","district":"{{{(key.StartsWith('s') ? "south" : "north")}}}","id":"{{{key}}}","name":"{{{name}}}","tags":["a","b"]}""";

    public static Terms Everything { get; } = Granted.Everything with { Fields = ["/id", .. World.Fields] };

    public ValueTask DisposeAsync() => Hub.DisposeAsync();

    static Task<TestHub> StartAsync(FakeTimeProvider time, DatabaseLogins? logins) =>
        TestHub.StartAsync(options => options with { OutboundAllow = "127.0.0.0/8", MasterKey = masterKey }, services => services.AddSingleton<TimeProvider>(time), logins);
}
