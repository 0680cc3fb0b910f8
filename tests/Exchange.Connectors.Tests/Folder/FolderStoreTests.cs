using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Sdk;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Connectors.Tests;

public sealed class FolderStoreTests
{
    readonly TemporaryFolder folder = new();
    readonly FakeTimeProvider clock = new(new DateTimeOffset(2024, 1, 1, 12, 0, 0, TimeSpan.Zero));

    [TearDown]
    public void RemoveFolder() => folder.Dispose();

    [Test]
    public async Task A_file_is_complete_once_it_has_not_changed_for_so_many_seconds()
    {
        Write("a.csv", secondsAgo: 4);
        Assert.That((await ListAsync("""{ "completeAfterSeconds": 5 }""")).Single().Complete, Is.False);
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await ListAsync("""{ "completeAfterSeconds": 5 }""")).Single().Complete, Is.True);
    }

    [Test]
    public async Task A_marker_completes_a_file_and_is_none_itself()
    {
        Write("a.csv", secondsAgo: 0);
        Write("b.csv", secondsAgo: 0);
        Write("b.csv.done", secondsAgo: 0);
        var files = await ListAsync("""{ "marker": "{name}.done" }""");
        Assert.That(files.Select(file => (file.Name, file.Complete)), Is.EquivalentTo(new[] { ("a.csv", false), ("b.csv", true) }));
    }

    [TestCase("*.csv", "a.csv")]
    [TestCase("**/*.csv", "a.csv 2024/b.csv 2024/01/c.csv")]
    [TestCase("2024/**/*.csv", "2024/b.csv 2024/01/c.csv")]
    [TestCase("2024/*/?.csv", "2024/01/c.csv")]
    [TestCase("*", "a.csv [x].txt")]
    [TestCase("[x].txt", "[x].txt")]
    [TestCase("A.CSV", "")]
    public async Task Globs_choose_files(string pattern, string expected)
    {
        foreach (var name in new[] { "a.csv", "[x].txt", "2024/b.csv", "2024/01/c.csv" })
            Write(name, secondsAgo: 60);
        var files = await ListAsync($$"""{ "pattern": "{{pattern}}" }""");
        Assert.That(files.Select(file => file.Name), Is.EquivalentTo(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
    }

    [Test]
    public async Task Links_that_lead_out_are_not_followed_and_links_inside_are()
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret.csv", "id\n1\n");
        Write("inside.csv", secondsAgo: 60);
        File.CreateSymbolicLink(Path.Combine(folder.Path, "file-link.csv"), Path.Combine(outside.Path, "secret.csv"));
        File.CreateSymbolicLink(Path.Combine(folder.Path, "good-link.csv"), Path.Combine(folder.Path, "inside.csv"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "folder-link"), outside.Path);
        var files = await ListAsync("""{ "pattern": "**/*.csv" }""");
        Assert.That(files.Select(file => file.Name), Is.EquivalentTo(new[] { "inside.csv", "good-link.csv" }));
    }

    [TestCase("../{outside}/secret.csv")]
    [TestCase("file-link.csv")]
    [TestCase("folder-link/secret.csv")]
    public async Task What_lies_outside_cannot_be_opened_by_name(string name)
    {
        using var outside = new TemporaryFolder();
        outside.Write("secret.csv", "id\n1\n");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "file-link.csv"), Path.Combine(outside.Path, "secret.csv"));
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "folder-link"), outside.Path);
        var source = Source("{}");
        var file = new StoredFile(name.Replace("{outside}", Path.GetFileName(outside.Path), StringComparison.Ordinal), 5, clock.GetUtcNow(), true);
        await Assert.ThrowsAsync<ConnectorException>(async () => await source.Context.Files!.Store.OpenAsync(file, source.Context.Files.StoreContext, CancellationToken.None));
    }

    [Test]
    public async Task A_file_that_grows_while_it_is_read_does_not_count()
    {
        var path = folder.Write("a.csv", "id\n" + string.Concat(Enumerable.Range(0, 3000).Select(id => $"{id}\n")));
        File.SetLastWriteTimeUtc(path, clock.GetUtcNow().UtcDateTime.AddMinutes(-1));
        var source = Source("{}");
        var error = await Assert.ThrowsAsync<ConnectorException>(async () =>
        {
            await using var reader = await source.Connector.OpenAsync(new ReadRequest(FileConnector.StreamName), source.Context, CancellationToken.None);
            var batch = new Batch(rowLimit: 100);
            await reader.ReadAsync(batch, CancellationToken.None);
            await File.AppendAllTextAsync(path, "late\n");
            while (await reader.ReadAsync(batch, CancellationToken.None) is null)
            {
            }
        });
        Assert.That(error!.Kind, Is.EqualTo(ConnectorErrorKind.Unavailable));
        Assert.That(error.Message, Does.StartWith("a.csv was changed while it was read: it is still being written."));
    }

    [Test]
    public async Task A_check_says_which_step_fails_and_what_to_do()
    {
        var source = Source("{}");
        var steps = await source.Connector.CheckAsync(source.Context, CancellationToken.None).ToListAsync();
        Assert.That(steps.Select(step => (step.Name, step.Outcome)), Is.EqualTo(new[] { ("folder", CheckOutcome.Passed), ("list", CheckOutcome.Failed), ("read", CheckOutcome.Skipped) }));
        Assert.That(steps[1].Fix, Is.EqualTo("Put a file there, or correct \"pattern\"."));
    }

    [Test]
    public async Task A_check_of_a_good_folder_passes_every_step()
    {
        Write("a.csv", secondsAgo: 60);
        var source = Source("{}");
        var steps = await source.Connector.CheckAsync(source.Context, CancellationToken.None).ToListAsync();
        Assert.That(steps.Select(step => step.Outcome), Is.All.EqualTo(CheckOutcome.Passed));
    }

    void Write(string name, int secondsAgo) =>
        File.SetLastWriteTimeUtc(folder.Write(name, "id\n1\n"), clock.GetUtcNow().UtcDateTime.AddSeconds(-secondsAgo));

    Task<IReadOnlyList<StoredFile>> ListAsync(string options)
    {
        var files = Source(options).Context.Files!;
        return files.Store.ListAsync(files.StoreContext, CancellationToken.None);
    }

    ConfiguredSource Source(string options)
    {
        var store = JsonNode.Parse(options)!.AsObject();
        (store["kind"], store["path"]) = ("folder", ".");
        var document = new JsonObject { ["connector"] = "csv", ["store"] = store };
        return Repository.Plugins.Resolve(JsonDocument.Parse(document.ToJsonString()).RootElement, clock, folder.Path);
    }
}
