using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Delivery.Files;

/// <summary>Files into a folder of the hub's machine.</summary>
public sealed class FolderDropTests
{
    static readonly object Plain = new { path = "in" };

    [Test]
    public async Task The_first_delivery_holds_everything_and_the_next_what_changed()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a", "b", "s1");
        var id = await stage.SubscribeAsync(new { path = "in", checksumFile = true });
        await stage.UntilWholeAsync(id);
        var consumer = new NaiveConsumer(Path.Combine(stage.Drops, "in"));
        consumer.Take();
        Assert.That(consumer.Records, Is.EqualTo(await stage.ReadAsync()));
        await stage.PublishAsync("c", "-a");
        var now = await stage.UntilWholeAsync(id);
        consumer.Take();
        Assert.That(consumer.Records, Is.EqualTo(await stage.ReadAsync()));
        var manifests = consumer.Manifests();
        Assert.That(manifests.Select(each => (each.GetProperty("kind").GetString(), each.GetProperty("previous").ToString(), each.GetProperty("publication").GetInt32())),
            Is.EqualTo(new[] { ("full", "", 1), ("changes", "1", 2) }));
        Assert.That((now.Deliveries, now.Records, now.Failures), Is.EqualTo((2L, 4L, 0)));
        var names = Directory.EnumerateFiles(Path.Combine(stage.Drops, "in")).Select(path => Path.GetFileName(path)).ToList();
        var name = stage.Stage.Dataset.Name;
        Assert.That(names.Where(each => !each.StartsWith('.')), Is.EquivalentTo(new[]
        {
            $"{name}-000001-full.ndjson", $"{name}-000001-full.ndjson.sha256", $"{name}-000001.manifest.json",
            $"{name}-000002-changes.ndjson", $"{name}-000002-changes.ndjson.sha256", $"{name}-000002.manifest.json",
        }));
        Assert.That(names.Count(each => each.StartsWith('.')), Is.EqualTo(1), "the newest state");
        using var check = Process.Start(new ProcessStartInfo("sha256sum", ["--check", "--strict", "--quiet", $"{name}-000001-full.ndjson.sha256", $"{name}-000002-changes.ndjson.sha256"]) { WorkingDirectory = Path.Combine(stage.Drops, "in") })!;
        await check.WaitForExitAsync();
        Assert.That(check.ExitCode, Is.Zero);
    }

    [Test]
    public async Task What_changed_nothing_that_the_grant_shows_makes_no_file()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync(Plain);
        await stage.UntilWholeAsync(id);
        await stage.PublishAsync("s1");
        await stage.UntilWholeAsync(id);
        Assert.That(new NaiveConsumer(Path.Combine(stage.Drops, "in")).Manifests(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Changes_as_CSV_carry_what_is_done_to_which_key()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a", "b");
        var id = await stage.SubscribeAsync(new { path = "in", form = "csv", gzip = true, name = "{dataset}_{publication}_{sequence}" });
        await stage.UntilWholeAsync(id);
        await stage.PublishAsync("-a", "c");
        await stage.UntilWholeAsync(id);
        var consumer = new NaiveConsumer(Path.Combine(stage.Drops, "in"));
        var files = consumer.Manifests().Select(manifest => manifest.GetProperty("files")[0]).ToList();
        Assert.That(files[1].GetProperty("name").GetString(), Is.EqualTo($"{stage.Stage.Dataset.Name}_2_000002.csv.gz"));
        Assert.That(Encoding.UTF8.GetString(consumer.Open(files[0], gzip: true)).ReplaceLineEndings("\n"), Is.EqualTo("_op,_key,id,name,district\nupsert,a,a,N,north\nupsert,b,b,N,north\n"));
        Assert.That(Encoding.UTF8.GetString(consumer.Open(files[1], gzip: true)).ReplaceLineEndings("\n"), Is.EqualTo("_op,_key,id,name,district\nupsert,c,c,N,north\ndelete,a,,,\n"));
    }

    [TestCase("json", "[\n{\"district\":\"north\",\"id\":\"a\",\"name\":\"N\"}\n]")]
    [TestCase("ndjson", """{"district":"north","id":"a","name":"N"}""")]
    [TestCase("csv", "id,name,district\na,N,north")]
    public async Task Full_deliveries_hold_the_whole_publication_each_time(string form, string second)
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a", "b", "s");
        var id = await stage.SubscribeAsync(new { path = "in", form, mode = "full" });
        await stage.UntilWholeAsync(id);
        await stage.PublishAsync("-b");
        await stage.UntilWholeAsync(id);
        var consumer = new NaiveConsumer(Path.Combine(stage.Drops, "in"));
        var manifests = consumer.Manifests();
        Assert.That(manifests.Select(manifest => manifest.GetProperty("files")[0].GetProperty("records").GetInt32()), Is.EqualTo(new[] { 2, 1 }));
        Assert.That(Encoding.UTF8.GetString(consumer.Open(manifests[1].GetProperty("files")[0], gzip: false)).ReplaceLineEndings("\n").TrimEnd('\n'), Is.EqualTo(second));
    }

    [TestCase("ndjson", "")]
    [TestCase("json", "[]")]
    public async Task Of_an_empty_dataset_there_is_an_empty_file(string form, string expected)
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("s");
        foreach (var mode in new[] { "full", "changes" })
        {
            await stage.UntilWholeAsync(await stage.SubscribeAsync(new { path = mode, form, mode }));
            var consumer = new NaiveConsumer(Path.Combine(stage.Drops, mode));
            Assert.That(Encoding.UTF8.GetString(consumer.Open(consumer.Manifests().Single().GetProperty("files")[0], gzip: false)).TrimEnd('\n'), Is.EqualTo(expected));
        }
    }

    [Test]
    public async Task Narrower_terms_and_a_restore_from_backup_begin_again_with_a_full_delivery()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a", "b");
        var id = await stage.SubscribeAsync(Plain);
        await stage.UntilWholeAsync(id);
        var consumer = new NaiveConsumer(Path.Combine(stage.Drops, "in"));
        consumer.Take();
        await stage.Stage.RenewAsync(stage.Grant, stage.Grant.Terms.Until, ["/id", "/district"]);
        await stage.PublishAsync("-a", "c");
        await stage.UntilAsync(id, now => now is { Whole: true, DueAt: null } && now.Place.Reading == 2);
        consumer.Take();
        Assert.That(consumer.Records, Is.EqualTo(await stage.ReadAsync()));
        Assert.That(consumer.Records["b"], Is.EqualTo("""{"district":"north","id":"b"}"""));
        await stage.Hub.Database.ExecuteAsync($"update catalog.heads set epoch = epoch + 1", [], CancellationToken.None);
        await stage.PublishAsync("d");
        await stage.UntilAsync(id, now => now is { Whole: true, DueAt: null } && now.Place.Reading == 3);
        consumer.Take();
        Assert.That(consumer.Records, Is.EqualTo(await stage.ReadAsync()));
        Assert.That(consumer.Manifests().Select(each => (each.GetProperty("kind").GetString(), each.GetProperty("reading").GetInt64())), Is.EqualTo(new[] { ("full", 1L), ("full", 2L), ("full", 3L) }));
    }

    [Test]
    public async Task A_replay_is_another_delivery_of_what_came_after()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a");
        await stage.PublishAsync("b");
        var id = await stage.SubscribeAsync(Plain);
        await stage.UntilWholeAsync(id);
        await stage.DoAsync(id, "replay", new { publication = 1 });
        await stage.UntilAsync(id, now => now is { DueAt: null, Deliveries: 2 });
        var consumer = new NaiveConsumer(Path.Combine(stage.Drops, "in"));
        consumer.Take();
        Assert.That(consumer.Manifests()[1].GetProperty("files")[0].GetProperty("records").GetInt32(), Is.EqualTo(1));
        Assert.That((consumer.Last, consumer.Records.Keys), Is.EqualTo((2L, new[] { "a", "b" })));
    }

    [Test]
    public async Task Old_deliveries_are_removed_where_the_target_says_so_and_nothing_else_is()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync(new { path = "in", keep = 2, mode = "full", checksumFile = true });
        await stage.UntilWholeAsync(id);
        var folder = Path.Combine(stage.Drops, "in");
        File.WriteAllText(Path.Combine(folder, "theirs.txt"), "kept");
        for (var i = 0; i < 3; i++)
        {
            await stage.PublishAsync($"b{i}");
            await stage.UntilWholeAsync(id);
        }
        await stage.UntilAsync(id, _ => new NaiveConsumer(folder).Manifests().Count == 2);
        Assert.That(new NaiveConsumer(folder).Manifests().Select(each => each.GetProperty("sequence").GetInt64()), Is.EqualTo(new[] { 3L, 4L }));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(2 * 3 + 1 + 1), "two deliveries, a state, and what is not ours");
    }

    [Test]
    public async Task Who_empties_the_drop_gets_everything_anew_under_a_higher_number()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync(Plain);
        await stage.UntilWholeAsync(id);
        var folder = Path.Combine(stage.Drops, "in");
        var consumer = new NaiveConsumer(folder);
        consumer.Take();
        Directory.Delete(folder, recursive: true);
        await stage.PublishAsync("b");
        await stage.UntilWholeAsync(id);
        var manifest = consumer.Manifests().Single();
        Assert.That((manifest.GetProperty("sequence").GetInt64(), manifest.GetProperty("kind").GetString()), Is.EqualTo((2L, "full")));
        consumer.Take();
        Assert.That(consumer.Records.Keys, Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_folder_belongs_to_one_subscription_of_a_dataset()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a");
        await stage.UntilWholeAsync(await stage.SubscribeAsync(Plain));
        var second = await stage.UntilAsync(await stage.SubscribeAsync(Plain), now => now.State == SubscriptionState.Disabled);
        Assert.That(second.StateReason, Does.Contain("Give it a folder of its own"));
        Assert.That(Directory.EnumerateFiles(Path.Combine(stage.Drops, "in")).Count(path => path.EndsWith(".part", StringComparison.Ordinal)), Is.Zero);
    }

    [Test]
    public async Task Nothing_leads_out_of_the_folder()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a");
        foreach (var path in new[] { "../out", "/out", "in/../../out", "C:out" })
            await stage.SubscribeAsync(new { path }, HttpStatusCode.UnprocessableEntity);
        foreach (var name in new[] { "{dataset}", "../{sequence}", ".{sequence}", "{sequence}/x", "{sequence}.manifest" })
            await stage.SubscribeAsync(new { path = "in", name }, HttpStatusCode.UnprocessableEntity);
        using var outside = new TemporaryFolder();
        Directory.CreateDirectory(stage.Drops);
        Directory.CreateSymbolicLink(Path.Combine(stage.Drops, "link"), outside.Path);
        foreach (var path in new[] { "link", "link/below" })
        {
            var refused = await stage.UntilAsync(await stage.SubscribeAsync(new { path }), now => now.State == SubscriptionState.Disabled);
            Assert.That(refused.ProblemCode, Is.EqualTo("drop-not-a-folder"));
        }
        Assert.That(Directory.EnumerateFileSystemEntries(outside.Path), Is.Empty);
    }

    [Test]
    public async Task Without_a_folder_for_drops_the_hub_takes_no_target_in_one()
    {
        var stage = await Proof.Stage.SetAsync();
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] });
        var body = JsonSerializer.Serialize(new { dataset = stage.Dataset.Name, kind = "file", title = "Files", target = Plain });
        var answer = await OfferedDataset.SendAsync(await stage.Hub.ClientAsync(Role.ItStaff, stage.Consumer), HttpMethod.Post, "subscriptions", body, HttpStatusCode.UnprocessableEntity);
        Assert.That(answer.GetRawText(), Does.Contain("dropDirectory"));
    }

    [Test]
    public async Task A_full_disk_is_told_and_the_delivery_comes_when_there_is_room()
    {
        await using var stage = await FileStage.SetAsync();
        var folder = Path.Combine(stage.Drops, "small");
        Directory.CreateDirectory(folder);
        if (!Environment.IsPrivilegedProcess || await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) != 0)
            Assert.Ignore("Left out: only root may mount a small disk.");
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "theirs"), new byte[60 * 1024]);
            await stage.PublishAsync([.. Enumerable.Range(0, 300).Select(i => $"k{i}")]);
            var id = await stage.SubscribeAsync(new { path = "small" });
            var failed = await stage.UntilAsync(id, now => now.Failures == 1);
            Assert.That((failed.ProblemCode, failed.State), Is.EqualTo(("drop-full", SubscriptionState.Active)));
            Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(1), "nothing half is left");
            File.Delete(Path.Combine(folder, "theirs"));
            await stage.UntilWholeAsync(id, retry: true);
            var consumer = new NaiveConsumer(folder);
            consumer.Take();
            Assert.That(consumer.Records, Has.Count.EqualTo(300));
        }
        finally
        {
            await RunAsync("umount", folder);
        }
    }

    [Test]
    public async Task A_test_writes_and_removes_a_file()
    {
        await using var stage = await FileStage.SetAsync();
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync(Plain);
        await stage.UntilAsync(id, now => now.Deliveries == 1);
        File.WriteAllText(Path.Combine(stage.Drops, "in", $".exchange-{id:N}-probe"), "of a hub that died");
        Assert.That((await stage.DoAsync(id, "test")).GetProperty("outcome").GetString(), Is.EqualTo("delivered"));
        Assert.That(Directory.EnumerateFiles(Path.Combine(stage.Drops, "in")).Where(path => path.Contains("probe", StringComparison.Ordinal)), Is.Empty);
    }

    static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
