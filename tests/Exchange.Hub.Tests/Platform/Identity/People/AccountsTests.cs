using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Platform;

/// <summary>Sessions and personal tokens end with the next request, when a person leaves, loses a role, or says so.</summary>
public sealed class AccountsTests
{
    static readonly PersonRole Steward = new(Role.Steward, "tax");
    static readonly PersonRole ItStaff = new(Role.ItStaff, "land");

    [TestCase("deactivate")]
    [TestCase("sign-out")]
    [TestCase("roles")]
    [TestCase("everywhere")]
    public async Task Cookie_and_personal_token_end_with_the_next_request(string deed)
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        var (person, browser) = await SignedInAsync(hub);
        using var mine = browser;
        var token = await TokenAsync(browser);
        Assert.That((await browser.IsSignedInAsync(), await WhoamiAsync(hub, token)), Is.EqualTo((true, $"person:{person.Id}")));
        using var done = deed switch
        {
            "everywhere" => await browser.Client.DeleteAsync("/api/v1/sessions"),
            "roles" => await administrator.PutAsJsonAsync($"/api/v1/people/{person.Id}/roles", new { roles = new[] { new { role = "it-staff", department = "land" } } }),
            _ => await administrator.PostAsync($"/api/v1/people/{person.Id}/{deed}", null),
        };
        Assert.That(done.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await browser.IsSignedInAsync(), await WhoamiAsync(hub, token)), Is.EqualTo((false, (string?)null)));

        using var again = deed == "deactivate"
            ? await administrator.PostAsync($"/api/v1/people/{person.Id}/reactivate", null)
            : await administrator.PutAsJsonAsync($"/api/v1/people/{person.Id}/roles", new { roles = new[] { new { role = "steward", department = "tax" } } });
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await browser.IsSignedInAsync(), await WhoamiAsync(hub, token)), Is.EqualTo((false, (string?)null)), "what ended stays ended");
    }

    [Test]
    public async Task A_session_acts_in_the_role_that_its_person_chooses_among_their_own()
    {
        var hub = await TestHub.SharedAsync();
        var (_, browser) = await SignedInAsync(hub);
        using var mine = browser;
        using var switched = await browser.Client.PutAsJsonAsync("/api/v1/session/role", new { role = "it-staff", department = "land" });
        var whoami = await browser.Client.GetFromJsonAsync<JsonElement>("/api/v1/whoami");
        Assert.That((whoami.GetProperty("role").GetString(), whoami.GetProperty("department").GetString()), Is.EqualTo(("it-staff", "land")));
        using var foreign = await browser.Client.PutAsJsonAsync("/api/v1/session/role", new { role = "it-staff", department = "tax" });
        using var higher = await browser.Client.PutAsJsonAsync("/api/v1/session/role", new { role = "administrator" });
        Assert.That((foreign.StatusCode, higher.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden)));
        using var token = await browser.Client.PostAsJsonAsync("/api/v1/session/tokens", new { name = "More", role = "administrator" });
        Assert.That(token.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task A_session_ends_when_nobody_uses_it_and_after_half_a_day_whoever_uses_it()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        using var idle = await Browser.SignedInAsync(hub, Steward);
        using var busy = await Browser.SignedInAsync(hub, Steward);
        for (var hours = 0.0; hours < 11.5; hours += 0.5)
        {
            time.Advance(TimeSpan.FromMinutes(30));
            Assert.That(await busy.IsSignedInAsync(), $"after {hours} hours");
        }
        Assert.That(await idle.IsSignedInAsync(), Is.False);
        time.Advance(TimeSpan.FromMinutes(30));
        Assert.That(await busy.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task Another_site_cannot_use_the_cookie()
    {
        var hub = await TestHub.SharedAsync();
        using var browser = await Browser.SignedInAsync(hub, Steward);
        foreach (var (fetchSite, origin, expected) in new (string?, string?, int)[]
        {
            ("cross-site", null, 403), ("same-site", null, 403), (null, "https://evil.example", 403), (null, "null", 403), (null, null, 403),
            (null, hub.Address.GetLeftPart(UriPartial.Authority), 204), ("none", null, 204), ("same-origin", null, 204),
        })
        {
            browser.Client.DefaultRequestHeaders.Remove("Sec-Fetch-Site");
            using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/session/role") { Content = JsonContent.Create(new { role = "steward", department = "tax" }) };
            if (fetchSite is not null)
                request.Headers.Add("Sec-Fetch-Site", fetchSite);
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            using var answer = await browser.Client.SendAsync(request);
            Assert.That((int)answer.StatusCode, Is.EqualTo(expected), $"{fetchSite} {origin}");
        }
        Assert.That(await browser.IsSignedInAsync(), "reading is as before");
    }

    [Test]
    public async Task Nobody_is_signed_in_by_another_site()
    {
        var hub = await TestHub.SharedAsync();
        var person = await Browser.PersonAsync(hub, Steward);
        using var browser = new Browser(hub);
        browser.Client.DefaultRequestHeaders.Remove("Sec-Fetch-Site");
        browser.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var answer = await browser.SignInAsync(person.Email);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    [Test]
    public async Task The_last_administrator_cannot_be_taken_away()
    {
        await using var hub = await TestHub.StartAsync();
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Administrator));
        using var browser = new Browser(hub);
        (await browser.SignInAsync(person.Email)).EnsureSuccessStatusCode().Dispose();
        await TokenAsync(browser);
        var tokens = await browser.Client.GetFromJsonAsync<JsonElement>("/api/v1/tokens");
        foreach (var token in tokens.GetProperty("items").EnumerateArray().Where(token => token.GetProperty("person").ValueKind == JsonValueKind.Null))
            (await browser.Client.DeleteAsync($"/api/v1/tokens/{token.GetProperty("id")}")).EnsureSuccessStatusCode().Dispose();
        using var deactivated = await browser.Client.PostAsync($"/api/v1/people/{person.Id}/deactivate", null);
        using var demoted = await browser.Client.PutAsJsonAsync($"/api/v1/people/{person.Id}/roles", new { roles = new[] { new { role = "auditor" } } });
        Assert.That((deactivated.StatusCode, demoted.StatusCode), Is.EqualTo((HttpStatusCode.Conflict, HttpStatusCode.Conflict)), "their own token is no administrator besides them");
        Assert.That(await deactivated.Content.ReadAsStringAsync(), Does.Contain("last-administrator"));

        var second = await Browser.PersonAsync(hub, new PersonRole(Role.Administrator));
        using var other = new Browser(hub);
        (await other.SignInAsync(second.Email)).EnsureSuccessStatusCode().Dispose();
        var both = await Task.WhenAll(
            browser.Client.PostAsync($"/api/v1/people/{second.Id}/deactivate", null), other.Client.PostAsync($"/api/v1/people/{person.Id}/deactivate", null));
        Assert.That(both.Count(answer => answer.StatusCode == HttpStatusCode.NoContent), Is.EqualTo(1), "not even by two at once");
    }

    [Test]
    public async Task A_new_password_takes_the_old_one_and_ends_other_sessions()
    {
        var hub = await TestHub.SharedAsync();
        var (person, browser) = await SignedInAsync(hub);
        using var mine = browser;
        using var elsewhere = new Browser(hub);
        (await elsewhere.SignInAsync(person.Email)).Dispose();
        const string Replacement = "copper meadow violin 88";
        using var wrong = await browser.Client.PutAsJsonAsync("/api/v1/session/password", new { password = "not mine at all", replacement = Replacement });
        using var weak = await browser.Client.PutAsJsonAsync("/api/v1/session/password", new { password = Browser.Password, replacement = person.Email });
        using var right = await browser.Client.PutAsJsonAsync("/api/v1/session/password", new { password = Browser.Password, replacement = Replacement });
        Assert.That(((int)wrong.StatusCode, (int)weak.StatusCode, (int)right.StatusCode), Is.EqualTo((422, 422, 204)));
        Assert.That((await browser.IsSignedInAsync(), await elsewhere.IsSignedInAsync()), Is.EqualTo((true, false)));
        using var old = await elsewhere.SignInAsync(person.Email);
        using var @new = await elsewhere.SignInAsync(person.Email, Replacement);
        Assert.That(((int)old.StatusCode, (int)@new.StatusCode), Is.EqualTo((401, 200)));
    }

    [Test]
    public async Task A_personal_token_signs_itself_out_and_manages_no_account()
    {
        var hub = await TestHub.SharedAsync();
        var (_, browser) = await SignedInAsync(hub);
        using var mine = browser;
        var token = await TokenAsync(browser);
        using var client = hub.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var another = await client.PostAsJsonAsync("/api/v1/session/tokens", new { name = "Another" });
        Assert.That(another.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        using var out_ = await client.DeleteAsync("/api/v1/session");
        Assert.That((out_.StatusCode, await WhoamiAsync(hub, token), await browser.IsSignedInAsync()), Is.EqualTo((HttpStatusCode.NoContent, (string?)null, true)));
        using var tooLong = await browser.Client.PostAsJsonAsync("/api/v1/session/tokens", new { name = "For ever", expiresAt = "2999-01-01T00:00:00Z" });
        Assert.That(tooLong.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
    }

    static async Task<(Person Person, Browser Browser)> SignedInAsync(TestHub hub)
    {
        var person = await Browser.PersonAsync(hub, Steward, ItStaff);
        var browser = new Browser(hub);
        (await browser.SignInAsync(person.Email)).EnsureSuccessStatusCode().Dispose();
        return (person, browser);
    }

    static async Task<string> TokenAsync(Browser browser)
    {
        using var made = await browser.Client.PostAsJsonAsync("/api/v1/session/tokens", new { name = "Terminal" });
        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created), await made.Content.ReadAsStringAsync());
        return (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }

    /// <summary>Who the hub takes the bearer for; null when it refuses.</summary>
    static async Task<string?> WhoamiAsync(TestHub hub, string token)
    {
        using var client = hub.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync("/api/v1/whoami");
        return answer.StatusCode == HttpStatusCode.OK ? (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString() : null;
    }
}
