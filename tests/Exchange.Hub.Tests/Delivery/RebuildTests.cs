using System.Text.Json;
using CsCheck;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Tests.Delivery;

/// <summary>
/// Random publications beside a slow and obvious reference: whatever way the records are read, the outcome is the state
/// that was published.
/// </summary>
public sealed class RebuildTests
{
    const int Samples = 10;
    const int Threads = 2;

    static readonly string[] Keys = [.. Enumerable.Range(0, 30).Select(i => $"{"aZ限|~/\"é"[i % 8]}{i:00}")];

    static readonly Gen<KeyValuePair<string, string?>[][]> Publications =
        Gen.Select(Gen.Int[0, Keys.Length - 1], Gen.Int[0, 5], (key, value) => KeyValuePair.Create(Keys[key], value == 0 ? null : Document(Keys[key], value)))
            .Array[1, 25].Select(changes => changes.DistinctBy(c => c.Key).ToArray()).Array[1, 6];

    [Test]
    public Task Every_page_walk_shows_the_publication_it_asks_for() => ForEachAsync(async (client, dataset) =>
    {
        for (var asOf = 0; asOf <= dataset.Publication; asOf++)
        {
            foreach (var limit in (int[])[1, 3, 100])
            {
                var walked = await client.WalkAsync($"/api/v1/datasets/{dataset.Name}/records?limit={limit}&asOf={asOf}");
                Assert.That(walked, Is.EqualTo(dataset.State(asOf)), $"as of {asOf} by {limit}");
            }
        }
    });

    [Test]
    public Task A_filtered_walk_shows_what_meets_the_filter_as_of_any_publication() => ForEachAsync(async (client, dataset) =>
    {
        for (var asOf = 0; asOf <= dataset.Publication; asOf++)
        {
            var walked = await client.WalkAsync($"/api/v1/datasets/{dataset.Name}/records?limit=2&asOf={asOf}&value.gt=1&value.lte=3");
            var exported = await client.LinesAsync($"/api/v1/datasets/{dataset.Name}/records?asOf={asOf}&value.gt=1&value.lte=3");
            var expected = dataset.State(asOf).Where(r => ValueOf(r.Value) is > 1 and <= 3).ToList();
            Assert.That(walked, Is.EqualTo(expected), $"as of {asOf}");
            Assert.That(exported, Is.EquivalentTo(expected.Select(r => r.Value)), $"as of {asOf}");
        }
    });

    [Test]
    public Task An_export_holds_every_record_of_its_publication_once() => ForEachAsync(async (client, dataset) =>
    {
        for (var asOf = 0; asOf <= dataset.Publication; asOf++)
        {
            var lines = await client.LinesAsync($"/api/v1/datasets/{dataset.Name}/records?asOf={asOf}");
            Assert.That(lines, Is.EquivalentTo(dataset.State(asOf).Values), $"as of {asOf}");
        }
    });

    [Test]
    public Task One_record_by_its_key_is_the_one_of_its_publication() => ForEachAsync(async (client, dataset) =>
    {
        for (var asOf = 0; asOf <= dataset.Publication; asOf++)
        {
            foreach (var key in Keys)
            {
                using var response = await client.SendAsync($"/api/v1/datasets/{dataset.Name}/records/{Uri.EscapeDataString(key)}?asOf={asOf}");
                var everPublished = Enumerable.Range(0, asOf + 1).Any(p => dataset.State(p).ContainsKey(key) || dataset.Deleted(p).Contains(key));
                if (dataset.State(asOf).TryGetValue(key, out var expected))
                    Assert.That(await response.Content.ReadAsStringAsync(), Is.EqualTo(expected));
                else
                    Assert.That((int)response.StatusCode, Is.EqualTo(everPublished ? 410 : 404), $"{key} as of {asOf}");
            }
        }
    });

    [Test]
    public async Task The_feed_rebuilds_the_newest_state_from_every_cursor()
    {
        var client = await DeliverySetup.ClientAsync();
        await Publications.SampleAsync(async publications =>
        {
            var dataset = await CreateAsync();
            var followers = new List<Follower> { new(Limit: 2) };
            foreach (var changes in publications)
            {
                await dataset.PublishAsync(changes);
                // Every other follower sleeps through this publication and must still come out right at the end.
                foreach (var follower in followers.Where((_, i) => (i + dataset.Publication) % 2 == 0))
                    await follower.CatchUpAsync(client, dataset);
                var late = new Follower(Limit: 4);
                await late.CatchUpAsync(client, dataset);
                followers.Add(late);
            }
            foreach (var follower in followers)
            {
                await follower.CatchUpAsync(client, dataset);
                Assert.That(follower.State, Is.EquivalentTo(dataset.Newest));
            }
        }, iter: Samples, threads: Threads);
    }

    [Test]
    public Task A_stream_of_changes_is_the_feed_page_by_page() => ForEachAsync(async (client, dataset) =>
    {
        var paged = new Dictionary<string, string>();
        var end = await client.FollowAsync(dataset.Name, paged, null, 5);
        using var response = await client.SendAsync($"/api/v1/datasets/{dataset.Name}/changes", "application/x-ndjson");
        var streamed = new Dictionary<string, string>();
        foreach (var line in (await response.Content.ReadAsStringAsync()).Split('\n')[..^1])
            RecordsClient.Apply(JsonSerializer.Deserialize<JsonElement>(line), streamed);

        Assert.That(streamed, Is.EquivalentTo(dataset.Newest).And.EquivalentTo(paged));
        Assert.That(response.Headers.GetValues("Exchange-Next-Cursor").Single(), Is.EqualTo(end));
    });

    static async Task ForEachAsync(Func<RecordsClient, TestDataset, Task> check)
    {
        var client = await DeliverySetup.ClientAsync();
        await Publications.SampleAsync(async publications =>
        {
            var dataset = await CreateAsync();
            foreach (var changes in publications)
                await dataset.PublishAsync(changes);
            await check(client, dataset);
        }, iter: Samples, threads: Threads);
    }

    static Task<TestDataset> CreateAsync() => DeliverySetup.CreateDatasetAsync(("/value", FilterType.Numeric));

    static string Document(string key, int value) => $$"""{"id":{{JsonSerializer.Serialize(key)}},"value":{{value}},"text":"{{new string('限', value)}}\\\n"}""";

    static int ValueOf(string document) => JsonSerializer.Deserialize<JsonElement>(document).GetProperty("value").GetInt32();

    sealed record Follower(int Limit)
    {
        string? cursor;

        public Dictionary<string, string> State { get; } = [];

        public async Task CatchUpAsync(RecordsClient client, TestDataset dataset) =>
            cursor = await client.FollowAsync(dataset.Name, State, cursor, Limit);
    }
}
