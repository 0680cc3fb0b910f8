using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Delivery.Subscriptions;

/// <summary>A hub of its own whose clock the test turns, with a dataset, a consumer and a way of pushing into memory.</summary>
sealed class PushStage : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    PushStage(TestHub hub, FakeTimeProvider time, Stage stage) => (Hub, Time, Stage) = (hub, time, stage);

    public TestHub Hub { get; }

    public FakeTimeProvider Time { get; }

    public Stage Stage { get; }

    public MemoryPush Push => Hub.Services.GetRequiredService<MemoryPush>();

    public static async Task<PushStage> SetAsync()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        var hub = await TestHub.StartAsync(services: services => services
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<MemoryPush>()
            .AddSingleton<IPush>(provider => provider.GetRequiredService<MemoryPush>()));
        return new PushStage(hub, time, await Stage.SetAsync(hub));
    }

    /// <summary>Staff of the consumer.</summary>
    public Task<HttpClient> StaffAsync() => Hub.ClientAsync(Role.ItStaff, Stage.Consumer);

    /// <summary>Turns the clock, and has the worker look at it: one that has just read it would wait by the old time.</summary>
    public void Advance(TimeSpan by)
    {
        Time.Advance(by);
        Hub.Services.GetRequiredService<PushWorker>().Nudge();
    }

    /// <summary>Subscribes the consumer; the id.</summary>
    public async Task<Guid> SubscribeAsync(string name = "copy", object? target = null, HttpClient? client = null, HttpStatusCode? expected = null)
    {
        var body = JsonSerializer.Serialize(new { dataset = Stage.Dataset.Name, kind = "memory", title = name, target = target ?? new { name } });
        var made = await OfferedDataset.SendAsync(client ?? await StaffAsync(), HttpMethod.Post, "subscriptions", body, expected);
        return made.TryGetProperty("subscription", out var subscription) ? subscription.GetProperty("id").GetGuid() : default;
    }

    /// <summary>Does a verb.</summary>
    public async Task<JsonElement> DoAsync(Guid subscription, string verb, object? body = null, HttpClient? client = null, HttpStatusCode? expected = null) =>
        await OfferedDataset.SendAsync(client ?? await StaffAsync(), HttpMethod.Post, $"subscriptions/{subscription}/{verb}", JsonSerializer.Serialize(body ?? new { }), expected);

    /// <summary>A subscription as it stands.</summary>
    public async Task<Subscription> FindAsync(Guid subscription) =>
        (await Hub.Services.GetRequiredService<SubscriptionStore>().FindAsync(subscription, CancellationToken.None))!;

    /// <summary>Waits until a subscription stands as the test wants it; the worker needs no turn of the clock for what is due.</summary>
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

    /// <summary>Waits until the copy is what the dataset's newest publication holds of what the grant shows.</summary>
    public Task<Subscription> UntilWholeAsync(Guid subscription) =>
        UntilAsync(subscription, now => now is { Whole: true, DueAt: null, Problem: null } && now.Publication == Stage.Dataset.Publication);

    /// <summary>Keys of a copy, in their order.</summary>
    public IEnumerable<string> Keys(string name = "copy") => Push.Copies.GetValueOrDefault(name, new()).Keys.Order(StringComparer.Ordinal);

    public Task PublishAsync(params string[] keys) => Stage.Dataset.PublishAsync(keys.Select(key => KeyValuePair.Create(key.TrimStart('-'), key.StartsWith('-') ? null : Record(key))));

    public static Terms North { get; } = Granted.Everything with { Fields = ["/id", "/name", "/district"], Rows = [new RowCondition("/district", "eq", ["north"])] };

    /// <summary>Keys that begin with an s are of the south.</summary>
    static string Record(string key) => $$"""{"active":true,"amount":1,"district":"{{(key.StartsWith('s') ? "south" : "north")}}","id":"{{key}}","name":"N"}""";

    public ValueTask DisposeAsync() => Hub.DisposeAsync();
}
