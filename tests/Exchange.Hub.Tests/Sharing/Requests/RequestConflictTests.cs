using System.Net;

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
}
