using System.Text;
using System.Text.Json;
using Exchange.Cli;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Cli;

/// <summary>A consumer streams records at its command line; the provider takes the grant back at its own.</summary>
public sealed class RevokedStreamTests
{
    /// <summary>The whole is more than the sockets between hub and command line can hold.</summary>
    const int Records = 400;

    static readonly string Filler = new('x', 60_000);

    [Test]
    public async Task A_stream_whose_grant_is_revoked_breaks_off_after_whole_lines_and_the_reason_is_found()
    {
        var stage = await Stage.SetAsync(await TestHub.SharedAsync());
        await stage.Dataset.PublishAsync([.. Enumerable.Range(0, Records).Select(i => KeyValuePair.Create($"k{i:000}", (string?)$$"""{"id":"k{{i:000}}","name":"{{Filler}}"}"""))]);
        var grant = await stage.IssueAsync(Granted.Everything with { Fields = ["/id", "/name"] });
        var reader = await stage.Hub.TokenAsync(Role.Subscriber, stage.Consumer);
        var steward = await stage.Hub.TokenAsync(Role.Steward, TestDataset.Department);

        await using var output = new HeldStream();
        var reading = RunAsync(stage.Hub, reader, $"records {stage.Dataset.Name} -o ndjson", output);
        await output.Began.WaitAsync(TimeSpan.FromSeconds(60));
        var revoked = await RunAsync(stage.Hub, steward, $"grant revoke {grant.Id} --reason Misuse", Stream.Null);
        output.GoOn();
        var read = await reading;

        Assert.That((revoked.Code, read.Code), Is.EqualTo((ExitCode.Ok, ExitCode.Failed)), revoked.Error);
        var written = Encoding.UTF8.GetString(output.ToArray());
        var lines = written.Split('\n')[..^1];
        Assert.That(written, Does.EndWith("\n"));
        Assert.That(lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()), Is.EqualTo(Enumerable.Range(0, lines.Length).Select(i => $"k{i:000}")));
        Assert.That(lines, Has.Length.InRange(1, Records - 1));
        Assert.That(read.Error, Does.Contain($"broke off after {lines.Length} line").And.Contain("not everything").And.Contain($"exchange explain {stage.Dataset.Name}"));

        await DescribeAsync(stage);
        await using var explained = new MemoryStream();
        var asked = await RunAsync(stage.Hub, reader, $"explain {stage.Dataset.Name}", explained);
        Assert.That(Encoding.UTF8.GetString(explained.ToArray()), Does.Contain("was revoked").And.Contain("Misuse."), asked.Error);
    }

    /// <summary>Puts the dataset on the catalog, from which its policy is told.</summary>
    static Task DescribeAsync(Stage stage)
    {
        var document = JsonSerializer.SerializeToElement(new
        {
            title = new { en = "Proof" },
            department = TestDataset.Department,
            schema = stage.Dataset.Schema,
            source = "none",
            mapping = "none",
        });
        return stage.Hub.Database.InTransactionAsync(
            connection => DocumentStore.PutAsync(connection, DatasetCatalog.Kind, stage.Dataset.Name, document, "test", DateTimeOffset.UnixEpoch, CancellationToken.None),
            CancellationToken.None);
    }

    static async Task<(ExitCode Code, string Error)> RunAsync(TestHub hub, string token, string line, Stream output)
    {
        using var error = new StringWriter();
        var code = await CliApp.RunAsync(line.Split(' '), new CliHost
        {
            Output = output,
            Error = error,
            Environment = name => name switch { "EXCHANGE_URL" => hub.Address.ToString(), "EXCHANGE_TOKEN" => token, _ => null },
        });
        return (code, error.ToString());
    }

    /// <summary>Holds its writer up at the first bytes, as a reader does that has gone for a coffee.</summary>
    sealed class HeldStream : MemoryStream
    {
        readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Ends when the first bytes have come.</summary>
        public Task Began => began.Task;

        public void GoOn() => released.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length > 0)
                began.TrySetResult();
            await released.Task.WaitAsync(TimeSpan.FromSeconds(60), cancellationToken);
            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
