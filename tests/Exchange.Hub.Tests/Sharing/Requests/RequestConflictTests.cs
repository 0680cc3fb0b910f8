using System.Net;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>Two people at one request: one of them wins, the other is told, and nothing is lost.</summary>
public sealed class RequestConflictTests
{
    [Test]
    public async Task Whoever_changes_what_somebody_else_has_changed_is_told_and_nothing_is_lost()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.DraftAsync(dataset);
        var read = $"\"{request.Revision}\"";
        var mine = RequestClient.Application(dataset);
        mine["necessity"] = "First";
        await request.DoAsync("amend", mine.ToJsonString(), ifMatch: read);
        mine["necessity"] = "Second";
        var problem = await request.DoAsync("amend", mine.ToJsonString(), HttpStatusCode.Conflict, ifMatch: read);
        var view = await request.ReadAsync();
        Assert.Multiple(() =>
        {
            Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("request-changed"));
            Assert.That(view.GetProperty("request").GetProperty("application").GetProperty("necessity").GetString(), Is.EqualTo("First"));
            Assert.That(view.GetProperty("history").EnumerateArray().Last().GetProperty("detail")[0].GetProperty("pointer").GetString(), Is.EqualTo("/necessity"));
        });
        Assert.That(await Refusals.OfAsync(dataset.Hub, $"request:{request.Id}"), Is.EqualTo(new[] { "request-changed 1" }));
    }

    [Test]
    public async Task A_change_names_the_revision_that_it_was_made_from()
    {
        var request = await RequestClient.DraftAsync(await OfferedDataset.CreateAsync());
        var problem = await request.DoAsync("amend", expected: HttpStatusCode.BadRequest, ifMatch: "*");
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("if-match-required"));
    }

    [Test]
    public async Task A_request_that_is_being_decided_cannot_be_edited()
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(), "submit");
        var problem = await request.DoAsync("amend", expected: HttpStatusCode.Conflict);
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("request-state"));
    }

    [Test]
    public async Task A_decision_on_an_earlier_revision_is_not_taken()
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(), "submit", "pre-check");
        var seen = $"\"{request.Revision}\"";
        await request.DoAsync("ask");
        await request.DoAsync("approve", expected: HttpStatusCode.Conflict, ifMatch: seen);
        await request.DoAsync("approve", ifMatch: $"\"{request.Revision}\"");
        Assert.That(request.State, Is.EqualTo("approved"));
    }

    [Test]
    public async Task Of_many_who_decide_at_once_one_decides()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.AtAsync(dataset, "submit", "pre-check");
        var steward = await dataset.StewardAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var body = new StringContent("""{"reason":"At once"}""", System.Text.Encoding.UTF8, "application/json");
            using var answer = await steward.PostAsync($"/api/v1/requests/{request.Id}/{(i % 2 == 0 ? "approve" : "refuse")}", body);
            return answer.StatusCode;
        }));
        var view = await request.ReadAsync();
        Assert.Multiple(() =>
        {
            Assert.That(answers.Count(code => code == HttpStatusCode.OK), Is.EqualTo(1));
            Assert.That(answers.Where(code => code != HttpStatusCode.OK), Is.All.EqualTo(HttpStatusCode.Conflict));
            Assert.That(view.GetProperty("history").GetArrayLength(), Is.EqualTo(4));
        });
    }

    [Test]
    public async Task Of_two_administrators_who_decide_an_appeal_at_once_one_decides_and_the_other_is_told()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.AtAsync(dataset, "submit", "pre-check", "refuse", "appeal");
        var answers = await Task.WhenAll(new[] { "uphold", "overturn" }.Select(async deed =>
        {
            using var administrator = dataset.Hub.Bearer(await dataset.Hub.TokenAsync(Role.Administrator));
            using var body = new StringContent("""{"reason":"At once"}""", System.Text.Encoding.UTF8, "application/json");
            using var answer = await administrator.PostAsync($"/api/v1/requests/{request.Id}/{deed}", body);
            return (Deed: deed, answer.StatusCode);
        }));
        var won = answers.Single(answer => answer.StatusCode == HttpStatusCode.OK).Deed;
        var history = (await request.ReadAsync()).GetProperty("history").EnumerateArray().Select(step => step.GetProperty("deed").GetString());
        Assert.Multiple(() =>
        {
            Assert.That(answers.Single(answer => answer.Deed != won).StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
            Assert.That(history, Is.EqualTo(new[] { "draft", "submit", "pre-check", "refuse", "appeal", won }));
        });
        Assert.That(await Refusals.OfAsync(dataset.Hub, $"request:{request.Id}"), Is.EqualTo(new[] { "request-state 1" }));
    }

    [Test]
    public async Task Whoever_may_not_decide_is_told_to_the_audit_log_and_whoever_mistypes_is_not()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.AtAsync(dataset, "submit", "pre-check");
        var stranger = await dataset.Hub.ClientAsync(Role.Steward, "elsewhere");
        await request.DoAsync("approve", expected: HttpStatusCode.Forbidden, by: stranger);
        await request.DoAsync("approve", expected: HttpStatusCode.Forbidden, by: stranger);
        await request.DoAsync("refuse", """{"reason":" "}""", HttpStatusCode.UnprocessableEntity);
        Assert.That(await Refusals.OfAsync(dataset.Hub, $"request:{request.Id}"), Is.EqualTo(new[] { "other-department 2" }));
    }

    [Test]
    public async Task What_a_steward_who_left_has_not_done_the_next_one_sees_and_decides()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var request = await RequestClient.AtAsync(dataset, "submit", "pre-check");
        var administrator = await dataset.AdministratorAsync();
        var issued = await OfferedDataset.SendAsync(administrator, HttpMethod.Post, "tokens", $$"""{"name":"Steward who leaves","role":"steward","department":"{{dataset.Provider}}"}""");
        using var gone = dataset.Hub.Bearer(issued.GetProperty("token").GetString()!);
        using var next = dataset.Hub.Bearer(await dataset.Hub.TokenAsync(Role.Steward, dataset.Provider));
        var before = await KindsAsync(gone);
        await OfferedDataset.SendAsync(administrator, HttpMethod.Delete, $"tokens/{issued.GetProperty("id").GetString()}");
        await OfferedDataset.SendAsync(gone, HttpMethod.Get, "tasks", expected: HttpStatusCode.Unauthorized);
        await request.DoAsync("approve", expected: HttpStatusCode.Unauthorized, by: gone);
        Assert.That((before, await KindsAsync(next)), Is.EqualTo(("decide-request", "decide-request")));
        await request.DoAsync("approve", by: next);
        Assert.That((request.State, await KindsAsync(next)), Is.EqualTo(("approved", "agree-to-terms")));
    }

    static async Task<string> KindsAsync(HttpClient client) =>
        string.Join(", ", (await OfferedDataset.SendAsync(client, HttpMethod.Get, "tasks")).GetProperty("items").EnumerateArray().Select(task => task.GetProperty("kind").GetString()));
}
