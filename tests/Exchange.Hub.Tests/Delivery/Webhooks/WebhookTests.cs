using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing;
using Microsoft.AspNetCore.Http;

namespace Exchange.Hub.Tests.Delivery.Webhooks;

/// <summary>A consumer that keeps to the rules of the README has what the hub has.</summary>
public sealed class WebhookTests
{
    [Test]
    public async Task A_reading_comes_in_batches_that_join_and_what_is_published_then_follows()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "b", "c", "d", "e", "s1");
        var id = await stage.SubscribeAsync(target: new { batchSize = 2 });
        await stage.UntilWholeAsync(id);
        var copy = stage.Copy();
        Assert.That(copy.Records, Is.EqualTo(stage.Expected));
        Assert.That(copy.Calls.Select(call => call.Data.GetProperty("changes").GetArrayLength()), Is.EqualTo(new[] { 2, 2, 1 }));
        Assert.That(copy.Calls.Select(call => (call.Data.GetProperty("begins").GetBoolean(), call.Data.GetProperty("more").GetBoolean(), call.Data.GetProperty("whole").GetBoolean())), Is.EqualTo(new[] { (true, true, false), (false, true, false), (false, false, true) }));
        await stage.PublishAsync("-a", "f", "s2");
        await stage.UntilWholeAsync(id);
        Assert.That(copy.Records, Is.EqualTo(stage.Expected));
        Assert.That((copy.Gaps, copy.Forged, copy.Calls.Count), Is.EqualTo((0, 0, 4)));
    }

    [Test]
    public async Task A_call_is_an_event_of_CloudEvents_in_structured_mode()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        var call = stage.Copy().Calls.Single();
        string? Attribute(string name) => call.Event.GetProperty(name).GetString();
        Assert.That(call.Headers["content-type"], Is.EqualTo("application/cloudevents+json; charset=utf-8"));
        Assert.That((Attribute("specversion"), Attribute("id"), Attribute("type"), Attribute("subject"), Attribute("datacontenttype")), Is.EqualTo(("1.0", call.Id, "exchange.changes.v1", $"subscription:{id}", "application/json")));
        Assert.That(Attribute("source"), Is.EqualTo($"https://exchange.example/api/v1/datasets/{stage.Stage.Dataset.Name}"));
        Assert.That(Attribute("time"), Is.EqualTo("1970-01-02T00:00:00Z"), "when the publication was made");
        Assert.That(call.Data.GetProperty("changes")[0].GetRawText(), Is.EqualTo("""{"op":"upsert","key":"a","publication":1,"record":{"district":"north","id":"a","name":"N"}}"""));
    }

    [Test]
    public async Task A_department_is_sent_its_own_data_whole()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.PublishAsync("a", "s1");
        var id = await stage.SubscribeAsync(client: await stage.Hub.ClientAsync(Role.ItStaff, TestDataset.Department));
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Stage.Dataset.Newest));
        Assert.That(stage.Copy().Calls[0].Data.GetProperty("changes")[0].GetProperty("seq").GetInt64(), Is.EqualTo(1));
    }

    [Test]
    public async Task Narrower_terms_begin_a_reading_after_which_the_copy_holds_nothing_else()
    {
        await using var stage = await WebhookStage.SetAsync();
        var grant = await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "b");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Stage.RenewAsync(grant, grant.Terms.Until, ["/id", "/district"]);
        await stage.PublishAsync("-a");
        await stage.UntilAsync(id, now => now is { Whole: true, DueAt: null } && now.Place.Reading == 2);
        Assert.That(stage.Copy().Records, Is.EqualTo(new Dictionary<string, string> { ["b"] = """{"district":"north","id":"b"}""" }));
    }

    [Test]
    public async Task A_reading_that_brings_nothing_is_told_all_the_same()
    {
        await using var stage = await WebhookStage.SetAsync();
        var grant = await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.Stage.RevokeAsync(grant);
        await stage.Stage.IssueAsync(WebhookStage.North with { Rows = [new Hub.Sharing.RowCondition("/district", "eq", ["east"])] });
        await stage.PublishAsync("b");
        await stage.UntilAsync(id, now => now is { Whole: true, DueAt: null } && now.Place.Reading == 2);
        Assert.That(stage.Copy().Records, Is.Empty);
    }

    [Test]
    public async Task A_replay_is_another_message_than_what_it_repeats()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        await stage.PublishAsync("b");
        var id = await stage.SubscribeAsync();
        await stage.UntilWholeAsync(id);
        await stage.DoAsync(id, "replay", new { publication = 1 });
        await stage.UntilAsync(id, now => now is { DueAt: null, Deliveries: 2 });
        await stage.DoAsync(id, "replay", new { beginning = true });
        await stage.UntilAsync(id, now => now is { DueAt: null, Deliveries: 3 });
        Assert.That(stage.Copy().Calls.Select(call => call.Id).Distinct().Count(), Is.EqualTo(3));
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
    }

    [Test]
    public async Task A_test_event_is_signed_and_holds_no_records_and_tells_what_the_target_said()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        var id = await stage.SubscribeAsync(target: new { headers = "X-Gateway: sesame-of-the-gateway" });
        var tried = await stage.DoAsync(id, "test");
        var call = stage.Copy().Calls.Single();
        Assert.That((tried.GetProperty("outcome").GetString(), call.Event.GetProperty("type").GetString(), stage.Copy().Forged), Is.EqualTo(("delivered", "exchange.test.v1", 0)));
        Assert.That(call.Headers["x-gateway"], Is.EqualTo("sesame-of-the-gateway"));
        stage.Copy().Answer = async (http, _) =>
        {
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync("no room for Ms. Winter");
            return true;
        };
        tried = await stage.DoAsync(id, "test");
        Assert.That((tried.GetProperty("outcome").GetString(), tried.GetProperty("answer").GetString()), Is.EqualTo(("failed", "no room for Ms. Winter")));
        var log = await stage.GetAsync(id, "attempts");
        Assert.That(log.GetRawText(), Does.Contain("no room for Ms. Winter").And.Not.Contain("sesame").And.Contain("\"status\":500").And.Contain("X-Gateway"));
        var stored = await stage.Hub.Database.QueryAsync($"select (a.*)::text from delivery.attempts a", [], row => row.GetString(0), CancellationToken.None);
        Assert.That(stored, Has.Count.EqualTo(2).And.None.Contains("Winter"), "what a target says may be about persons");
    }

    [TestCase("ftp://198.51.100.1/", "is not an https address")]
    [TestCase("https://user:word@example.org/", "holds a user or a password")]
    [TestCase("https://example.org/#part", "fragment")]
    [TestCase("https://example.org:25/", "port 25")]
    [TestCase("https://10.0.0.1/hook", "not on the public internet")]
    [TestCase("https://0x7f.2/hook", "not on the public internet")]
    [TestCase("https://[::ffff:10.0.0.1]/hook", "not on the public internet")]
    [TestCase("http://8.8.8.8/hook", "without encryption")]
    public async Task An_address_that_the_hub_may_not_call_is_refused_when_it_is_entered(string url, string why)
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        await Granted.IssueAsync(dataset);
        var body = JsonSerializer.Serialize(new { dataset = dataset.Name, kind = "webhook", title = "T", target = new { url } });
        var refused = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Post, "subscriptions", body, HttpStatusCode.UnprocessableEntity);
        Assert.That(refused.GetRawText(), Does.Contain(why).And.Contain("/target/url").And.Not.Contain("word@"));
    }

    [TestCase("nonsense")]
    [TestCase("Host: elsewhere")]
    [TestCase("webhook-id: mine")]
    [TestCase("Content-Length: 3")]
    public async Task A_header_that_is_none_or_the_hubs_own_is_refused(string header)
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        await Granted.IssueAsync(dataset);
        var body = JsonSerializer.Serialize(new { dataset = dataset.Name, kind = "webhook", title = "T", target = new { url = "https://8.8.8.8/", headers = header } });
        var refused = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Post, "subscriptions", body, HttpStatusCode.UnprocessableEntity);
        Assert.That(refused.GetRawText(), Does.Contain("/target/headers"));
    }
}
