using System.Data.Common;
using Exchange.Hub.Delivery.Subscriptions;

namespace Exchange.Hub.Tests.Delivery.Tables;

/// <summary>However hub, server and wire die, the table is one publication, and in the end the newest.</summary>
[TestFixture(false), TestFixture(true)]
public sealed class TableFaultTests(bool isMaria)
{
    static readonly string[] many = [.. Enumerable.Range(0, 3000).Select(i => $"k{i:0000}=name {i}")];

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_database_that_is_killed_in_mid_load_has_all_of_it_after_it_was_started_again(bool isFirst)
    {
        await using var server = await ConsumerServer.StartAsync(isMaria);
        await using var stage = await TableStage.SetAsync(server);
        var id = await BeginAsync(stage, isFirst);
        await using (await HoldAsync(stage))
        {
            await stage.PublishAsync(many);
            await UntilWaitingAsync(stage);
            await server.KillAsync();
        }
        await server.StartAgainAsync();
        Assert.That(await stage.RowsAsync("name"), Is.EqualTo(isFirst ? [] : new[] { "a|1" }), "nothing is half applied");
        await stage.RecoverAsync(id);
        await stage.RequireEqualAsync();
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_hub_that_goes_in_mid_load_is_followed_by_one_that_finishes(bool isFirst)
    {
        await using var stage = await TableStage.SetAsync(await ConsumerServer.SharedAsync(isMaria));
        var id = await BeginAsync(stage, isFirst);
        await using (await HoldAsync(stage))
        {
            await stage.PublishAsync(many);
            await UntilWaitingAsync(stage);
            await stage.ReplaceHubAsync();
        }
        await stage.RecoverAsync(id);
        await stage.RequireEqualAsync();
    }

    [Test]
    public async Task A_commit_whose_reply_is_lost_counts_once()
    {
        await using var stage = await TableStage.SetAsync(await ConsumerServer.SharedAsync(isMaria));
        await using var proxy = new CuttingProxy(stage.Server.Port);
        stage.Through = proxy.Port;
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1", "b=2");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        var cut = proxy.ArmAsync();
        await stage.PublishAsync("c=3", "-a");
        await cut;
        var failed = await stage.UntilAsync(id, now => now.Failures == 1);
        Assert.That((failed.ProblemCode, failed.Publication), Is.EqualTo(("target-away", 1)), "the hub does not know");
        await stage.RequireEqualAsync();
        await stage.Server.ExecuteAsync(stage.Database, $"update {stage.Table} set name = 'once' where name = '3'");
        await stage.RecoverAsync(id);
        Assert.That(await stage.RowsAsync("name"), Is.EqualTo(new[] { "b|2", "c|once" }), "nothing was sent again");
    }

    /// <summary>A table with one row; or made and empty, as if nothing had been loaded.</summary>
    internal static async Task<Guid> BeginAsync(TableStage stage, bool isFirst)
    {
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        if (isFirst)
        {
            await stage.Server.ExecuteAsync(stage.Database, "delete from exchange_state");
            await stage.Server.ExecuteAsync(stage.Database, $"delete from {stage.Table}");
        }
        return id;
    }

    /// <summary>Keeps everybody out of the table until it is disposed of.</summary>
    static async Task<DbConnection> HoldAsync(TableStage stage)
    {
        var connection = await stage.Server.OpenAsync(stage.Database);
        await using var command = connection.CreateCommand();
        command.CommandText = stage.Server.IsMaria ? $"lock tables {stage.Table} write" : $"begin; lock table {stage.Table} in share mode";
        await command.ExecuteNonQueryAsync();
        return connection;
    }

    static async Task UntilWaitingAsync(TableStage stage)
    {
        var sql = stage.Server.IsMaria
            ? "select count(*) from information_schema.processlist where state like '%lock%'"
            : "select count(*) from pg_stat_activity where application_name = 'exchange' and wait_event_type = 'Lock'";
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await stage.Server.QueryAsync(stage.Database, sql))[0][0] == "0")
        {
            Assert.That(over.IsCancellationRequested, Is.False, "The hub does not load.");
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }
    }
}
