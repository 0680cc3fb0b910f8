using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Delivery.Webhooks;

/// <summary>A hub of its own, a dataset with a consumer, and the consumer's sink.</summary>
sealed class WebhookStage : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    static readonly string masterKey = Convert.ToBase64String(new byte[32]);

    WebhookStage(TestHub hub, FakeTimeProvider? time, Stage stage, WebhookSink sink) => (Hub, Time, Stage, Sink) = (hub, time, stage, sink);

    public TestHub Hub { get; private set; }

    /// <summary>The hub's clock, where the test turns it.</summary>
    public FakeTimeProvider? Time { get; }

    public Stage Stage { get; }

    public WebhookSink Sink { get; }

    public static Terms North { get; } = Granted.Everything with { Fields = ["/id", "/name", "/district"], Rows = [new RowCondition("/district", "eq", ["north"])] };

    /// <param name="turned">Whether the test turns the hub's clock.</param>
    public static async Task<WebhookStage> SetAsync(bool turned = true)
    {
        var time = turned ? new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero)) : null;
        var hub = await StartAsync(time);
        return new WebhookStage(hub, time, await Stage.SetAsync(hub), await WebhookSink.StartAsync());
    }

    /// <summary>Stops the hub in the middle of whatever it does, and starts another on its database.</summary>
    /// <param name="between">What happens meanwhile.</param>
    /// <param name="ahead">How much later it is for the next hub.</param>
    public async Task RestartAsync(Func<DatabaseLogins, Task>? between = null, TimeSpan ahead = default)
    {
        var logins = Hub.Logins;
        await Hub.DisposeAsync();
        if (between is not null)
            await between(logins);
        Hub = await StartAsync(ahead == default ? Time : new FakeTimeProvider(TimeProvider.System.GetUtcNow() + ahead), logins);
    }

    /// <summary>Settings of this stage's hubs, for one in a process of its own.</summary>
    public static (string Name, string Value)[] Settings { get; } =
        [("EXCHANGE_OUTBOUND_ALLOW", "127.0.0.1"), ("EXCHANGE_MASTER_KEY", masterKey), ("EXCHANGE_PUBLIC_ADDRESS", "https://exchange.example")];

    static Task<TestHub> StartAsync(FakeTimeProvider? time, DatabaseLogins? logins = null) => TestHub.StartAsync(
        options => options with { OutboundAllow = "127.0.0.1", MasterKey = masterKey, PublicAddress = "https://exchange.example" },
        services =>
        {
            if (time is not null)
                services.AddSingleton<TimeProvider>(time);
        },
        logins);

    /// <summary>Staff of the consumer.</summary>
    public Task<HttpClient> StaffAsync() => Hub.ClientAsync(Role.ItStaff, Stage.Consumer);

    /// <summary>Subscribes the consumer's sink; the copy gets the keys.</summary>
    public async Task<Guid> SubscribeAsync(string name = "copy", object? target = null, HttpClient? client = null)
    {
        var options = JsonSerializer.SerializeToNode(target ?? new { })!.AsObject();
        options["url"] = options["url"] is { } given ? given.DeepClone() : Sink.Url(name);
        var body = JsonSerializer.Serialize(new { dataset = Stage.Dataset.Name, kind = "webhook", title = name, target = options });
        var made = await OfferedDataset.SendAsync(client ?? await StaffAsync(), HttpMethod.Post, "subscriptions", body);
        if (Sink.Copies.TryGetValue(name, out var copy))
            copy.Keys = [.. made.GetProperty("secrets").EnumerateObject().Select(secret => secret.Value.GetString()!)];
        return made.GetProperty("subscription").GetProperty("id").GetGuid();
    }

    public async Task<JsonElement> DoAsync(Guid subscription, string verb, object? body = null, HttpStatusCode? expected = null) =>
        await OfferedDataset.SendAsync(await StaffAsync(), HttpMethod.Post, $"subscriptions/{subscription}/{verb}", JsonSerializer.Serialize(body ?? new { }), expected);

    public async Task<JsonElement> GetAsync(Guid subscription, string path = "") =>
        await OfferedDataset.SendAsync(await StaffAsync(), HttpMethod.Get, $"subscriptions/{subscription}/{path}".TrimEnd('/'));

    /// <summary>Waits until a subscription stands as the test wants it.</summary>
    public async Task<Subscription> UntilAsync(Guid subscription, Func<Subscription, bool> wanted)
    {
        using var over = new CancellationTokenSource(patience);
        while (true)
        {
            var now = (await Hub.Services.GetRequiredService<SubscriptionStore>().FindAsync(subscription, CancellationToken.None))!;
            if (wanted(now))
                return now;
            Assert.That(over.IsCancellationRequested, Is.False, $"It stands as {JsonSerializer.Serialize(now)}");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Turns the clock to when a failing subscription is due.</summary>
    public void Turn(Subscription failing)
    {
        Time!.Advance(failing.DueAt!.Value - Time.GetUtcNow() + TimeSpan.FromMilliseconds(1));
        Hub.Services.GetRequiredService<PushWorker>().Nudge(); // it may have looked just before, and begin to wait just now
    }

    /// <summary>Waits until everything was sent.</summary>
    public Task<Subscription> UntilWholeAsync(Guid subscription) =>
        UntilAsync(subscription, now => now is { Whole: true, DueAt: null, Problem: null } && now.Publication == Stage.Dataset.Publication);

    public SinkCopy Copy(string name = "copy") => Sink.Copies[name];

    public Task PublishAsync(params IEnumerable<string> keys) => Stage.Dataset.PublishAsync([.. keys.Select(key => KeyValuePair.Create(key.TrimStart('-'), key.StartsWith('-') ? null : Record(key)))]);

    /// <summary>What the copy of a consumer with the grant <see cref="North"/> must be.</summary>
    public IReadOnlyDictionary<string, string> Expected => Stage.Dataset.Newest.Where(each => each.Value.Contains("north", StringComparison.Ordinal))
        .ToDictionary(each => each.Key, each => each.Value.Replace("\"active\":true,\"amount\":1,", "", StringComparison.Ordinal));

    /// <summary>Keys that begin with an s are of the south.</summary>
    public static string Record(string key) => $$"""{"active":true,"amount":1,"district":"{{(key.StartsWith('s') ? "south" : "north")}}","id":"{{key}}","name":"N"}""";

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await Sink.DisposeAsync();
    }
}
