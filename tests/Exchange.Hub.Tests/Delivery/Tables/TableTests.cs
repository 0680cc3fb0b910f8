using System.Net;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Delivery.Tables;

[TestFixture(false), TestFixture(true)]
public sealed class TableTests(bool isMaria)
{
    [Test]
    public async Task A_table_is_made_from_the_schema_loaded_and_kept()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=Müller", "b=x", "c=with 'quote'");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        var row = (await stage.RowsAsync("name", "active", "address.city", "address.geo.lat", "amount", "born", "district", "tags", "note"))[0];
        Assert.That(row, Does.StartWith("a|Müller|").And.Contains("|北京|39.9042").And.Contains("|12345678901234567890.5").And.Contains("1980").And.Contains("\"a\"").And.EndsWith("|null"));
        await stage.PublishAsync("d=new", "b=changed", "-c");
        await stage.UntilWholeAsync(id);
        await stage.RequireEqualAsync();
        Assert.That((await stage.FindAsync(id)).Records, Is.EqualTo(6));
    }

    [Test]
    public async Task What_leaves_the_rows_of_the_grant_leaves_the_table_and_columns_that_it_withholds_are_emptied()
    {
        await using var stage = await SetAsync();
        var grant = await stage.Stage.IssueAsync(TableStage.Everything with { Rows = [new RowCondition("/district", "eq", ["north"])] });
        await stage.PublishAsync("a=1", "b=2", "s=south");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.RequireEqualAsync(key => key != "s");
        await stage.Dataset.PublishAsync([KeyValuePair.Create<string, string?>("a", TableStage.Record("a", "1").Replace("north", "south", StringComparison.Ordinal))]);
        await stage.UntilWholeAsync(id);
        Assert.That(await stage.RowsAsync("district", "amount"), Has.Count.EqualTo(1).And.All.StartWith("b|north|12345678901234567890.5"));
        await stage.Stage.RenewAsync(grant, grant.Terms.Until, ["/id", "/name", "/district"]);
        await stage.PublishAsync("c=3");
        await stage.UntilWholeAsync(id);
        Assert.That(await stage.RowsAsync("district", "amount", "born"), Is.EqualTo(new[] { "b|north|null|null", "c|north|null|null" }));
    }

    [Test]
    public async Task A_table_that_was_altered_between_deliveries_is_mended_and_what_is_not_the_hubs_is_left_alone()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1", "b=2");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Server.ExecuteAsync(stage.Database, $"alter table {stage.Table} drop column name");
        await stage.Server.ExecuteAsync(stage.Database, $"alter table {stage.Table} add column remark varchar(20)");
        await stage.Server.ExecuteAsync(stage.Database, $"update {stage.Table} set remark = 'mine'");
        await stage.PublishAsync("c=3");
        await stage.UntilWholeAsync(id);
        await stage.RequireEqualAsync();
        Assert.That(await stage.RowsAsync("remark"), Is.EqualTo(new[] { "a|mine", "b|mine", "c|null" }));
        await stage.Server.ExecuteAsync(stage.Database, $"drop table {stage.Table}");
        await stage.PublishAsync("d=4");
        await stage.UntilWholeAsync(id);
        await stage.RequireEqualAsync();
    }

    [Test]
    public async Task A_value_that_a_column_cannot_hold_holds_the_subscription_and_nothing_is_half_applied()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1", "b=2");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Server.ExecuteAsync(stage.Database, isMaria ? "alter table kept modify column name varchar(3)" : "alter table kept alter column name type varchar(3)");
        await stage.PublishAsync("b=other", "c=far too long", "-a");
        var held = await stage.UntilAsync(id, now => now.State == SubscriptionState.Disabled);
        Assert.That(held.ProblemCode, Is.EqualTo("value-misfit"));
        Assert.That(held.Problem, Does.Contain("Column name").And.Contain("longer").And.Not.Contain("far too").And.Match("hash [0-9a-f]{32}"));
        Assert.That(await stage.RowsAsync("name"), Is.EqualTo(new[] { "a|1", "b|2" }));
        await stage.Server.ExecuteAsync(stage.Database, isMaria ? "alter table kept modify column name text" : "alter table kept alter column name type text");
        await stage.DoAsync(id, "resume");
        await stage.UntilWholeAsync(id);
        await stage.RequireEqualAsync();
    }

    [Test]
    public async Task Where_the_hub_may_make_nothing_it_says_what_to_run()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything with { Fields = ["/id", "/name"] });
        await stage.PublishAsync("a=1");
        var id = await stage.SubscribeAsync(new { create = false });
        var held = await stage.UntilAsync(id, now => now.State == SubscriptionState.Disabled);
        Assert.That(held.ProblemCode, Is.EqualTo("table-misfit"));
        foreach (var statement in held.Problem!.Split("Run: ").Skip(1))
            await stage.Server.ExecuteAsync(stage.Database, statement.Trim());
        Assert.That((await stage.DoAsync(id, "test")).GetProperty("outcome").GetString(), Is.EqualTo("delivered"));
        await stage.DoAsync(id, "resume");
        await stage.UntilWholeAsync(id);
        await stage.RequireEqualAsync();
    }

    [Test]
    public async Task After_a_restore_from_backup_and_after_a_replay_the_table_is_the_dataset()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1", "b=2");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Server.ExecuteAsync(stage.Database, $"update {stage.Table} set name = 'bent'");
        await stage.Hub.Database.ExecuteAsync($"update catalog.heads set epoch = epoch + 1", [], CancellationToken.None);
        await stage.PublishAsync("c=3", "-a");
        await stage.UntilWholeAsync(id);
        await stage.RequireEqualAsync();
        await stage.Server.ExecuteAsync(stage.Database, $"update {stage.Table} set name = 'bent'");
        await stage.DoAsync(id, "replay", new { beginning = true });
        await stage.UntilAsync(id, now => now is { DueAt: null, Deliveries: 3 });
        await stage.RequireEqualAsync();
    }

    [Test]
    public async Task A_worker_of_an_earlier_revision_is_fenced_by_the_table()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1");
        var id = await stage.SubscribeAsync();
        var zombie = await stage.UntilWholeAsync(id);
        await stage.DoAsync(id, "replay", new { beginning = true });
        await stage.UntilAsync(id, now => now is { DueAt: null, Deliveries: 2 });
        var push = stage.Hub.Services.GetServices<IPush>().Single(way => way.Kind == "table");
        var options = await stage.Hub.Services.GetRequiredService<PushTargets>().OptionsAsync(zombie, CancellationToken.None);
        var refused = await Assert.ThrowsAsync<HubException>(async () => await push.PushAsync(zombie, options, CancellationToken.None));
        Assert.That(refused!.Code, Is.EqualTo("table-fenced"));
    }

    [Test]
    public async Task Two_subscriptions_do_not_share_a_table_but_one_that_ended_leaves_it_to_the_next()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1");
        var first = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(first);
        var second = await stage.SubscribeAsync();
        var held = await stage.UntilAsync(second, now => now.State == SubscriptionState.Disabled);
        Assert.That(held.Problem, Does.Contain(first.ToString()));
        await stage.DoAsync(first, "end", new { reason = "Moved" });
        await stage.DoAsync(second, "resume");
        await stage.UntilWholeAsync(second);
        await stage.RequireEqualAsync();
    }

    [Test]
    public async Task A_wrong_password_and_a_forbidden_address_are_told_without_secrets()
    {
        await using var stage = await SetAsync();
        await stage.Stage.IssueAsync(TableStage.Everything);
        await stage.PublishAsync("a=1");
        var id = await stage.SubscribeAsync(new { password = "sesame-wrong" });
        var failed = await stage.UntilAsync(id, now => now.Failures > 0);
        Assert.That(failed.ProblemCode, Is.EqualTo("target-sign-in"));
        Assert.That(failed.Problem, Does.Not.Contain("sesame"));
        var elsewhere = await stage.SubscribeAsync(new { host = "10.0.0.1" });
        Assert.That((await stage.UntilAsync(elsewhere, now => now.Failures > 0)).ProblemCode, Is.EqualTo("address-not-allowed"));
        await stage.DoAsync(id, "reconcile", expected: HttpStatusCode.ServiceUnavailable);
    }

    async Task<TableStage> SetAsync() => await TableStage.SetAsync(await ConsumerServer.SharedAsync(isMaria));
}
