using System.Net;
using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>An application from draft to grant, and what each side cannot do to it.</summary>
public sealed class RequestTests
{
    static readonly string[] Deeds = ["draft", "submit", "pre-check", "approve", "agree", "verify"];
    static readonly string[] Narrowed = ["/id", "/born", "/district"];
    static readonly string[] Texts = ["/dataset", "/purpose", "/legalBasis", "/scenario", "/frequency", "/necessity", "/retention", "/security", "/controller", "/terms/fields", "/terms/until", "/terms/modes"];

    [Test]
    public async Task A_request_goes_from_draft_to_grant_on_narrower_terms()
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(), "submit", "pre-check");
        await request.DoAsync("approve", """
            {"reason":"The name is not needed","terms":{"fields":["/id","/born","/district"],"masks":{"/born":"redact"},
             "rows":[{"field":"/district","op":"in","values":["north","south"]},{"field":"/income","op":"lt","values":["2000"]}],
             "modes":["query"],"quota":{"recordsPerDay":500},"from":"2098-01-01T00:00:00Z","until":"2098-06-01T00:00:00Z"}}
            """);
        await request.DoAsync("agree");
        await request.DoAsync("verify");

        var view = await request.ReadAsync();
        var grant = await OfferedDataset.SendAsync(await request.Dataset.RequesterAsync(), HttpMethod.Get, $"grants/{view.GetProperty("request").GetProperty("grant").GetString()}");
        Assert.Multiple(() =>
        {
            Assert.That(view.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("deed").GetString()), Is.EqualTo(Deeds));
            Assert.That(grant.GetProperty("terms").GetProperty("fields").EnumerateArray().Select(f => f.GetString()), Is.EqualTo(Narrowed));
            Assert.That(grant.GetProperty("consumer").GetString(), Is.EqualTo(request.Dataset.Consumer));
            Assert.That(grant.GetProperty("purpose").GetString(), Is.EqualTo("benefit-check"));
        });
    }

    [Test]
    public async Task Everything_that_is_missing_is_said_in_one_list()
    {
        var dataset = await OfferedDataset.CreateAsync(policy: null);
        var request = await RequestClient.DraftAsync(dataset, new() { ["dataset"] = dataset.Name });
        var problem = await request.DoAsync("submit", expected: HttpStatusCode.UnprocessableEntity);
        Assert.That(problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()), Is.EquivalentTo(Texts));
    }

    [Test]
    public async Task The_system_that_a_request_names_is_one_of_the_department_that_asks()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var registered = await OfferedDataset.SendAsync(await dataset.AdministratorAsync(), HttpMethod.Post, "systems", $$"""{"name":"Ours","department":"{{dataset.Consumer}}"}""");
        var theirs = await OfferedDataset.SendAsync(await dataset.AdministratorAsync(), HttpMethod.Post, "systems", $$"""{"name":"Theirs","department":"{{dataset.Provider}}"}""");
        var token = await OfferedDataset.SendAsync(await dataset.AdministratorAsync(), HttpMethod.Post, "tokens", $$"""{"name":"Ours","role":"subscriber","department":"{{dataset.Consumer}}"}""");
        var (ours, others, ourToken) = (registered.GetProperty("id").GetString()!, theirs.GetProperty("id").GetString(), token.GetProperty("id").GetString());
        foreach (var (system, will) in new[]
        {
            ($"system:{ours}", true), ($"token:{ourToken}", true), ($"system:{others}", false), ($"token:{ours}", false), ($"system:{Guid.NewGuid()}", false),
            ($"system:{ours.ToUpperInvariant()}", false), (ours, false), ("", false),
        })
        {
            var application = RequestClient.Application(dataset);
            application["system"] = system;
            var request = await RequestClient.DraftAsync(dataset, application);
            if (will)
                await request.DoAsync("submit");
            else
                Assert.That((await request.DoAsync("submit", expected: HttpStatusCode.UnprocessableEntity)).GetProperty("errors")[0].GetProperty("pointer").GetString(), Is.EqualTo("/system"), system);
        }
    }

    [Test]
    public async Task What_the_dataset_does_not_have_or_offer_is_said_too()
    {
        var dataset = await OfferedDataset.CreateAsync("""{"class":"conditional","modes":["lookup"]}""");
        var application = RequestClient.Application(dataset);
        application["terms"]!["fields"]!.AsArray().Add("/shoeSize");
        application["terms"]!["rows"]!.AsArray().Clear();
        application["terms"]!["rows"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse("""{"field":"/name","op":"eq","values":["Li"]}"""));
        application["purpose"] = "Benefit check!";
        var problem = await (await RequestClient.DraftAsync(dataset, application)).DoAsync("submit", expected: HttpStatusCode.UnprocessableEntity);
        Assert.That(
            problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()),
            Is.EquivalentTo(new[] { "/purpose", "/terms/fields/4", "/terms/rows/0/field", "/terms/modes" }));
    }

    [Test]
    public async Task A_field_that_is_not_shared_gets_the_whole_request_refused_with_its_law()
    {
        var dataset = await OfferedDataset.CreateAsync("""{"class":"unconditional","modes":["query","lookup"],"fields":{"/district":{"class":"not-shared","legalBasis":"Census Act, section 3"}}}""");
        var request = await RequestClient.AtAsync(dataset, "submit", "pre-check");
        Assert.That(request.Last.GetProperty("history").EnumerateArray().Last().GetProperty("reason").GetString(), Does.Contain("/district").And.Contain("Census Act, section 3"));
    }

    [Test]
    public async Task A_conditional_field_sends_the_request_to_the_steward()
    {
        var dataset = await OfferedDataset.CreateAsync("""{"class":"unconditional","modes":["query","lookup"],"fields":{"/born":{"class":"conditional"}}}""");
        Assert.That((await RequestClient.AtAsync(dataset, "submit", "pre-check")).State, Is.EqualTo("under-review"));
    }

    [TestCase("""{"fields":["/id","/income"]}""", "/terms/fields/1", TestName = "Never_more_fields_than_asked")]
    [TestCase("""{"masks":{}}""", "/terms/masks", TestName = "Never_less_masked_than_asked")]
    [TestCase("""{"rows":[]}""", "/terms/rows", TestName = "Never_more_rows_than_asked")]
    [TestCase("""{"modes":["changes"]}""", "/terms/modes/0", TestName = "Never_more_modes_than_asked")]
    [TestCase("""{"quota":{}}""", "/terms/quota/recordsPerDay", TestName = "Never_a_larger_quota_than_asked")]
    [TestCase("""{"until":"2099-01-02T00:00:00Z"}""", "/terms/until", TestName = "Never_longer_than_asked")]
    [TestCase("""{"from":"2001-01-02T00:00:00Z"}""", "/terms/from", TestName = "Never_earlier_than_asked")]
    public async Task An_approval_never_gives_more_than_was_asked(string change, string pointer)
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(), "submit", "pre-check");
        var terms = System.Text.Json.Nodes.JsonNode.Parse(request.Last.GetProperty("request").GetProperty("asked").GetRawText())!.AsObject();
        foreach (var (name, value) in System.Text.Json.Nodes.JsonNode.Parse(change)!.AsObject().ToList())
            terms[name] = value!.DeepClone();
        if (change.Contains("fields", StringComparison.Ordinal))
            terms["masks"]!.AsObject().Clear();
        var problem = await request.DoAsync("approve", $$"""{"terms":{{terms.ToJsonString()}}}""", HttpStatusCode.UnprocessableEntity);
        Assert.That(problem.GetProperty("errors").EnumerateArray().Select(e => e.GetProperty("pointer").GetString()), Is.EqualTo(new[] { pointer }));
    }

    [TestCase("return", """{"missing":[]}""")]
    [TestCase("refuse", """{"reason":" "}""")]
    [TestCase("refuse", "{}")]
    public async Task A_return_and_a_refusal_carry_a_reason(string deed, string body)
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(), deed == "return" ? ["submit"] : ["submit", "pre-check"]);
        await request.DoAsync(deed, body, HttpStatusCode.UnprocessableEntity);
    }

    [Test]
    public async Task Nobody_decides_a_request_of_their_own_department()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.AtAsync(dataset, "submit");
        var own = await dataset.Hub.ClientAsync(Role.Administrator, dataset.Consumer);
        var problem = await request.DoAsync("pre-check", expected: HttpStatusCode.Forbidden, by: own);
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("four-eyes"));
        var view = await OfferedDataset.SendAsync(own, HttpMethod.Get, $"requests/{request.Id}");
        Assert.That(view.GetProperty("open").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task Only_the_steward_of_the_providing_department_decides()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.AtAsync(dataset, "submit", "pre-check");
        foreach (var by in new[] { await dataset.Hub.ClientAsync(Role.Steward, dataset.Consumer), await dataset.Hub.ClientAsync(Role.Steward, "elsewhere"), await dataset.Hub.ClientAsync(Role.Steward) })
            await request.DoAsync("approve", expected: HttpStatusCode.Forbidden, by: by);
        Assert.That((await request.ReadAsync()).GetProperty("request").GetProperty("state").GetString(), Is.EqualTo("under-review"));
    }

    [Test]
    public async Task A_draft_is_seen_by_its_own_department_only()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.DraftAsync(dataset);
        foreach (var by in new[] { await dataset.StewardAsync(), await dataset.AdministratorAsync() })
        {
            await OfferedDataset.SendAsync(by, HttpMethod.Get, $"requests/{request.Id}", expected: HttpStatusCode.Forbidden);
            var list = await OfferedDataset.SendAsync(by, HttpMethod.Get, $"requests?dataset={dataset.Name}");
            Assert.That(list.GetProperty("items").GetArrayLength(), Is.Zero);
        }
        var own = await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Get, $"requests?dataset={dataset.Name}");
        Assert.That(own.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_departments_own_data_needs_no_request()
    {
        var dataset = await OfferedDataset.CreateAsync();
        await OfferedDataset.SendAsync(await dataset.StewardAsync(), HttpMethod.Post, "requests", RequestClient.Application(dataset).ToJsonString(), HttpStatusCode.Conflict);
    }

    [Test]
    public async Task An_extension_is_given_once()
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(), "submit", "pre-check", "extend");
        await request.DoAsync("extend", expected: HttpStatusCode.Conflict);
    }

    [Test]
    public async Task Each_turn_is_a_task_of_whose_turn_it_is()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.AtAsync(dataset, "submit", "pre-check");
        var before = await TasksAsync(await dataset.StewardAsync());
        await request.DoAsync("approve");
        await request.DoAsync("agree");
        var after = await TasksAsync(await dataset.StewardAsync());
        var requester = await TasksAsync(await dataset.RequesterAsync());
        Assert.Multiple(() =>
        {
            Assert.That(before, Is.EqualTo(new[] { "decide-request" }));
            Assert.That(after, Is.Empty);
            Assert.That(requester, Is.EqualTo(new[] { "verify-terms" }));
        });
    }

    static async Task<string?[]> TasksAsync(HttpClient client) =>
        [.. (await OfferedDataset.SendAsync(client, HttpMethod.Get, "tasks")).GetProperty("items").EnumerateArray().Select(task => task.GetProperty("kind").GetString())];
}
