using System.Net;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;

namespace Exchange.Hub.Tests.Delivery.Lookup;

public sealed class VerifyTests
{
    static readonly Terms Only = Counter.Shown with { Modes = [DeliveryMode.Verify] };

    [TestCase("/name", "Li", "yes")]
    [TestCase("/name", "L\\u0069", "yes")]
    [TestCase("/name", "li", "no")]
    [TestCase("/born", "1980-02-29", "yes")]
    [TestCase("/amount", 1250.50, "yes")]
    [TestCase("/amount", "1250.5", "no")]
    [TestCase("/active", true, "yes")]
    [TestCase("/note", null, "yes")]
    public async Task A_claim_is_compared_by_value(string pointer, object? value, string expected)
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Only with { Fields = ["/id", "/name", "/amount", "/born", "/active", "/note"], Masks = new Dictionary<string, Mask>() });
        var text = value is string given ? $"\"{given}\"" : System.Text.Json.JsonSerializer.Serialize(value);
        var claim = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(text);
        var (_, body) = await counter.AskAsync("verify", new { key = "a", claims = new Dictionary<string, object> { [pointer] = claim } });
        Assert.That(body.GetProperty("claims").GetProperty(pointer).GetString(), Is.EqualTo(expected), body.ToString());
    }

    [Test]
    public async Task A_number_is_the_same_however_it_is_written()
    {
        var counter = await Counter.OpenAsync(Role.Clerk);
        await counter.Stage.IssueAsync(Only with { Masks = new Dictionary<string, Mask>() });
        foreach (var number in new[] { "1250.5", "1250.50", "1.2505e3" })
        {
            var claims = new Dictionary<string, object> { ["/amount"] = System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(number) };
            var (_, body) = await counter.AskAsync("verify", new { key = "a", claims }, "C-1");
            Assert.That(body.GetProperty("answer").GetString(), Is.EqualTo("yes"), number);
        }
    }

    [Test]
    public async Task One_claim_that_does_not_hold_makes_the_answer_no_and_nothing_is_shown()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Only);
        var (_, body) = await counter.AskAsync("verify", new { key = "a", claims = new Dictionary<string, object> { ["/name"] = "Li", ["/district"] = "south" } });
        Assert.That((body.GetProperty("answer").GetString(), body.GetProperty("claims").GetRawText()), Is.EqualTo(("no", """{"/name":"yes","/district":"no"}""")));
        Assert.That(body.GetRawText(), Does.Not.Contain("north"));
        Assert.That((await counter.AskAsync("verify", new { key = "z", claims = new Dictionary<string, object> { ["/name"] = "Li" } })).Body.GetProperty("answer").GetString(), Is.EqualTo("not-found"));
    }

    [Test]
    public async Task A_grant_for_verification_reads_nothing_and_one_for_look_ups_verifies_too()
    {
        var counter = await Counter.OpenAsync();
        var grant = await counter.Stage.IssueAsync(Only);
        Assert.That(await counter.RefusalAsync("lookup", new { key = "a" }), Is.EqualTo((403, "mode-not-granted")));
        using var read = await counter.Client.GetAsync($"{counter.Stage.Path}/records/a");
        Assert.That(read.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        await counter.Stage.RevokeAsync(grant);
        await counter.Stage.IssueAsync(Counter.Shown);
        Assert.That((await counter.AskAsync("verify", new { key = "a", claims = new Dictionary<string, object> { ["/name"] = "Li" } })).Status, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("/amount", 403, "field-withheld")]
    [TestCase("/born", 403, "field-withheld")]
    [TestCase("/nobody", 422, "invalid")]
    [TestCase("/partners/*/name", 422, "invalid")]
    public async Task A_claim_on_what_the_grant_does_not_show_is_refused(string pointer, int status, string code)
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Only);
        Assert.That(await counter.RefusalAsync("verify", new { key = "a", claims = new Dictionary<string, object> { [pointer] = 7 } }), Is.EqualTo((status, code)));
        Assert.That(await counter.RefusalAsync("verify", new { key = "z", claims = new Dictionary<string, object> { [pointer] = 7 } }), Is.EqualTo((status, code)), "whether there is such a record or not");
    }

    [Test]
    public async Task A_batch_of_claims_is_answered_in_order()
    {
        var counter = await Counter.OpenAsync();
        await counter.Stage.IssueAsync(Only);
        var items = new[] { "Li", "Wang", "" }.Select((name, index) => new { key = index == 2 ? "z" : "a", claims = new Dictionary<string, object> { ["/name"] = name } });
        var (_, body) = await counter.AskAsync("verify/batch", new { items });
        Assert.That(body.GetProperty("answers").EnumerateArray().Select(answer => answer.GetProperty("answer").GetString()), Is.EqualTo(new[] { "yes", "no", "not-found" }), body.ToString());
        Assert.That((await counter.UsesAsync()).Select(use => use.GetProperty("records").GetInt64()), Is.EquivalentTo(new[] { 1L, 1L, 0L }));
    }
}
