using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing.Requests;

namespace Exchange.Hub.Tests.Sharing;

/// <summary>Four eyes see persons, not roles: who belongs to the department that asks decides nothing about it, in whatever other role.</summary>
public sealed class FourEyesTests
{
    [Test]
    public async Task A_steward_of_the_provider_who_also_belongs_to_the_consumer_does_not_decide_its_request()
    {
        var request = await RequestClient.AtAsync(await OfferedDataset.CreateAsync(), "submit", "pre-check");
        using var both = await Browser.SignedInAsync(request.Dataset.Hub, new(Role.Steward, request.Dataset.Provider), new(Role.ItStaff, request.Dataset.Consumer));
        var problem = await request.DoAsync("approve", expected: HttpStatusCode.Forbidden, by: both.Client);
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("four-eyes"));
        using var administrator = await Browser.SignedInAsync(request.Dataset.Hub, new(Role.Administrator), new(Role.Clerk, request.Dataset.Consumer));
        var second = await RequestClient.AtAsync(request.Dataset, "submit");
        Assert.That((await second.DoAsync("pre-check", expected: HttpStatusCode.Forbidden, by: administrator.Client)).GetProperty("code").GetString(), Is.EqualTo("four-eyes"));

        using var one = await Browser.SignedInAsync(request.Dataset.Hub, new PersonRole(Role.Steward, request.Dataset.Provider));
        await request.DoAsync("approve", by: one.Client);
        Assert.That(request.State, Is.EqualTo("approved"));
    }

    [Test]
    public async Task A_request_that_a_person_wrote_is_theirs_by_cookie_and_by_token_and_after_they_changed_departments()
    {
        var dataset = await OfferedDataset.CreateAsync();
        using var writer = await Browser.SignedInAsync(dataset.Hub, new PersonRole(Role.ItStaff, dataset.Consumer));
        using var made = await writer.Client.PostAsJsonAsync("/api/v1/session/tokens", new { name = "Terminal" });
        using var terminal = dataset.Hub.Anonymous();
        terminal.DefaultRequestHeaders.Authorization = new("Bearer", (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString());
        var drafted = await OfferedDataset.SendAsync(terminal, HttpMethod.Post, "requests", RequestClient.Application(dataset).ToJsonString(), HttpStatusCode.Created);
        var id = drafted.GetProperty("request").GetProperty("id").GetString();
        await OfferedDataset.SendAsync(terminal, HttpMethod.Post, $"requests/{id}/submit", "{}");
        await OfferedDataset.SendAsync(await dataset.AdministratorAsync(), HttpMethod.Post, $"requests/{id}/pre-check", "{}");

        var session = await writer.Client.GetFromJsonAsync<JsonElement>("/api/v1/session");
        await OfferedDataset.SendAsync(
            await dataset.AdministratorAsync(), HttpMethod.Put, $"people/{session.GetProperty("person")}/roles", $$"""{"roles":[{"role":"steward","department":"{{dataset.Provider}}"}]}""", HttpStatusCode.NoContent);
        using var signedIn = await writer.SignInAsync(session.GetProperty("email").GetString()!);
        var problem = await OfferedDataset.SendAsync(writer.Client, HttpMethod.Post, $"requests/{id}/approve", "{}", HttpStatusCode.Forbidden);
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo("four-eyes"));
    }
}
