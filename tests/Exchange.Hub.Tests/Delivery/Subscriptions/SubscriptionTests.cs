using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Delivery.Subscriptions;

/// <summary>Whatever the way: a subscription is sent everything it may see, in order, however often something fails.</summary>
public sealed class SubscriptionTests
{
    static readonly PushProblem Away = new("target-away", "Nobody answers there.");

    [Test]
    public async Task A_subscription_is_sent_what_there_is_and_then_what_is_published()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a", "b", "c", "s1");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "a", "b", "c" }), "the south is not granted");
        Assert.That(stage.Push.Copies["copy"]["a"].Record, Is.EqualTo("""{"district":"north","id":"a","name":"N"}"""));
        await stage.PublishAsync("d", "-a", "s2");
        var now = await stage.UntilWholeAsync(id);
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "b", "c", "d" }));
        Assert.That((now.Records, now.Failures), Is.EqualTo((5L, 0)));
        var use = await OfferedDataset.SendAsync(await stage.Hub.ClientAsync(Role.Auditor), HttpMethod.Get, $"datasets/{stage.Stage.Dataset.Name}/use");
        Assert.That(use.GetProperty("items").EnumerateArray().Sum(item => item.GetProperty("records").GetInt64()), Is.EqualTo(4), "a deletion is no record");
        Assert.That(use.GetProperty("items")[0].GetProperty("caller").GetString(), Is.EqualTo($"subscription:{id}"));
    }

    [Test]
    public async Task What_fails_is_tried_again_ever_later_and_nothing_is_lost()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a", "b", "c");
        stage.Push.Answer = _ => Task.FromResult<PushProblem?>(Away);
        var id = await stage.SubscribeAsync();
        foreach (var (failures, seconds) in new[] { (1, 5), (2, 30), (3, 120), (4, 600) })
        {
            var failed = await stage.UntilAsync(id, now => now.Failures == failures);
            Assert.That((failed.DueAt - stage.Time.GetUtcNow())!.Value.TotalSeconds, Is.EqualTo(seconds).Within(seconds / 5.0));
            Assert.That((failed.ProblemCode, failed.Problem), Is.EqualTo((Away.Code, Away.Message)));
            await stage.PublishAsync($"d{failures}"); // news does not bring a failing target's turn forward
            stage.Advance(failed.DueAt!.Value - stage.Time.GetUtcNow());
        }
        stage.Push.Answer = _ => Task.FromResult<PushProblem?>(null);
        stage.Advance(TimeSpan.FromHours(1));
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "a", "b", "c", "d1", "d2", "d3", "d4" }));
        var attempts = await OfferedDataset.SendAsync(await stage.StaffAsync(), HttpMethod.Get, $"subscriptions/{id}/attempts");
        Assert.That(attempts.GetProperty("items").EnumerateArray().Count(item => item.GetProperty("outcome").GetString() == "failed"), Is.GreaterThanOrEqualTo(4));
    }

    [Test]
    public async Task A_target_that_takes_nothing_for_too_long_is_set_aside_with_a_task_and_goes_on_when_resumed()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a");
        stage.Push.Answer = _ => Task.FromResult<PushProblem?>(Away);
        var id = await stage.SubscribeAsync();
        await stage.UntilAsync(id, now => now.Failures == 1);
        stage.Advance(TimeSpan.FromHours(72));
        var disabled = await stage.UntilAsync(id, now => now.State == SubscriptionState.Disabled);
        Assert.That(disabled.StateReason, Is.EqualTo(Away.Message));
        Assert.That(await TasksAsync(stage), Has.Length.EqualTo(1));
        stage.Push.Answer = _ => Task.FromResult<PushProblem?>(null);
        await stage.DoAsync(id, "resume");
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "a" }));
        Assert.That(await TasksAsync(stage), Is.Empty);
    }

    [Test]
    public async Task A_final_problem_sets_it_aside_at_once()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a");
        stage.Push.Answer = _ => Task.FromResult<PushProblem?>(Away with { IsFinal = true });
        var id = await stage.SubscribeAsync();
        await stage.UntilAsync(id, now => now.State == SubscriptionState.Disabled);
    }

    [Test]
    public async Task Without_a_grant_nobody_subscribes_and_when_it_is_suspended_nothing_leaves_until_it_is_resumed()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.PublishAsync("a");
        await stage.SubscribeAsync(expected: HttpStatusCode.Forbidden);
        var grant = await stage.Stage.IssueAsync(PushStage.North);
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        grant = await stage.Stage.SuspendAsync(grant);
        await stage.PublishAsync("b");
        var refused = await stage.UntilAsync(id, now => now.ProblemCode == "grant-suspended");
        Assert.That((refused.State, stage.Keys()), Is.EqualTo((SubscriptionState.Active, new[] { "a" })));
        await stage.Stage.ResumeAsync(grant);
        stage.Advance(TimeSpan.FromMinutes(3));
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "a", "b" }));
    }

    [Test]
    public async Task A_grant_that_is_revoked_while_records_are_sent_stops_them()
    {
        await using var stage = await PushStage.SetAsync();
        var grant = await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a");
        var sending = new TaskCompletionSource();
        stage.Push.Answer = async _ =>
        {
            sending.TrySetResult();
            await new TaskCompletionSource().Task;
            return null;
        };
        var id = await stage.SubscribeAsync();
        await sending.Task;
        await stage.Stage.RevokeAsync(grant);
        var ended = await stage.UntilAsync(id, now => now.ProblemCode is "grant-ended" or "grant-revoked");
        Assert.That((ended.Records, stage.Keys()), Is.EqualTo((0L, Array.Empty<string>())));
    }

    [Test]
    public async Task Narrower_terms_begin_another_reading_and_take_away_what_is_no_longer_shown()
    {
        await using var stage = await PushStage.SetAsync();
        var grant = await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a", "b", "c");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Stage.RenewAsync(grant, grant.Terms.Until, ["/id", "/district"]);
        await stage.PublishAsync("-a");
        var now = await stage.UntilAsync(id, each => each is { Whole: true, DueAt: null } && each.Place.Reading == 2);
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "b", "c" }));
        Assert.That(stage.Push.Copies["copy"]["b"].Record, Is.EqualTo("""{"district":"north","id":"b"}"""));
        Assert.That(now.Publication, Is.EqualTo(2));
    }

    [Test]
    public async Task After_a_restore_from_backup_everything_is_sent_again()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a", "b");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Hub.Database.ExecuteAsync($"update catalog.heads set epoch = epoch + 1", [], CancellationToken.None);
        await stage.PublishAsync("c");
        await stage.UntilAsync(id, each => each is { Whole: true, DueAt: null } && each.Place.Reading == 2);
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task A_target_that_hangs_holds_up_no_other()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a");
        var release = new TaskCompletionSource();
        stage.Push.Answer = async target =>
        {
            if (target.Name != "good")
                await release.Task;
            return null;
        };
        for (var i = 0; i < 20; i++)
            await stage.SubscribeAsync($"bad-{i}");
        await stage.UntilWholeAsync(await stage.SubscribeAsync("good"));
        Assert.That(stage.Keys("good"), Is.EqualTo(new[] { "a" }));
        release.SetResult();
    }

    [Test]
    public async Task What_was_paused_while_it_was_being_sent_is_not_written_down_and_comes_again()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a");
        var (sending, release) = (new TaskCompletionSource(), new TaskCompletionSource());
        stage.Push.Answer = async _ =>
        {
            sending.TrySetResult();
            await release.Task;
            return null;
        };
        var id = await stage.SubscribeAsync();
        await sending.Task;
        await stage.DoAsync(id, "pause", new { reason = "Moving house" });
        release.SetResult();
        await stage.Hub.Services.GetRequiredService<SettlePushes>().ExecuteAsync(new PushSettlement(new PushClaim(await stage.FindAsync(id), Guid.NewGuid(), 0), PushPlace.Start, [], null, null)); // behind the other
        Assert.That((await stage.FindAsync(id)).Place, Is.EqualTo(PushPlace.Start));
        await stage.DoAsync(id, "resume");
        await stage.UntilWholeAsync(id);
    }

    [Test]
    public async Task A_replay_sends_again_what_came_after_a_publication_or_everything()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(Granted.Everything with { Fields = ["/id", "/name", "/district"] });
        await stage.PublishAsync("a");
        await stage.PublishAsync("b");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        stage.Push.Copies["copy"].Clear();
        await stage.DoAsync(id, "replay", new { publication = 1 });
        await stage.UntilAsync(id, now => now is { DueAt: null, Records: 3 });
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "b" }));
        await stage.DoAsync(id, "replay", new { beginning = true });
        await stage.UntilAsync(id, now => now is { DueAt: null, Records: 5 });
        Assert.That(stage.Keys(), Is.EqualTo(new[] { "a", "b" }));
        await stage.DoAsync(id, "replay", new { beginning = true, publication = 1 }, expected: HttpStatusCode.UnprocessableEntity);
        await stage.DoAsync(id, "replay", new { publication = 9 }, expected: HttpStatusCode.NotFound);
        await stage.DoAsync(id, "replay", new { cursor = "nonsense" }, expected: HttpStatusCode.BadRequest);
    }

    [Test]
    public async Task A_worker_that_died_is_replaced_when_its_lease_is_over_and_can_write_nothing_any_more()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        await stage.PublishAsync("a");
        stage.Push.Answer = _ => Task.FromResult<PushProblem?>(Away);
        var id = await stage.SubscribeAsync();
        var failed = await stage.UntilAsync(id, now => now.Failures == 1);
        stage.Push.Answer = _ => Task.FromResult<PushProblem?>(null);
        var store = stage.Hub.Services.GetRequiredService<SubscriptionStore>();
        var dead = (await store.ClaimAsync(true, 1, failed.DueAt!.Value, TimeSpan.FromMinutes(5), CancellationToken.None)).Single();
        Assert.That(await store.ClaimAsync(true, 1, failed.DueAt!.Value, TimeSpan.FromMinutes(5), CancellationToken.None), Is.Empty, "it is taken");
        stage.Advance(TimeSpan.FromMinutes(6));
        await stage.UntilWholeAsync(id);
        var late = await stage.Hub.Services.GetRequiredService<SettlePushes>().ExecuteAsync(new PushSettlement(dead, PushPlace.Start, [], null, null));
        Assert.That(late, Is.False);
        Assert.That((await stage.FindAsync(id)).Whole, Is.True);
    }

    [Test]
    public async Task A_secret_of_a_target_is_kept_apart_and_shown_to_nobody()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        var staff = await stage.StaffAsync();
        var body = JsonSerializer.Serialize(new { dataset = stage.Stage.Dataset.Name, kind = "memory", title = "T", target = new { name = "copy", password = "open" } });
        var made = await OfferedDataset.SendAsync(staff, HttpMethod.Post, "subscriptions", body);
        var id = made.GetProperty("subscription").GetProperty("id").GetGuid();
        Assert.That(made.GetProperty("secrets").GetProperty("token").GetString(), Is.EqualTo("shown once"));
        Assert.That((await OfferedDataset.SendAsync(staff, HttpMethod.Get, $"subscriptions/{id}")).GetRawText(), Does.Not.Contain("open").And.Not.Contain("shown once").And.Contain("copy"));
        Assert.That((await stage.DoAsync(id, "test")).GetProperty("outcome").GetString(), Is.EqualTo("delivered"));
        await OfferedDataset.SendAsync(staff, HttpMethod.Put, $"subscriptions/{id}", JsonSerializer.Serialize(new { title = "T2", target = new { name = "copy2" } }));
        Assert.That((await stage.DoAsync(id, "test")).GetProperty("outcome").GetString(), Is.EqualTo("delivered"), "a secret that is left out stays");
        await stage.DoAsync(id, "end");
        Assert.That(await stage.Hub.Services.GetRequiredService<ISecretStore>().ListAsync($"subscription/{id}", CancellationToken.None), Is.Empty);
        await stage.DoAsync(id, "resume", expected: HttpStatusCode.Conflict);
    }

    [Test]
    public async Task The_provider_sees_who_is_sent_its_data_and_not_where_and_others_see_nothing()
    {
        await using var stage = await PushStage.SetAsync();
        await stage.Stage.IssueAsync(PushStage.North);
        var id = await stage.SubscribeAsync();
        var steward = await stage.Hub.ClientAsync(Role.Steward, TestDataset.Department);
        var seen = await OfferedDataset.SendAsync(steward, HttpMethod.Get, $"subscriptions/{id}");
        Assert.That((seen.GetProperty("department").GetString(), seen.GetProperty("target").ValueKind), Is.EqualTo((stage.Stage.Consumer, JsonValueKind.Null)));
        var stranger = await stage.Hub.ClientAsync(Role.ItStaff, "elsewhere");
        await OfferedDataset.SendAsync(stranger, HttpMethod.Get, $"subscriptions/{id}", expected: HttpStatusCode.NotFound);
        await stage.DoAsync(id, "pause", client: stranger, expected: HttpStatusCode.NotFound);
        Assert.That((await OfferedDataset.SendAsync(stranger, HttpMethod.Get, "subscriptions")).GetProperty("items").GetArrayLength(), Is.Zero);
    }

    static async Task<JsonElement[]> TasksAsync(PushStage stage)
    {
        var listed = await OfferedDataset.SendAsync(await stage.StaffAsync(), HttpMethod.Get, "tasks");
        return [.. listed.GetProperty("items").EnumerateArray().Where(task => task.GetProperty("kind").GetString() == "mend-subscription")];
    }
}
