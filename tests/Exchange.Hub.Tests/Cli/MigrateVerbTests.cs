using System.Text.Json;
using Exchange.Cli;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery.Tables;

namespace Exchange.Hub.Tests.Cli;

/// <summary>A dataset is moved into a new system, with the report that proves it.</summary>
public sealed class MigrateVerbTests
{
    [Test]
    public async Task A_migration_loads_a_table_proves_it_and_ends()
    {
        using var folder = new TemporaryFolder();
        await using var stage = await TableStage.SetAsync(await ConsumerServer.SharedAsync(isMaria: false));
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1", "b=2");
        var (target, report) = (Path.Combine(folder.Path, "target.json"), Path.Combine(folder.Path, "moved.json"));
        await File.WriteAllTextAsync(target, $$"""{"server":"postgres","host":"127.0.0.1","port":{{stage.Server.Port}},"database":"{{stage.Database}}","table":"kept","user":"{{ConsumerServer.User}}","password":{"env":"TABLE_PASSWORD"},"tls":"disable"}""");
        var (code, output, error) = await RunAsync(stage, "migrate", stage.Dataset.Name, "--to", target, "--report", report);
        Assert.That(code, Is.EqualTo(ExitCode.Ok), error);
        Assert.That(output, Does.Contain("2 records").And.Contain("2 equal, 0 missing, 0 extra, 0 different"));
        await stage.RequireEqualAsync();
        var moved = JsonDocument.Parse(await File.ReadAllTextAsync(report)).RootElement;
        Assert.That(moved.GetProperty("jws").GetString()!.Split('.'), Has.Length.EqualTo(3));
        var id = moved.GetProperty("report").GetProperty("subscription").GetGuid();
        Assert.That((await stage.FindAsync(id)).State, Is.EqualTo(Hub.Delivery.Subscriptions.SubscriptionState.Ended));
    }

    [Test]
    public async Task A_table_that_was_altered_is_told_by_a_reconciliation_with_an_exit_code_of_its_own()
    {
        using var folder = new TemporaryFolder();
        await using var stage = await TableStage.SetAsync(await ConsumerServer.SharedAsync(isMaria: false));
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1", "b=2");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Server.ExecuteAsync(stage.Database, $"delete from {stage.Table} where name = '1'");
        var (code, output, error) = await RunAsync(stage, "reconcile", id.ToString(), "--report", Path.Combine(folder.Path, "report.json"));
        Assert.That(code, Is.EqualTo(ExitCode.Partial), error);
        Assert.That(output, Does.Contain("1 row, 1 equal, 1 missing"));
        var (unset, _, told) = await RunAsync(stage, "migrate", stage.Dataset.Name, "--to", await WriteAsync(folder), "--report", "r.json");
        Assert.That((unset, told.Contains("NOT_SET", StringComparison.Ordinal)), Is.EqualTo((ExitCode.Usage, true)));
    }

    static async Task<string> WriteAsync(TemporaryFolder folder)
    {
        var file = Path.Combine(folder.Path, "target.json");
        await File.WriteAllTextAsync(file, """{"password":{"env":"NOT_SET"}}""");
        return file;
    }

    static async Task<(ExitCode Code, string Output, string Error)> RunAsync(TableStage stage, params string[] arguments)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var token = await stage.Hub.TokenAsync(Role.ItStaff, stage.Stage.Consumer);
        var code = await CliApp.RunAsync(arguments, new CliHost
        {
            Output = output,
            Error = error,
            Environment = name => name switch { "EXCHANGE_URL" => stage.Hub.Address.ToString(), "EXCHANGE_TOKEN" => token, "TABLE_PASSWORD" => ConsumerServer.Password, _ => null },
        });
        return (code, System.Text.Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
