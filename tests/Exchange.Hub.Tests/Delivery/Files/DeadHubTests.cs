using System.Text.Json.Nodes;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery.Files;

/// <summary>A hub that died between two steps of a delivery: the drop and the tables are put as it would have left them.</summary>
public sealed class DeadHubTests
{
    /// <summary>Which step it did not come to.</summary>
    public enum Step
    {
        /// <summary>The data file has its own name still.</summary>
        Name,

        /// <summary>There is no manifest.</summary>
        Manifest,

        /// <summary>Everything is there, and the tables do not know.</summary>
        Settle,
    }

    [TestCase(Step.Name)]
    [TestCase(Step.Manifest)]
    [TestCase(Step.Settle)]
    public async Task What_was_decided_comes_to_its_end_as_it_was_whatever_was_published_since(Step step)
    {
        await using var stage = await FileStage.SetAsync();
        var (id, folder, consumer) = await DeliverTwiceAsync(stage);
        var manifest = Path.Combine(folder, $"{stage.Stage.Dataset.Name}-000002.manifest.json");
        var (text, data) = (File.ReadAllText(manifest), Directory.EnumerateFiles(folder, "*-000002-changes.ndjson").Single());
        var bytes = File.ReadAllBytes(data);
        await ForgetSecondAsync(stage, id, folder);
        if (step != Step.Settle)
            File.Delete(manifest);
        if (step == Step.Name)
            File.Move(data, Path.Combine(folder, State(folder)["part"]!.GetValue<string>()));
        File.WriteAllText(Path.Combine(folder, $".exchange-{id:N}-{Guid.NewGuid():N}.part"), "half a file");
        File.WriteAllText(Path.Combine(folder, $".exchange-{Guid.NewGuid():N}-{Guid.NewGuid():N}.part"), "another's");
        await stage.PublishAsync("d");
        await stage.DoAsync(id, "resume");
        await stage.UntilWholeAsync(id);
        Assert.That(File.ReadAllText(manifest), Is.EqualTo(text));
        Assert.That(File.ReadAllBytes(data), Is.EqualTo(bytes));
        Assert.That(Directory.EnumerateFiles(folder, ".*.part").Count(), Is.EqualTo(1), "only another's is left");
        consumer.Take();
        Assert.That((consumer.Last, consumer.Records), Is.EqualTo((3L, await stage.ReadAsync())));
    }

    [Test]
    public async Task What_its_consumer_has_taken_away_already_leaves_no_gap()
    {
        await using var stage = await FileStage.SetAsync();
        var (id, folder, consumer) = await DeliverTwiceAsync(stage);
        consumer.Take(remove: true);
        await ForgetSecondAsync(stage, id, folder);
        await stage.PublishAsync("d");
        await stage.DoAsync(id, "resume");
        await stage.UntilWholeAsync(id);
        consumer.Take(remove: true);
        Assert.That(consumer.Records, Is.EqualTo(await stage.ReadAsync()));
    }

    [Test]
    public async Task What_the_reader_may_no_longer_see_does_not_come_to_its_end()
    {
        await using var stage = await FileStage.SetAsync();
        var (id, folder, consumer) = await DeliverTwiceAsync(stage);
        consumer.Take();
        var data = Directory.EnumerateFiles(folder, "*-000002-changes.ndjson").Single();
        await ForgetSecondAsync(stage, id, folder);
        File.Delete(Path.Combine(folder, $"{stage.Stage.Dataset.Name}-000002.manifest.json"));
        File.Move(data, Path.Combine(folder, State(folder)["part"]!.GetValue<string>()));
        await stage.Stage.RenewAsync(stage.Grant, stage.Grant.Terms.Until, ["/id", "/district"]);
        await stage.DoAsync(id, "resume");
        await stage.UntilAsync(id, now => now is { Whole: true, DueAt: null, Problem: null } && now.Place.Reading == 2);
        Assert.That(File.Exists(data), Is.False);
        Assert.That(Directory.EnumerateFiles(folder, ".*.part"), Is.Empty);
        consumer.Take();
        Assert.That((consumer.Last, consumer.Records), Is.EqualTo((3L, await stage.ReadAsync())));
    }

    [Test]
    public async Task A_state_that_somebody_wrote_over_is_not_believed()
    {
        await using var stage = await FileStage.SetAsync();
        var (id, folder, consumer) = await DeliverTwiceAsync(stage);
        consumer.Take();
        var path = Directory.EnumerateFiles(folder, ".*.state").Single();
        var state = State(folder);
        state["data"] = "../out";
        File.WriteAllText(path, state.ToJsonString());
        await stage.PublishAsync("d");
        await stage.UntilWholeAsync(id);
        consumer.Take();
        Assert.That((consumer.Manifests()[^1].GetProperty("kind").GetString(), consumer.Records), Is.EqualTo(("full", await stage.ReadAsync())));
    }

    static async Task<(Guid Id, string Folder, NaiveConsumer Consumer)> DeliverTwiceAsync(FileStage stage)
    {
        await stage.PublishAsync("a", "b");
        var id = await stage.SubscribeAsync(new { path = "in" });
        await stage.UntilWholeAsync(id);
        await stage.PublishAsync("-a", "c");
        await stage.UntilWholeAsync(id);
        var folder = Path.Combine(stage.Drops, "in");
        return (id, folder, new NaiveConsumer(folder));
    }

    /// <summary>Pauses the subscription, and puts the tables as they were before the second delivery was settled.</summary>
    static async Task ForgetSecondAsync(FileStage stage, Guid id, string folder)
    {
        await stage.DoAsync(id, "pause");
        var state = State(folder);
        var from = state["from"]!;
        await stage.Hub.Database.ExecuteAsync(
            $"update delivery.subscriptions set cursor = $2, publication = $3, revision = $4 where id = $1",
            [id, from["cursor"]!.GetValue<string>(), from["publication"]!.GetValue<int>(), state["revision"]!.GetValue<int>()], CancellationToken.None);
        await stage.Hub.Database.ExecuteAsync($"update delivery.drops set settled = 1 where subscription_id = $1", [id], CancellationToken.None);
    }

    static JsonNode State(string folder) => JsonNode.Parse(File.ReadAllText(Directory.EnumerateFiles(folder, ".*.state").Single()))!;
}
