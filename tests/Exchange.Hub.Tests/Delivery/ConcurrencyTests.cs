using System.Globalization;

namespace Exchange.Hub.Tests.Delivery;

public sealed class ConcurrencyTests
{
    const int Publications = 40;
    const int Keys = 60;

    [Test]
    public async Task Readers_beside_a_publisher_see_whole_publications_and_miss_no_change()
    {
        var client = await DeliverySetup.ClientAsync();
        var dataset = await DeliverySetup.CreateDatasetAsync();
        await PublishAsync(dataset, 1);
        var records = $"/api/v1/datasets/{dataset.Name}/records";
        var walks = new List<(int AsOf, List<KeyValuePair<string, string>> Records)>();
        var streams = new List<(int AsOf, List<string> Lines)>();
        var copy = new Dictionary<string, string>();

        var publishing = Task.Run(async () =>
        {
            for (var i = 2; i <= Publications; i++)
                await PublishAsync(dataset, i);
        });
        var walking = WhileAsync(publishing, async () =>
        {
            var first = await client.GetAsync(records + "?limit=7");
            var asOf = first.GetProperty("asOf").GetInt32();
            walks.Add((asOf, [.. RecordsClient.Items(first), .. await client.WalkAsync(records + "?limit=7", cursor: first.GetProperty("next").GetString())]));
        });
        var streaming = WhileAsync(publishing, async () =>
        {
            using var answer = await client.SendAsync(records, "application/x-ndjson");
            var asOf = int.Parse(answer.Headers.GetValues("Exchange-Publication").Single(), CultureInfo.InvariantCulture);
            streams.Add((asOf, [.. (await answer.Content.ReadAsStringAsync()).Split('\n')[..^1]]));
        });
        string? cursor = null;
        var following = WhileAsync(publishing, async () => cursor = await client.FollowAsync(dataset.Name, copy, cursor, 5));
        await Task.WhenAll(publishing, walking, streaming, following);
        await client.FollowAsync(dataset.Name, copy, cursor, 5);

        Assert.That(copy, Is.EquivalentTo(dataset.Newest));
        foreach (var (asOf, walked) in walks)
            Assert.That(walked, Is.EqualTo(dataset.State(asOf)), $"walk as of {asOf}");
        foreach (var (asOf, lines) in streams)
            Assert.That(lines, Is.EquivalentTo(dataset.State(asOf).Values), $"stream as of {asOf}");
    }

    /// <summary>Changes a third of the keys and deletes some, others each time.</summary>
    static Task PublishAsync(TestDataset dataset, int number) => dataset.PublishAsync(
        [.. Enumerable.Range(0, Keys).Where(k => (k + number) % 3 == 0 || number == 1)
            .Select(k => KeyValuePair.Create($"k{k:00}", (k + number) % 5 == 0 ? null : $$"""{"id":{{k}},"by":{{number}}}"""))]);

    static async Task WhileAsync(Task running, Func<Task> action)
    {
        do
            await action();
        while (!running.IsCompleted);
    }
}
