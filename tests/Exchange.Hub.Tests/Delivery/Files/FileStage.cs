using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Delivery.Subscriptions;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Delivery.Files;

/// <summary>A hub of its own with a folder for drops, whose clock the test turns; a dataset, and a consumer with a grant.</summary>
sealed class FileStage : IAsyncDisposable
{
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);

    readonly TemporaryFolder folder;

    FileStage(TestHub hub, FakeTimeProvider time, Stage stage, TemporaryFolder folder) => (Hub, Time, Stage, this.folder) = (hub, time, stage, folder);

    public TestHub Hub { get; }

    public FakeTimeProvider Time { get; }

    public Stage Stage { get; }

    public Grant Grant { get; private set; } = null!;

    /// <summary>The consumer's own folder for drops.</summary>
    public string Drops => folder.Of(Stage.Consumer);

    public static async Task<FileStage> SetAsync(Terms? terms = null)
    {
        var folder = new TemporaryFolder();
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        var hub = await TestHub.StartAsync(
            options => options with { DropDirectory = folder.Path, OutboundAllow = "127.0.0.0/8" }, services => services.AddSingleton<TimeProvider>(time));
        var stage = new FileStage(hub, time, await Stage.SetAsync(hub), folder);
        stage.Grant = await stage.Stage.IssueAsync(terms ?? PushStage.North);
        return stage;
    }

    public Task<HttpClient> StaffAsync() => Hub.ClientAsync(Role.ItStaff, Stage.Consumer);

    /// <summary>Subscribes the consumer; the id.</summary>
    public async Task<Guid> SubscribeAsync(object target, HttpStatusCode? expected = null)
    {
        var body = JsonSerializer.Serialize(new { dataset = Stage.Dataset.Name, kind = "file", title = "Files", target });
        var made = await OfferedDataset.SendAsync(await StaffAsync(), HttpMethod.Post, "subscriptions", body, expected);
        return made.TryGetProperty("subscription", out var subscription) ? subscription.GetProperty("id").GetGuid() : default;
    }

    public async Task<JsonElement> DoAsync(Guid subscription, string verb, object? body = null) =>
        await OfferedDataset.SendAsync(await StaffAsync(), HttpMethod.Post, $"subscriptions/{subscription}/{verb}", JsonSerializer.Serialize(body ?? new { }));

    public async Task<Subscription> FindAsync(Guid subscription) =>
        (await Hub.Services.GetRequiredService<SubscriptionStore>().FindAsync(subscription, CancellationToken.None))!;

    /// <summary>Waits until a subscription stands as the test wants it.</summary>
    /// <param name="retry">Turns the clock to the next try whenever one failed.</param>
    public async Task<Subscription> UntilAsync(Guid subscription, Func<Subscription, bool> wanted, bool retry = false)
    {
        using var over = new CancellationTokenSource(patience);
        while (true)
        {
            var now = await FindAsync(subscription);
            if (wanted(now))
                return now;
            Assert.That(over.IsCancellationRequested, Is.False, $"It stands as {JsonSerializer.Serialize(now)}");
            if (retry && now.DueAt is { } due && due > Time.GetUtcNow())
                Time.Advance(due - Time.GetUtcNow());
            if (retry)
                Hub.Services.GetRequiredService<PushWorker>().Nudge(); // it may have begun to wait just after the clock was turned
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }

    /// <summary>Waits until the drop has the dataset's newest publication.</summary>
    public Task<Subscription> UntilWholeAsync(Guid subscription, bool retry = false) =>
        UntilAsync(subscription, now => now is { Whole: true, DueAt: null, Problem: null } && now.Publication == Stage.Dataset.Publication, retry);

    public Task PublishAsync(params string[] keys) =>
        Stage.Dataset.PublishAsync(keys.Select(key => KeyValuePair.Create(key.TrimStart('-'), key.StartsWith('-') ? null : Record(key))));

    /// <summary>What the consumer's staff read by the API, by key.</summary>
    public async Task<SortedDictionary<string, string>> ReadAsync()
    {
        var page = await OfferedDataset.SendAsync(await StaffAsync(), HttpMethod.Get, $"datasets/{Stage.Dataset.Name}/records?limit=1000");
        return new(page.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("key").GetString()!, item => item.GetProperty("record").GetRawText()), StringComparer.Ordinal);
    }

    /// <summary>Keys that begin with an s are of the south; what follows a colon is the name.</summary>
    public static string Record(string key, string name = "N") => $$"""{"active":true,"amount":1,"district":"{{(key.StartsWith('s') ? "south" : "north")}}","id":"{{key}}","name":"{{name}}"}""";

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        folder.Dispose();
    }
}
