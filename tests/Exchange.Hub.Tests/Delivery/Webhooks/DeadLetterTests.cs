using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Delivery.Webhooks;
using Exchange.Hub.Tests.Sharing;
using Microsoft.AspNetCore.Http;

namespace Exchange.Hub.Tests.Delivery.Webhooks;

/// <summary>A call that the target refuses for what it holds is set aside, and does not hold up what comes behind it.</summary>
public sealed class DeadLetterTests
{
    [Test]
    public async Task What_is_refused_three_times_is_set_aside_and_sent_again_when_a_person_says_so()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "bad", "c");
        var id = await RefuseAsync(stage, "bad");
        Assert.That(stage.Copy().Records.Keys, Is.EqualTo(new[] { "a", "c" }));
        var letter = (await stage.GetAsync(id, "dead-letters")).GetProperty("items").EnumerateArray().Single();
        Assert.That((letter.GetProperty("tries").GetInt32(), letter.GetProperty("status").GetInt32(), letter.GetProperty("changes").GetInt32(), letter.GetProperty("state").GetString()), Is.EqualTo((3, 422, 1, "open")));
        Assert.That((letter.GetProperty("answer").GetString(), letter.GetProperty("message").GetString()), Is.EqualTo(("This one is bad", stage.Copy().Calls[1].Id)));
        Assert.That(await TasksAsync(stage), Is.EqualTo(1));

        stage.Copy().Answer = null;
        await stage.DoAsync(id, $"dead-letters/{letter.GetProperty("id").GetString()}/replay");
        await UntilStateAsync(stage, id, "replayed");
        Assert.That((stage.Copy().Records, stage.Copy().Gaps), Is.EqualTo((stage.Expected, 1)), "the gap that the letter left");
        Assert.That(await TasksAsync(stage), Is.Zero);
        await stage.DoAsync(id, $"dead-letters/{letter.GetProperty("id").GetString()}/replay", expected: HttpStatusCode.Conflict);
    }

    [Test]
    public async Task What_has_changed_since_is_not_sent_again_as_it_was()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "bad", "c");
        var id = await RefuseAsync(stage, "bad");
        stage.Copy().Answer = null;
        await stage.PublishAsync("-bad");
        await stage.UntilWholeAsync(id);
        var letter = (await stage.GetAsync(id, "dead-letters")).GetProperty("items")[0].GetProperty("id").GetString();
        await stage.DoAsync(id, $"dead-letters/{letter}/replay");
        await UntilStateAsync(stage, id, "replayed");
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
    }

    [Test]
    public async Task A_letter_that_is_refused_again_stays_open_and_can_be_dismissed()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "bad", "c");
        var id = await RefuseAsync(stage, "bad");
        var letter = (await stage.GetAsync(id, "dead-letters")).GetProperty("items")[0].GetProperty("id").GetString();
        await stage.DoAsync(id, $"dead-letters/{letter}/replay");
        Assert.That((await UntilStateAsync(stage, id, "open")).GetProperty("tries").GetInt32(), Is.EqualTo(4));
        await stage.DoAsync(id, $"dead-letters/{letter}/dismiss", new { reason = "Entered by hand" });
        Assert.That(await TasksAsync(stage), Is.Zero);
        var dismissed = (await stage.GetAsync(id, "dead-letters?state=dismissed")).GetProperty("items")[0];
        Assert.That(dismissed.GetProperty("stateReason").GetString(), Is.EqualTo("Entered by hand"));
        var audit = await OfferedDataset.SendAsync(await stage.Hub.ClientAsync(Hub.Platform.Role.Auditor), HttpMethod.Get, $"audit?subject=subscription:{id}");
        Assert.That(audit.GetRawText(), Does.Contain(nameof(DeadLetterMoved)));
    }

    [Test]
    public async Task A_reading_from_the_beginning_makes_letters_void()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "bad", "c");
        var id = await RefuseAsync(stage, "bad");
        stage.Copy().Answer = null;
        await stage.DoAsync(id, "replay", new { beginning = true });
        await stage.UntilAsync(id, now => now is { Whole: true, DueAt: null } && now.Place.Reading == 2);
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
        var letter = (await stage.GetAsync(id, "dead-letters")).GetProperty("items")[0].GetProperty("id").GetString();
        await stage.DoAsync(id, $"dead-letters/{letter}/replay", expected: HttpStatusCode.Conflict);
    }

    [Test]
    public async Task A_target_that_refuses_everything_is_waited_for_and_loses_no_more()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "b", "c", "d", "e", "f", "g", "h");
        stage.Sink.Url("copy");
        stage.Copy().Answer = Refuse("\"key\"");
        var id = await stage.SubscribeAsync(target: new { batchSize = 1 });
        var failed = await stage.UntilAsync(id, now => now.Failures == 1);
        for (var tries = 1; tries < 3 * 5 || failed.Failures < 5; tries++)
        {
            Assert.That(tries, Is.LessThan(30));
            var calls = stage.Copy().Calls.Count;
            stage.Turn(failed);
            failed = await stage.UntilAsync(id, now => stage.Copy().Calls.Count > calls && now.Failures > 0 && now.DueAt > stage.Time!.GetUtcNow());
        }
        Assert.That((await stage.GetAsync(id, "dead-letters")).GetProperty("items").GetArrayLength(), Is.EqualTo(5));
    }

    static async Task<Guid> RefuseAsync(WebhookStage stage, string key)
    {
        stage.Sink.Url("copy");
        stage.Copy().Answer = Refuse($"\"key\":\"{key}\"");
        var id = await stage.SubscribeAsync(target: new { batchSize = 1 });
        for (var failures = 1; failures <= 2; failures++)
        {
            var failed = await stage.UntilAsync(id, now => now.Failures == failures);
            Assert.That(failed.ProblemCode, Is.EqualTo("webhook-refused"));
            stage.Turn(failed);
        }
        await stage.UntilWholeAsync(id);
        return id;
    }

    static Func<HttpContext, SinkCall, Task<bool>> Refuse(string text) => async (http, call) =>
    {
        if (!call.Data.GetRawText().Contains(text, StringComparison.Ordinal))
            return false;
        http.Response.StatusCode = 422;
        await http.Response.WriteAsync("This one is bad");
        return true;
    };

    static async Task<JsonElement> UntilStateAsync(WebhookStage stage, Guid id, string state)
    {
        await stage.UntilAsync(id, now => now.DueAt is null);
        var letter = (await stage.GetAsync(id, "dead-letters")).GetProperty("items")[0];
        Assert.That(letter.GetProperty("state").GetString(), Is.EqualTo(state));
        return letter;
    }

    static async Task<int> TasksAsync(WebhookStage stage)
    {
        var listed = await OfferedDataset.SendAsync(await stage.StaffAsync(), HttpMethod.Get, "tasks");
        return listed.GetProperty("items").EnumerateArray().Count(task => task.GetProperty("kind").GetString() == "see-to-dead-letters");
    }
}
