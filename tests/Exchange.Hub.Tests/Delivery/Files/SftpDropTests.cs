using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Delivery.Files;

/// <summary>Files to OpenSSH's own server, over a way that breaks where the test says.</summary>
public sealed class SftpDropTests
{
    static SftpServer server = null!;

    [OneTimeSetUp]
    public static async Task Start() => server = await SftpServer.StartAsync();

    [OneTimeTearDown]
    public static async Task Stop()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    [Test]
    public async Task What_is_published_comes_to_the_server()
    {
        await using var stage = await FileStage.SetAsync();
        using var folder = new TemporaryFolder();
        await stage.PublishAsync("a", "b", "s1");
        var id = await stage.SubscribeAsync(Target(folder));
        var tried = await stage.DoAsync(id, "test"); // while it is sent the first delivery
        Assert.That(tried.GetProperty("outcome").GetString(), Is.EqualTo("delivered"), tried.GetRawText());
        await stage.UntilWholeAsync(id);
        await stage.PublishAsync("-a", "c");
        await stage.UntilWholeAsync(id);
        var consumer = new NaiveConsumer(folder.Path);
        consumer.Take();
        Assert.That((consumer.Last, consumer.Records), Is.EqualTo((2L, await stage.ReadAsync())));
        var told = (await OfferedDataset.SendAsync(await stage.StaffAsync(), HttpMethod.Get, $"subscriptions/{id}/attempts")).GetRawText();
        Assert.That(told, Does.Contain("manifest.json").And.Not.Contain("OPENSSH"));
        Assert.That(Directory.EnumerateFiles(stage.Hub.Folder, "*", SearchOption.AllDirectories).Where(path => path.EndsWith(".part", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public async Task To_a_server_with_another_key_nothing_is_sent()
    {
        await using var stage = await FileStage.SetAsync();
        using var folder = new TemporaryFolder();
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync(Target(folder, hostKey: "SHA256:" + new string('A', 43)));
        var refused = await stage.UntilAsync(id, now => now.State == SubscriptionState.Disabled);
        Assert.That((refused.ProblemCode, refused.StateReason), Is.EqualTo(("host-key-unknown", refused.Problem)));
        Assert.That(refused.Problem, Does.Contain(server.HostKey));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task Who_is_not_let_in_or_has_no_folder_there_is_told_so()
    {
        await using var stage = await FileStage.SetAsync();
        using var folder = new TemporaryFolder();
        await stage.PublishAsync("a");
        var stranger = await stage.SubscribeAsync(new { place = "sftp", host = "127.0.0.1", port = server.Port, hostKeys = new[] { server.HostKey }, user = SftpServer.User, password = "no such password", path = folder.Path });
        var refused = await stage.UntilAsync(stranger, now => now.State == SubscriptionState.Disabled);
        Assert.That((refused.ProblemCode, refused.Problem), Is.EqualTo(("login-refused", refused.Problem)));
        Assert.That(refused.Problem, Does.Not.Contain("no such password"));
        var lost = await stage.SubscribeAsync(Target(folder, path: folder.Of("missing")));
        var failed = await stage.UntilAsync(lost, now => now.Failures == 1);
        Assert.That((failed.ProblemCode, failed.State), Is.EqualTo(("drop-not-found", SubscriptionState.Active)));
        Directory.CreateDirectory(folder.Of("missing"));
        await stage.UntilWholeAsync(lost, retry: true);
    }

    [TestCase("hostKeys")]
    [TestCase("user")]
    [TestCase("host")]
    [TestCase("privateKey")]
    public async Task What_a_server_cannot_be_reached_without_is_asked_for(string missing)
    {
        await using var stage = await FileStage.SetAsync();
        using var folder = new TemporaryFolder();
        await stage.PublishAsync("a");
        var target = JsonSerializer.SerializeToNode(Target(folder))!.AsObject();
        target.Remove(missing);
        await stage.SubscribeAsync(target, HttpStatusCode.UnprocessableEntity);
    }

    [Test]
    public async Task The_hubs_own_networks_are_out_of_reach_unless_its_operator_allows_them()
    {
        var stage = await Proof.Stage.SetAsync();
        using var folder = new TemporaryFolder();
        await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] });
        var body = JsonSerializer.Serialize(new { dataset = stage.Dataset.Name, kind = "file", title = "Files", target = Target(folder) });
        var staff = await stage.Hub.ClientAsync(Role.ItStaff, stage.Consumer);
        var made = await OfferedDataset.SendAsync(staff, HttpMethod.Post, "subscriptions", body);
        var tried = await OfferedDataset.SendAsync(staff, HttpMethod.Post, $"subscriptions/{made.GetProperty("subscription").GetProperty("id").GetGuid()}/test", "{}");
        Assert.That(tried.GetProperty("problem").GetString(), Does.Contain("outboundAllow"));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public async Task A_connection_that_breaks_in_the_middle_of_a_file_leaves_nothing_that_could_be_taken_for_it()
    {
        await using var stage = await FileStage.SetAsync();
        await using var relay = new CuttingRelay(server.Port);
        using var folder = new TemporaryFolder();
        await stage.Stage.Dataset.PublishAsync(Enumerable.Range(0, 2000).Select(i => KeyValuePair.Create($"k{i}", (string?)FileStage.Record($"k{i}", new string((char)('a' + (i % 26)), 100)))));
        relay.CutAfter(100_000);
        var id = await stage.SubscribeAsync(Target(folder, relay.Port));
        var failed = await stage.UntilAsync(id, now => now.Failures == 1);
        Assert.That((failed.ProblemCode, relay.Cuts), Is.EqualTo(("drop-away", 1)));
        Assert.That(Directory.EnumerateFiles(folder.Path).Select(path => Path.GetExtension(path)), Is.All.EqualTo(".part"));
        await stage.UntilWholeAsync(id, retry: true);
        var consumer = new NaiveConsumer(folder.Path);
        consumer.Take();
        Assert.That(consumer.Records, Has.Count.EqualTo(2000));
        Assert.That(Directory.EnumerateFiles(folder.Path, "*.part"), Is.Empty);
    }

    [Test]
    public async Task Wherever_connections_break_a_consumer_ends_with_what_the_hub_has([Values(1, 2, 3)] int seed)
    {
        var random = new Random(seed);
        await using var stage = await FileStage.SetAsync();
        await using var relay = new CuttingRelay(server.Port);
        using var folder = new TemporaryFolder();
        var consumer = new NaiveConsumer(folder.Path);
        await stage.PublishAsync("k0");
        var id = await stage.SubscribeAsync(Target(folder, relay.Port));
        for (var publication = 0; publication < 10; publication++)
        {
            for (var cut = random.Next(4); cut > 0; cut--)
                relay.CutAfter(random.Next(4_000, 16_000)); // the greeting takes some 5,000, a whole delivery some 9,000
            var keys = Enumerable.Range(0, random.Next(1, 8)).Select(_ => $"{(random.Next(5) == 0 ? "s" : "k")}{random.Next(12)}").Distinct();
            await stage.PublishAsync([.. keys.Select(key => stage.Stage.Dataset.Newest.ContainsKey(key) && random.Next(3) == 0 ? "-" + key : key)]);
            if (random.Next(3) == 0)
                continue; // the next is published before this one is there
            await stage.UntilAsync(id, now =>
            {
                consumer.Take(remove: random.Next(2) == 0);
                return now is { DueAt: null, Problem: null } && now.Publication == stage.Stage.Dataset.Publication;
            }, retry: true);
        }
        await stage.UntilWholeAsync(id, retry: true);
        consumer.Take();
        Assert.That(consumer.Records, Is.EqualTo(await stage.ReadAsync()), $"seed {seed}, {relay.Cuts} cuts");
        Assert.That(relay.Cuts, Is.GreaterThan(0));
        Assert.That(Directory.EnumerateFiles(folder.Path, "*.part"), Is.Empty);
    }

    static object Target(TemporaryFolder folder, int? port = null, string? hostKey = null, string? path = null) => new
    {
        place = "sftp",
        host = "127.0.0.1",
        port = port ?? server.Port,
        hostKeys = new[] { hostKey ?? server.HostKey },
        user = SftpServer.User,
        privateKey = server.PrivateKey,
        path = path ?? folder.Path,
    };
}
