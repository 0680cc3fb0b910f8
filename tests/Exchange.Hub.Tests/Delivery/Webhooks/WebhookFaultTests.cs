using System.Globalization;
using Exchange.Hub.Delivery.Subscriptions;
using Microsoft.AspNetCore.Http;

namespace Exchange.Hub.Tests.Delivery.Webhooks;

/// <summary>Whatever goes wrong at the target or at the hub, nothing is lost and nothing counts twice.</summary>
public sealed class WebhookFaultTests
{
    [Test]
    public async Task A_retry_is_the_same_message_byte_by_byte()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "b", "c");
        stage.Sink.Url("copy");
        stage.Copy().Answer = AnswerWith(500);
        var id = await stage.SubscribeAsync(target: new { batchSize = 1 });
        var failed = await stage.UntilAsync(id, now => now.Failures == 1);
        Assert.That(failed.ProblemCode, Is.EqualTo("webhook-failed"));
        stage.Copy().Answer = null;
        stage.Turn(failed);
        await stage.UntilWholeAsync(id);
        var calls = stage.Copy().Calls;
        Assert.That((calls[1].Id, calls[1].Body), Is.EqualTo((calls[0].Id, calls[0].Body)));
        Assert.That(calls[1].Headers["webhook-timestamp"], Is.Not.EqualTo(calls[0].Headers["webhook-timestamp"]), "a retry is signed anew");
        Assert.That((stage.Copy().Records, calls.Count), Is.EqualTo((stage.Expected, 4)));
    }

    [Test]
    public async Task What_the_sink_took_before_its_reply_was_lost_counts_once()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "b", "c");
        stage.Sink.Url("copy");
        var lost = false;
        stage.Copy().Taken = http =>
        {
            if (lost)
                return Task.FromResult(false);
            lost = true;
            http.Abort();
            return Task.FromResult(true);
        };
        var id = await stage.SubscribeAsync(target: new { batchSize = 2 });
        var failed = await stage.UntilAsync(id, now => now.Failures == 1);
        Assert.That(failed.ProblemCode, Is.EqualTo("webhook-broken-off"));
        await stage.PublishAsync("-a", "d"); // before it is tried again
        stage.Turn(failed);
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
    }

    [Test]
    public async Task A_hub_that_is_stopped_in_the_middle_goes_on_where_it_was()
    {
        await using var stage = await WebhookStage.SetAsync(turned: false);
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync([.. Enumerable.Range(0, 50).Select(i => $"k{i:00}")]);
        stage.Sink.Url("copy");
        var tenth = new TaskCompletionSource();
        stage.Copy().Taken = async http =>
        {
            if (stage.Copy().Calls.Count == 10)
            {
                tenth.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            return http.RequestAborted.IsCancellationRequested;
        };
        var id = await stage.SubscribeAsync(target: new { batchSize = 2 });
        await tenth.Task;
        await stage.RestartAsync();
        var now = await stage.UntilWholeAsync(id);
        Assert.That((stage.Copy().Records, stage.Copy().Gaps), Is.EqualTo((stage.Expected, 0)));
        Assert.That((now.Deliveries, stage.Copy().Calls.Count), Is.EqualTo((25, 26)), "only the call in flight came twice");
    }

    [Test]
    public async Task A_hub_that_is_killed_in_the_middle_is_replaced_and_nothing_is_lost_or_doubled()
    {
        await using var stage = await WebhookStage.SetAsync(turned: false);
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync([.. Enumerable.Range(0, 50).Select(i => $"k{i:00}")]);
        stage.Sink.Url("copy");
        stage.Copy().Answer = AnswerWith(503, http => http.Response.Headers.RetryAfter = "1");
        var id = await stage.SubscribeAsync(target: new { batchSize = 2 });
        await stage.UntilAsync(id, now => now.Failures >= 1);
        var (reached, calls) = (new TaskCompletionSource(), 0);
        stage.Copy().Taken = async http =>
        {
            if (Interlocked.Increment(ref calls) != 10)
                return false;
            reached.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        using var folder = new TemporaryFolder();
        await stage.RestartAsync(
            async logins =>
            {
                stage.Copy().Answer = null;
                await using var doomed = await Runs.Faults.HubProcess.StartAsync(folder.Of("hub"), logins, WebhookStage.Settings);
                await reached.Task.WaitAsync(TimeSpan.FromSeconds(60));
                await doomed.KillAsync();
            },
            ahead: TimeSpan.FromMinutes(2)); // the lease of the dead is over
        await stage.UntilWholeAsync(id);
        Assert.That((stage.Copy().Records, stage.Copy().Gaps), Is.EqualTo((stage.Expected, 0)));
    }

    [TestCase(429, "webhook-busy", 90)]
    [TestCase(503, "webhook-busy", 90)]
    [TestCase(500, "webhook-failed", 5)]
    [TestCase(404, "webhook-not-found", 5)]
    [TestCase(401, "webhook-not-allowed", 5)]
    [TestCase(302, "webhook-redirected", 5)]
    public async Task A_target_that_fails_holds_its_place_and_is_called_when_it_wants(int status, string code, int seconds)
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        stage.Sink.Url("copy");
        stage.Copy().Answer = AnswerWith(status, http => http.Response.Headers.RetryAfter = "90");
        var id = await stage.SubscribeAsync();
        var failed = await stage.UntilAsync(id, now => now.Failures == 1);
        Assert.That((failed.ProblemCode, failed.State), Is.EqualTo((code, SubscriptionState.Active)));
        Assert.That((failed.DueAt - stage.Time!.GetUtcNow())!.Value.TotalSeconds, Is.EqualTo(seconds).Within(seconds == 90 ? 1 : 1.1));
        stage.Copy().Answer = null;
        stage.Turn(failed);
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
    }

    [TestCase("Mon, 04 May 2026 09:00:00 GMT", 3600)]
    [TestCase("Mon, 04 May 2020 09:00:00 GMT", 1)]
    [TestCase("9999999", 43200)]
    public async Task Retry_After_is_a_time_too_and_has_bounds(string header, int seconds)
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        stage.Sink.Url("copy");
        stage.Copy().Answer = AnswerWith(429, http => http.Response.Headers.RetryAfter = header);
        var failed = await stage.UntilAsync(await stage.SubscribeAsync(), now => now.Failures == 1);
        Assert.That((failed.DueAt - stage.Time!.GetUtcNow())!.Value.TotalSeconds, Is.EqualTo(seconds).Within(1));
    }

    [Test]
    public async Task Gone_sets_it_aside_at_once_until_it_is_resumed()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        stage.Sink.Url("copy");
        stage.Copy().Answer = AnswerWith(410);
        var id = await stage.SubscribeAsync();
        await stage.UntilAsync(id, now => now.State == SubscriptionState.Disabled);
        stage.Copy().Answer = null;
        await stage.DoAsync(id, "resume");
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
    }

    [Test]
    public async Task A_redirect_leads_nowhere()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        var (inside, _) = (stage.Sink.Url("inside"), stage.Sink.Url("copy"));
        stage.Copy().Answer = AnswerWith(307, http => http.Response.Headers.Location = inside);
        await stage.UntilAsync(await stage.SubscribeAsync(), now => now.ProblemCode == "webhook-redirected");
        Assert.That(stage.Copy("inside").Calls, Is.Empty);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_target_that_takes_its_time_is_cut_off(bool drips)
    {
        await using var stage = await WebhookStage.SetAsync(turned: false);
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        stage.Sink.Url("copy");
        stage.Copy().Answer = async (http, _) =>
        {
            http.Response.StatusCode = 500;
            while (!http.RequestAborted.IsCancellationRequested)
            {
                if (drips)
                    await http.Response.WriteAsync("…");
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            return true;
        };
        var failed = await stage.UntilAsync(await stage.SubscribeAsync(target: new { timeoutSeconds = 1 }), now => now.Failures == 1);
        Assert.That(failed.ProblemCode, Is.EqualTo(drips ? "webhook-failed" : "webhook-timeout"));
    }

    [Test]
    public async Task Nobody_there_costs_no_quota_and_a_hub_that_cannot_be_reached_by_name_says_so()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North with { Quota = new Hub.Sharing.Quota(null, 3) });
        await stage.PublishAsync("a", "b", "c");
        var id = await stage.SubscribeAsync("dead", new { url = "http://127.0.0.1:1025/" });
        for (var failures = 1; failures <= 3; failures++)
        {
            var failed = await stage.UntilAsync(id, now => now.Failures == failures);
            Assert.That(failed.ProblemCode, Is.EqualTo("webhook-unreachable"), string.Create(CultureInfo.InvariantCulture, $"try {failures}"));
            stage.Turn(failed);
        }
    }

    [Test]
    public async Task The_end_of_the_grant_cuts_off_what_is_being_sent()
    {
        await using var stage = await WebhookStage.SetAsync();
        var grant = await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "b");
        stage.Sink.Url("copy");
        var (second, cut) = (new TaskCompletionSource(), new TaskCompletionSource());
        stage.Copy().Answer = async (http, _) =>
        {
            if (stage.Copy().Calls.Count == 1)
                return false;
            second.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cut.TrySetResult();
            return true;
        };
        var id = await stage.SubscribeAsync(target: new { batchSize = 1 });
        await second.Task;
        await stage.Stage.RevokeAsync(grant);
        await cut.Task;
        var ended = await stage.UntilAsync(id, now => now.ProblemCode is "grant-ended" or "grant-revoked");
        Assert.That((ended.Deliveries, stage.Copy().Records.Count, stage.Copy().Calls.Count), Is.EqualTo((1, 1, 2)), "what was taken before counts");
    }

    [Test]
    public async Task Endpoints_that_are_slow_or_dead_hold_up_no_other()
    {
        await using var stage = await WebhookStage.SetAsync(turned: false);
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        stage.Sink.Url("slow");
        stage.Copy("slow").Answer = async (http, _) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        for (var i = 0; i < 100; i++)
            await stage.SubscribeAsync(i % 4 == 0 ? $"dead-{i}" : "slow", new { url = i % 4 == 0 ? "http://127.0.0.1:1025/" : stage.Sink.Url("slow"), timeoutSeconds = 60 });
        await stage.UntilWholeAsync(await stage.SubscribeAsync("good")).WaitAsync(TimeSpan.FromSeconds(20));
        var id = await stage.SubscribeAsync("other");
        await stage.UntilWholeAsync(id);
        await stage.PublishAsync("b");
        await stage.UntilWholeAsync(id).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.That(stage.Copy("other").Records, Is.EqualTo(stage.Expected));
        Assert.That(stage.Copy("slow").Calls, Has.Count.EqualTo(75), "all of them are being waited for");
    }

    static Func<HttpContext, SinkCall, Task<bool>> AnswerWith(int status, Action<HttpContext>? more = null) => (http, _) =>
    {
        http.Response.StatusCode = status;
        more?.Invoke(http);
        return Task.FromResult(true);
    };
}
