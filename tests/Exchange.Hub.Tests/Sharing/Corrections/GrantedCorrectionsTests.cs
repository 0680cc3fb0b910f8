using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Corrections;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Delivery;
using Exchange.Hub.Tests.Delivery.Proof;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Sharing.Corrections;

/// <summary>Corrections by a consumer: its grant bounds what it may speak of as it bounds what it may read.</summary>
public sealed class GrantedCorrectionsTests
{
    const string Key = "person-4711";
    const string Hidden = "person-4712";

    Stage stage = null!;
    Grant grant = null!;
    HttpClient reader = null!;

    [SetUp]
    public Task Prepare() => SetAsync(new Quota());

    /// <summary>A dataset, a reader and its grant.</summary>
    async Task<Grant> SetAsync(Quota quota)
    {
        stage = await Stage.SetAsync(await TestHub.SharedAsync());
        await stage.Dataset.PublishAsync(
            KeyValuePair.Create(Key, (string?)$$$"""{"id":"{{{Key}}}","name":"Zhao Min","born":"1980-02-29","district":"north","note":"poor","address":{"city":"Lin","street":"East 5"}}"""),
            KeyValuePair.Create(Hidden, (string?)$$"""{"id":"{{Hidden}}","name":"Qian Wu","district":"south"}"""));
        grant = await stage.IssueAsync(Granted.Everything with
        {
            Quota = quota,
            Fields = ["/id", "/name", "/born", "/district", "/address/city"],
            Masks = new Dictionary<string, Mask> { ["/born"] = Mask.Year },
            Rows = [new RowCondition("/district", "eq", ["north"])],
        });
        reader = await stage.Hub.ClientAsync(Role.Subscriber, stage.Consumer);
        return grant;
    }

    [TestCase("/note", "withheld")]
    [TestCase("/born", "masked")]
    [TestCase("/address/street", "withheld in an object of which a part is shown")]
    [TestCase("/address", "shown in part")]
    [TestCase("/nothing", "not there")]
    public async Task Of_a_field_that_is_not_shown_whole_nothing_can_be_said(string field, string why)
    {
        using var answer = await RaiseAsync(Key, field);
        Assert.That((answer.StatusCode, await CodeAsync(answer)), Is.EqualTo((HttpStatusCode.Forbidden, "field-withheld")), why);
    }

    [TestCase("/name")]
    [TestCase("/address/city")]
    [TestCase(null)]
    public async Task Of_what_the_grant_shows_it_can(string? field)
    {
        using var answer = await RaiseAsync(Key, field);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task A_record_outside_the_grants_rows_is_like_one_that_does_not_exist()
    {
        using var hidden = await RaiseAsync(Hidden, "/name");
        using var missing = await RaiseAsync("person-4713", "/name");
        Assert.That(hidden.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await ToldAsync(hidden), Is.EqualTo(await ToldAsync(missing)));
    }

    [TestCase("note", "rich", "raised", "withheld")]
    [TestCase("born", "1980-03-01", "raised", "masked")]
    [TestCase("name", "Zhao Ming", "fixed", "shown")]
    public async Task A_change_of_what_is_not_shown_closes_nothing_and_is_not_told(string field, string value, string state, string why)
    {
        using var answer = await RaiseAsync(Key, null);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        var record = JsonNode.Parse($$$"""{"id":"{{{Key}}}","name":"Zhao Min","born":"1980-02-29","district":"north","note":"poor","address":{"city":"Lin","street":"East 5"}}""")!;
        record[field] = value;
        await stage.Dataset.PublishAsync(KeyValuePair.Create(Key, (string?)record.ToJsonString()));
        await stage.Hub.Services.GetRequiredService<CloseCorrections>().ExecuteAsync(CancellationToken.None);
        var shown = await reader.GetFromJsonAsync<JsonElement>($"/api/v1/corrections/{id}");
        Assert.That(shown.GetProperty("state").GetString(), Is.EqualTo(state), why);
    }

    [Test]
    public async Task Once_the_grant_is_revoked_nothing_more_can_be_said()
    {
        using var before = await RaiseAsync(Key, "/name");
        await stage.RevokeAsync(grant);
        using var after = await RaiseAsync(Key, "/name");
        using var missing = await RaiseAsync("person-4713", "/name");
        Assert.That((before.StatusCode, after.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.Forbidden)));
        Assert.That(await ToldAsync(after), Does.Contain("code grant-revoked").And.EqualTo(await ToldAsync(missing)));
    }

    [Test]
    public async Task It_is_a_use_of_the_dataset_like_a_look_up()
    {
        using var raised = await RaiseAsync(Key, "/name");
        using var missing = await RaiseAsync("person-4713", "/name");
        using var withheld = await RaiseAsync(Key, "/note");
        var steward = await stage.Hub.ClientAsync(Role.Steward, TestDataset.Department);
        var uses = (await OfferedDataset.SendAsync(steward, HttpMethod.Get, $"datasets/{stage.Dataset.Name}/use")).GetProperty("items").EnumerateArray();
        Assert.That(
            uses.Select(use => (use.GetProperty("grant").GetGuid(), use.GetProperty("form").GetString(), use.GetProperty("records").GetInt64(), use.GetProperty("reason").GetString())),
            Is.EqualTo(new[] { (grant.Id, "correction", 0L, "field-withheld"), (grant.Id, "correction", 0L, "record-not-found"), (grant.Id, "correction", 1L, null) }));
        var ofKey = await OfferedDataset.SendAsync(steward, HttpMethod.Get, $"datasets/{stage.Dataset.Name}/use?key={Key}");
        Assert.That(ofKey.GetProperty("items").GetArrayLength(), Is.EqualTo(2), "whoever is asked who looked a person up finds them");
    }

    [Test]
    public async Task The_quota_of_the_grant_holds_for_it_and_guessing_is_told()
    {
        var few = await SetAsync(new Quota(RecordsPerDay: 1));
        using var first = await RaiseAsync(Key, "/name");
        using var second = await RaiseAsync(Key, "/name");
        Assert.That((first.StatusCode, second.StatusCode), Is.EqualTo((HttpStatusCode.Created, HttpStatusCode.TooManyRequests)));

        await SetAsync(new Quota(RequestsPerMinute: 12));
        for (var i = 0; i < 12; i++)
            (await RaiseAsync($"person-{i}", null)).Dispose();
        using var tooMany = await RaiseAsync(Key, "/name");
        Assert.That((tooMany.StatusCode, await CodeAsync(tooMany)), Is.EqualTo((HttpStatusCode.TooManyRequests, "requests-per-minute")));
        Assert.That(await Refusals.OfAsync(stage.Hub, $"dataset:{stage.Dataset.Name}"), Is.SupersetOf(new[] { "record-not-found 12", "requests-per-minute 1" }));
        Assert.That(few.Dataset, Is.Not.EqualTo(stage.Dataset.Name));
    }

    [Test]
    public async Task Neither_key_nor_value_nor_what_was_said_stands_in_the_database_in_clear()
    {
        using var answer = await RaiseAsync(Key, "/name", "Her name is Zhao Ming.", "Zhao Ming");
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetGuid();
        var stored = await stage.Hub.Database.ScalarAsync<string>(
            $"""
            select (select c::text from sharing.corrections c where id = $1) || (select string_agg(t::text, '') from sharing.tasks t where subject = $2)
                || (select string_agg(e::text, '') from audit.events e where subject = $2)
            """,
            [id, $"correction:{id}"], CancellationToken.None);
        Assert.That(stored, Does.Contain(stage.Dataset.Name), "rows of all three were found");
        foreach (var secret in new[] { Key, "Zhao Min", "Her name is" })
            Assert.That(stored, Does.Not.Contain(secret).And.Not.Contain(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(secret))), secret);
        using var shown = await reader.GetAsync($"/api/v1/corrections/{id}");
        Assert.That(await shown.Content.ReadAsStringAsync(), Does.Contain(Key).And.Contain("Her name is Zhao Ming."), "it is encrypted, not lost");
    }

    Task<HttpResponseMessage> RaiseAsync(string key, string? field, string statement = "It is misspelt.", string? proposed = null) =>
        reader.PostAsJsonAsync($"{stage.Path}/corrections", new { key, field, statement, proposed });

    static async Task<string?> CodeAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();

    /// <summary>All that a refusal says, but for the reference of the one request.</summary>
    static async Task<string> ToldAsync(HttpResponseMessage answer) => string.Join("; ",
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).EnumerateObject().Where(member => member.Name != "reference").Select(member => $"{member.Name} {member.Value}"));
}
