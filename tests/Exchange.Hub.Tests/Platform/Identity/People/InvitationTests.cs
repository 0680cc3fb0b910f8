using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Platform;

/// <summary>Nobody gets in but by a one-time link, which is good once, for a while, and for one person.</summary>
public sealed class InvitationTests
{
    static readonly object[] Auditor = [new { role = "auditor" }];

    [Test]
    public async Task The_first_administrator_joins_by_the_link_of_the_first_start_once()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        string code;
        await using (var hub = await TestHub.StartAsync(logins: logins))
        {
            using var browser = new Browser(hub);
            Assert.That(await StatusAsync(browser.SignInAsync("first@city.example", Browser.Password)), Is.EqualTo(401), "no default account");
            var replaced = await FirstCodeAsync(hub);
            code = await FirstCodeAsync(hub);
            Assert.That(await StatusAsync(TakeAsync(browser, replaced, "first@city.example", "First")), Is.EqualTo(410), "a newer one takes its place");
            Assert.That(await StatusAsync(TakeAsync(browser, code, "no address", "First")), Is.EqualTo(422), "and it is still good");
            Assert.That(await StatusAsync(TakeAsync(browser, code, "first@city.example", "First")), Is.EqualTo(200));
            Assert.That((await browser.Client.GetFromJsonAsync<JsonElement>("/api/v1/whoami")).GetProperty("role").GetString(), Is.EqualTo("administrator"));
            Assert.That(await StatusAsync(TakeAsync(browser, code, "second@city.example", "Second")), Is.EqualTo(410));
        }
        await using var again = await TestHub.StartAsync(logins: logins);
        Assert.That(await again.Services.GetRequiredService<FirstLink>().EnsureAsync(CancellationToken.None), Is.Null, "there is one now");
    }

    [Test]
    public async Task An_invited_person_joins_by_the_link_and_then_signs_in_with_the_password()
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        var (id, code) = await InviteAsync(administrator, "li.wei@joins.example");
        using var browser = new Browser(hub);
        Assert.That(await StatusAsync(TakeAsync(browser, code, password: "password1234")), Is.EqualTo(422));
        Assert.That(await StatusAsync(TakeAsync(browser, code)), Is.EqualTo(200));
        Assert.That(await browser.IsSignedInAsync());
        using var other = new Browser(hub);
        Assert.That(await StatusAsync(TakeAsync(other, code, password: "another password that is long")), Is.EqualTo(410), "once");
        Assert.That(await StatusAsync(other.SignInAsync("LI.WEI@joins.example")), Is.EqualTo(200));
        Assert.That(await administrator.GetStringAsync($"/api/v1/audit?subject=person:{id}"), Does.Contain("PersonInvited").And.Contain("PersonJoined").And.Contain("PersonSignedIn").And.Not.Contain(code));
        using var twice = await administrator.PostAsJsonAsync("/api/v1/people", new { email = "Li.Wei@JOINS.example", name = "Li Wei", roles = Auditor });
        Assert.That(twice.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
    }

    [Test]
    public async Task A_link_ends_at_its_time()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var administrator = await hub.ClientAsync(Role.Administrator);
        using var browser = new Browser(hub);
        var first = await FirstCodeAsync(hub);
        var (id, invite) = await InviteAsync(administrator, "late@city.example");
        time.Advance(TimeSpan.FromDays(1));
        Assert.That(await StatusAsync(TakeAsync(browser, first, "first@city.example", "First")), Is.EqualTo(410));
        time.Advance(TimeSpan.FromDays(6) - TimeSpan.FromSeconds(1));
        Assert.That(await StatusAsync(TakeAsync(browser, invite)), Is.EqualTo(200));
        var reset = CodeIn(await (await administrator.PostAsJsonAsync($"/api/v1/people/{id}/reset", new { })).Content.ReadFromJsonAsync<JsonElement>());
        time.Advance(TimeSpan.FromDays(1));
        Assert.That(await StatusAsync(TakeAsync(browser, reset)), Is.EqualTo(410));
    }

    [Test]
    public async Task A_reset_ends_the_sessions_of_the_old_password_when_it_is_used_and_takes_credentials_away_at_once_when_asked()
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var browser = new Browser(hub);
        await StatusAsync(browser.SignInAsync(person.Email));
        var gentle = CodeIn(await (await administrator.PostAsJsonAsync($"/api/v1/people/{person.Id}/reset", new { })).Content.ReadFromJsonAsync<JsonElement>());
        Assert.That(await browser.IsSignedInAsync(), "until the link is used all is as before");
        using var elsewhere = new Browser(hub);
        const string Other = "gravel window saffron 12";
        Assert.That(await StatusAsync(TakeAsync(elsewhere, gentle, password: Other)), Is.EqualTo(200));
        Assert.That((await browser.IsSignedInAsync(), await elsewhere.IsSignedInAsync()), Is.EqualTo((false, true)));
        Assert.That((await StatusAsync(browser.SignInAsync(person.Email)), await StatusAsync(browser.SignInAsync(person.Email, Other))), Is.EqualTo((401, 200)));

        (await administrator.PostAsJsonAsync($"/api/v1/people/{person.Id}/reset", new { removeCredentials = true })).EnsureSuccessStatusCode().Dispose();
        Assert.That((await elsewhere.IsSignedInAsync(), await StatusAsync(browser.SignInAsync(person.Email, Other))), Is.EqualTo((false, 401)));
    }

    [Test]
    public async Task Taking_a_link_is_a_deed_that_looking_at_it_is_not()
    {
        var hub = await TestHub.SharedAsync();
        var (_, code) = await InviteAsync(await hub.ClientAsync(Role.Administrator), "looks@city.example");
        using var browser = new Browser(hub);
        for (var i = 0; i < 3; i++)
        {
            using var page = await browser.Client.GetAsync($"/welcome?code={code}");
            Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((page.Headers.CacheControl!.NoStore, page.Headers.GetValues("Referrer-Policy").Single()), Is.EqualTo((true, "no-referrer")));
        }
        Assert.That(await StatusAsync(TakeAsync(browser, code)), Is.EqualTo(200));
    }

    [TestCase("not an address", "Li", "auditor", null, "/email")]
    [TestCase("a@city.example", " ", "auditor", null, "/name")]
    [TestCase("a@city.example", "Li", "steward", null, "/roles/0/department")]
    [TestCase("a@city.example", "Li", "auditor", "tax", "/roles/0/department")]
    [TestCase("a@city.example", "Li", "subscriber", "tax", "/roles/0/role")]
    public async Task What_cannot_be_a_person_is_refused(string email, string name, string role, string? department, string pointer)
    {
        var administrator = await (await TestHub.SharedAsync()).ClientAsync(Role.Administrator);
        using var answer = await administrator.PostAsJsonAsync("/api/v1/people", new { email, name, roles = new[] { new { role, department } } });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That((await answer.Content.ReadFromJsonAsync<Problem>())!.Errors!.Single().Pointer, Is.EqualTo(pointer));
    }

    static async Task<string> FirstCodeAsync(TestHub hub) => (await hub.Services.GetRequiredService<FirstLink>().EnsureAsync(CancellationToken.None))!.Code;

    static async Task<(Guid Id, string Code)> InviteAsync(HttpClient administrator, string email)
    {
        using var answer = await administrator.PostAsJsonAsync("/api/v1/people", new { email, name = "Invited", roles = Auditor });
        var offer = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (offer.GetProperty("person").GetProperty("id").GetGuid(), CodeIn(offer));
    }

    static string CodeIn(JsonElement offer) => HttpUtility.ParseQueryString(new Uri(offer.GetProperty("link").GetString()!).Query)["code"]!;

    static Task<HttpResponseMessage> TakeAsync(Browser browser, string code, string? email = null, string? name = null, string password = Browser.Password) =>
        browser.Client.PostAsJsonAsync("/api/v1/welcome", new { code, password, email, name });

    static async Task<int> StatusAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        return (int)answer.StatusCode;
    }
}
