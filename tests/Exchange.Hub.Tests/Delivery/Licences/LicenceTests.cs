using System.Buffers.Text;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Delivery.Lookup;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Delivery.Licences;

public sealed partial class LicenceTests
{
    Counter counter = null!;

    [SetUp]
    public async Task Open() => counter = await Counter.OpenAsync(licenceDays: 30);

    [Test]
    public async Task Jose_verifies_what_the_hub_signs_and_it_shows_what_the_grant_shows()
    {
        await counter.Stage.IssueAsync(Counter.Shown);
        var issued = await IssueAsync("a");
        var judged = await Jose.VerifyAsync(issued.GetProperty("licence").GetString()!, await KeysAsync());
        Assert.That(judged.TryGetProperty("error", out var error), Is.False, error.ToString());
        Assert.That(judged.GetProperty("header").GetProperty("alg").GetString(), Is.EqualTo("ES256"));
        var payload = judged.GetProperty("payload").GetString()!;
        var claims = JsonSerializer.Deserialize<JsonElement>(payload);
        Assert.That(claims.GetProperty("record").GetRawText(), Is.EqualTo("""{"amount":"****50.5","district":"north","id":"a","name":"Li"}"""), "masked is masked, withheld is absent");
        Assert.That(System.Text.Encoding.UTF8.GetString(CanonicalJson.Of(claims)), Is.EqualTo(payload), "canonical");
        Assert.That(
            (claims.GetProperty("aud").GetString(), claims.GetProperty("case").GetString(), claims.GetProperty("purpose").GetString(), claims.GetProperty("dataset").GetString(), claims.GetProperty("publication").GetInt32(), claims.GetProperty("key").GetString()),
            Is.EqualTo((counter.Stage.Consumer, "C-9", "benefits", counter.Stage.Dataset.Name, 1, "a")));
        Assert.That(claims.GetProperty("exp").GetInt64() - claims.GetProperty("iat").GetInt64(), Is.EqualTo(30 * 24 * 3600));
        Assert.That((await counter.UsesAsync("?key=a")).Single().GetProperty("form").GetString(), Is.EqualTo("licence"));
    }

    [Test]
    public async Task Jose_too_refuses_a_licence_of_which_a_part_was_changed()
    {
        await counter.Stage.IssueAsync(Counter.Shown);
        var parts = (await IssueAsync("a")).GetProperty("licence").GetString()!.Split('.');
        var claims = Base64Url.DecodeFromChars(parts[1]);
        claims[^10] ^= 1;
        foreach (var altered in new[] { $"{parts[0]}.{Base64Url.EncodeToString(claims)}.{parts[2]}", $"{Base64Url.EncodeToString("""{"alg":"none"}"""u8)}.{parts[1]}." })
            Assert.That((await Jose.VerifyAsync(altered, await KeysAsync())).TryGetProperty("error", out _), altered);
    }

    [Test]
    public async Task A_publication_supersedes_a_licence_when_it_changes_what_is_shown_and_only_then()
    {
        await counter.Stage.IssueAsync(Counter.Shown);
        var (a, b) = (await IssueAsync("a"), await IssueAsync("b"));
        Assert.That((await StatusAsync(a), await StatusAsync(b)), Is.EqualTo(("valid", "valid")));
        await PublishAsync("a", """{"active":false,"amount":1250.5,"born":"1980-02-28","district":"north","id":"a","name":"Li"}""");
        Assert.That(await StatusAsync(a), Is.EqualTo("valid"), "nothing that it shows was changed");
        await PublishAsync("a", """{"district":"north","id":"a","name":"Wang"}""");
        Assert.That((await StatusAsync(a), await StatusAsync(b)), Is.EqualTo(("superseded", "valid")));
        await PublishAsync("a", """{"active":true,"amount":1250.5,"born":"1980-02-29","district":"north","id":"a","name":"Li"}""");
        Assert.That(await StatusAsync(a), Is.EqualTo("superseded"), "it stays so when the record is changed back");
        await counter.Stage.Dataset.PublishAsync([Counter.Record("b", null)]);
        Assert.That(await StatusAsync(b), Is.EqualTo("superseded"), "deleted");
    }

    [Test]
    public async Task A_steward_revokes_with_a_reason_and_nobody_else_does()
    {
        await counter.Stage.IssueAsync(Counter.Shown);
        var issued = await IssueAsync("a");
        var path = $"datasets/{counter.Stage.Dataset.Name}/licences/{issued.GetProperty("id").GetString()}/revoke";
        await OfferedDataset.SendAsync(await counter.Stage.Hub.ClientAsync(Role.Steward, "elsewhere"), HttpMethod.Post, path, """{"reason":"no"}""", HttpStatusCode.Forbidden);
        var steward = await counter.Stage.Hub.ClientAsync(Role.Steward, TestDataset.Department);
        await OfferedDataset.SendAsync(steward, HttpMethod.Post, path, """{"reason":" "}""", HttpStatusCode.UnprocessableEntity);
        await OfferedDataset.SendAsync(steward, HttpMethod.Post, path, """{"reason":"Issued by mistake."}""", HttpStatusCode.NoContent);
        Assert.That(await StatusAsync(issued), Is.EqualTo("revoked"));
        await OfferedDataset.SendAsync(steward, HttpMethod.Post, path, """{"reason":"Again."}""", HttpStatusCode.Conflict);
        var listed = await OfferedDataset.SendAsync(steward, HttpMethod.Get, $"datasets/{counter.Stage.Dataset.Name}/licences");
        Assert.That(listed.GetProperty("items").EnumerateArray().Single().GetProperty("reason").GetString(), Is.EqualTo("Issued by mistake."));
    }

    [Test]
    public async Task None_is_issued_without_grant_policy_case_or_record()
    {
        Assert.That(await counter.RefusalAsync("licences", new { key = "a" }, "C-9"), Is.EqualTo((403, "no-grant")));
        var grant = await counter.Stage.IssueAsync(Counter.Shown);
        Assert.That(await counter.RefusalAsync("licences", new { key = "a" }), Is.EqualTo((422, "case-required")));
        Assert.That(await counter.RefusalAsync("licences", new { key = "z" }, "C-9"), Is.EqualTo((404, "record-not-found")));
        foreach (var days in new[] { 0, -1, 31, int.MaxValue })
            Assert.That(await counter.RefusalAsync("licences", new { key = "a", validForDays = days }, "C-9"), Is.EqualTo((422, "invalid")), $"{days}");
        await counter.Stage.RevokeAsync(grant);
        Assert.That(await counter.RefusalAsync("licences", new { key = "a" }, "C-9"), Is.EqualTo((403, "grant-revoked")));

        var closed = await Counter.OpenAsync();
        await closed.Stage.IssueAsync(Counter.Shown);
        Assert.That(await closed.RefusalAsync("licences", new { key = "a" }, "C-9"), Is.EqualTo((409, "licences-not-offered")));
    }

    [Test]
    public async Task The_database_holds_nothing_that_names_whom_a_licence_is_about()
    {
        await counter.Stage.Dataset.PublishAsync([Counter.Record("person-4711", """{"district":"north","id":"person-4711","name":"Somebody-4711"}""")]);
        await counter.Stage.IssueAsync(Counter.Shown);
        var issued = await IssueAsync("person-4711");
        var jti = new Uri(issued.GetProperty("status").GetString()!).Segments[^2].Trim('/');
        Assert.That(
            await counter.Stage.Hub.Database.ScalarAsync<long>($"select count(*) from delivery.licences l where l::text like '%person-4711%' or l::text like '%Somebody-4711%' or l::text like '%' || $1 || '%'", [jti], CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task What_an_older_key_signed_stays_good_after_a_rotation()
    {
        await counter.Stage.IssueAsync(Counter.Shown);
        var before = (await IssueAsync("a")).GetProperty("licence").GetString()!;
        await OfferedDataset.SendAsync(await counter.Stage.Hub.ClientAsync(Role.Administrator), HttpMethod.Post, "licence-keys/rotate");
        var after = (await IssueAsync("a")).GetProperty("licence").GetString()!;
        Assert.That(after.Split('.')[0], Is.Not.EqualTo(before.Split('.')[0]), "another kid");
        foreach (var licence in new[] { before, after })
            Assert.That((await Jose.VerifyAsync(licence, await KeysAsync())).TryGetProperty("error", out _), Is.False);
    }

    [Test]
    public async Task An_id_that_is_guessed_is_told_nothing()
    {
        using var anybody = counter.Stage.Hub.Anonymous();
        foreach (var id in new[] { "x", Guid.Empty.ToString(), new string('A', 22) })
        {
            using var answer = await anybody.GetAsync($"/api/v1/licences/{id}/status");
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        }
    }

    [Test]
    public async Task The_page_says_in_plain_words_what_holds()
    {
        await counter.Stage.IssueAsync(Counter.Shown);
        var issued = await IssueAsync("a");
        var licence = issued.GetProperty("licence").GetString()!;
        Assert.That(await CheckOnPageAsync(licence), Does.Contain("The licence holds").And.Contain("<dd>Li</dd>").And.Contain("<dd>C-9</dd>"));
        Assert.That(await CheckOnPageAsync(issued.GetProperty("status").GetString()!), Does.Contain("The licence holds").And.Not.Contain("<dd>"));
        Assert.That(await CheckOnPageAsync(licence[..^4] + "AAAA"), Does.Contain("does not hold").And.Contain("altered").And.Not.Contain("<dd>"));
        Assert.That(await CheckOnPageAsync("<script>"), Does.Contain("This is not a licence"));
        Assert.That(await CheckOnPageAsync(""), Does.Contain("There is a problem"));
        await PublishAsync("a", """{"district":"north","id":"a","name":"Wang"}""");
        Assert.That(await CheckOnPageAsync(licence), Does.Contain("does not hold").And.Contain("says something else"));
    }

    async Task<JsonElement> IssueAsync(string key)
    {
        var (status, body) = await counter.AskAsync("licences", new { key }, "C-9");
        Assert.That(status, Is.EqualTo(HttpStatusCode.Created), body.ToString());
        return body;
    }

    async Task<string> StatusAsync(JsonElement issued)
    {
        using var anybody = counter.Stage.Hub.Anonymous();
        var standing = JsonSerializer.Deserialize<JsonElement>(await anybody.GetStringAsync(new Uri(issued.GetProperty("status").GetString()!)));
        Assert.That(standing.EnumerateObject().Select(member => member.Name), Is.EqualTo(new[] { "status" }), "and nothing else");
        return standing.GetProperty("status").GetString()!;
    }

    async Task<JsonElement> KeysAsync()
    {
        using var anybody = counter.Stage.Hub.Anonymous();
        return JsonSerializer.Deserialize<JsonElement>(await anybody.GetStringAsync("/.well-known/jwks.json"));
    }

    Task PublishAsync(string key, string doc) => counter.Stage.Dataset.PublishAsync([Counter.Record(key, doc)]);

    async Task<string> CheckOnPageAsync(string given)
    {
        using var browser = new Browser(counter.Stage.Hub);
        var page = await browser.Client.GetStringAsync("/verify");
        using var form = new MultipartFormDataContent
        {
            { new StringContent(given), "licence" },
            { new StringContent(Token().Match(page).Groups["token"].Value), "__RequestVerificationToken" },
        };
        using var answer = await browser.Client.PostAsync("/verify", form);
        return await answer.Content.ReadAsStringAsync();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Token();
}
