using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Platform;

/// <summary>People sign in with a key that never leaves their device, and nobody else does.</summary>
public sealed class PasskeyTests
{
    [Test]
    public async Task A_person_adds_a_passkey_signs_in_with_it_and_removes_it()
    {
        var hub = await TestHub.SharedAsync();
        var (person, key) = await WithPasskeyAsync(hub);
        using var owned = key;
        using var browser = new Browser(hub);
        using var signedIn = await SignInAsync(browser, key);
        Assert.That(signedIn.StatusCode, Is.EqualTo(HttpStatusCode.OK), await signedIn.Content.ReadAsStringAsync());
        var whoami = await browser.Client.GetFromJsonAsync<JsonElement>("/api/v1/whoami");
        Assert.That(whoami.GetProperty("id").GetString(), Is.EqualTo($"person:{person.Id}"));

        var listed = (await browser.Client.GetFromJsonAsync<JsonElement>("/api/v1/passkeys")).GetProperty("items").EnumerateArray().Single();
        Assert.That((listed.GetProperty("name").GetString(), listed.GetProperty("lastUsedAt").ValueKind), Is.EqualTo(("Laptop", JsonValueKind.String)));
        using var removed = await browser.Client.DeleteAsync($"/api/v1/passkeys/{listed.GetProperty("id").GetString()}");
        Assert.That(removed.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        using var later = new Browser(hub);
        await AssertRefusedAsync(later, await SignInAsync(later, key), "passkey-refused");
        var audit = await (await hub.ClientAsync(Role.Auditor)).GetStringAsync($"/api/v1/audit?subject=person:{person.Id}");
        Assert.That(audit, Does.Contain(nameof(PasskeyAdded)).And.Contain(nameof(PasskeyRemoved)).And.Contain("passkey"));
    }

    [Test]
    public async Task An_answer_made_for_another_site_is_refused()
    {
        var hub = await TestHub.SharedAsync();
        var (_, key) = await WithPasskeyAsync(hub);
        using var owned = key;
        key.Origin = "https://exchange.city.example.attacker.example";
        using var browser = new Browser(hub);
        await AssertRefusedAsync(browser, await SignInAsync(browser, key), "passkey-refused");
    }

    [Test]
    public async Task An_answer_is_good_once()
    {
        var hub = await TestHub.SharedAsync();
        var (_, key) = await WithPasskeyAsync(hub);
        using var owned = key;
        using var browser = new Browser(hub);
        var answer = key.Get(await OptionsAsync(browser, "/api/v1/session/passkey/options"));
        var challenge = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "exchange-passkey");
        using var first = await PostAsync(browser, answer);
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var thief = new Browser(hub);
        await AssertRefusedAsync(thief, await PostAsync(thief, answer), "challenge-missing");
        thief.Cookies.Add(new Uri(hub.Address, challenge.Path), new Cookie(challenge.Name, challenge.Value, challenge.Path));
        await AssertRefusedAsync(thief, await PostAsync(thief, answer), "passkey-refused");
    }

    [Test]
    public async Task An_answer_of_a_key_that_does_not_count_is_good_once_too()
    {
        var hub = await TestHub.SharedAsync();
        var (_, key) = await WithPasskeyAsync(hub);
        using var owned = key;
        key.Counts = false;
        using var browser = new Browser(hub);
        var answer = key.Get(await OptionsAsync(browser, "/api/v1/session/passkey/options"));
        var challenge = browser.Cookies.GetAllCookies().Single(cookie => cookie.Name == "exchange-passkey");
        using var first = await PostAsync(browser, answer);
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        using var thief = new Browser(hub);
        thief.Cookies.Add(new Uri(hub.Address, challenge.Path), new Cookie(challenge.Name, challenge.Value, challenge.Path));
        await AssertRefusedAsync(thief, await PostAsync(thief, answer), "challenge-used");
    }

    [Test]
    public async Task A_copy_of_a_key_is_noticed_by_its_counter()
    {
        var hub = await TestHub.SharedAsync();
        var (_, key) = await WithPasskeyAsync(hub);
        using var owned = key;
        key.Counter = 7;
        using var browser = new Browser(hub);
        using var first = await SignInAsync(browser, key);
        Assert.That(first.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        key.Counter = 6;
        using var copy = new Browser(hub);
        await AssertRefusedAsync(copy, await SignInAsync(copy, key), "passkey-refused");
    }

    [Test]
    public async Task Another_persons_credential_and_a_credential_of_ones_own_making_are_refused()
    {
        var hub = await TestHub.SharedAsync();
        var (_, victim) = await WithPasskeyAsync(hub);
        var (_, attacker) = await WithPasskeyAsync(hub);
        using var first = victim;
        using var second = attacker;
        attacker.CredentialId = victim.CredentialId;
        using var browser = new Browser(hub);
        await AssertRefusedAsync(browser, await SignInAsync(browser, attacker), "passkey-refused");
        attacker.UserHandle = victim.UserHandle;
        await AssertRefusedAsync(browser, await SignInAsync(browser, attacker), "passkey-refused");
        using var signedIn = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor));
        using var added = await AddAsync(signedIn, attacker);
        Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized), "a credential id that is taken");
    }

    [Test]
    public async Task A_key_that_does_not_ask_for_the_person_is_refused_when_it_is_added_and_when_it_signs()
    {
        var hub = await TestHub.SharedAsync();
        var (_, key) = await WithPasskeyAsync(hub);
        using var owned = key;
        key.VerifiesUser = false;
        using var browser = new Browser(hub);
        await AssertRefusedAsync(browser, await SignInAsync(browser, key), "passkey-refused");
        using var signedIn = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor));
        using var careless = new Authenticator { Origin = OriginOf(hub), VerifiesUser = false };
        using var added = await AddAsync(signedIn, careless);
        Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task A_challenge_given_to_one_person_or_for_one_purpose_is_none_for_another()
    {
        var hub = await TestHub.SharedAsync();
        using var first = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor));
        using var second = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor));
        using var key = new Authenticator { Origin = OriginOf(hub) };
        var credential = key.Create(await OptionsAsync(first, "/api/v1/passkeys/options"));
        var challenge = first.Cookies.GetAllCookies().Single(cookie => cookie.Name == "exchange-passkey");
        second.Cookies.Add(new Uri(hub.Address, challenge.Path), new Cookie(challenge.Name, challenge.Value, challenge.Path));
        using var taken = await AddAsync(second, credential);
        Assert.That(await taken.Content.ReadAsStringAsync(), Does.Contain("challenge-missing"));
        using var browser = new Browser(hub);
        browser.Cookies.Add(new Uri(hub.Address, challenge.Path), new Cookie(challenge.Name, challenge.Value, challenge.Path));
        await AssertRefusedAsync(browser, await PostAsync(browser, credential), "challenge-missing");
    }

    [Test]
    public async Task A_challenge_that_is_too_old_and_a_person_who_is_deactivated_are_refused()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var (person, key) = await WithPasskeyAsync(hub);
        using var owned = key;
        using var browser = new Browser(hub);
        var answer = key.Get(await OptionsAsync(browser, "/api/v1/session/passkey/options"));
        time.Advance(TimeSpan.FromMinutes(6));
        await AssertRefusedAsync(browser, await PostAsync(browser, answer), "challenge-missing");
        await hub.Database.ExecuteAsync($"update platform.people set deactivated_at = now() where id = $1", [person.Id], CancellationToken.None);
        await AssertRefusedAsync(browser, await SignInAsync(browser, key), "sign-in-refused");
    }

    [TestCase("{}")]
    [TestCase("""{"id":"AAAA","rawId":"AAAA","type":"public-key","response":{}}""")]
    [TestCase("[1,2]")]
    [TestCase("7")]
    public async Task What_is_no_credential_is_refused_and_breaks_nothing(string credential)
    {
        var hub = await TestHub.SharedAsync();
        using var browser = new Browser(hub);
        await OptionsAsync(browser, "/api/v1/session/passkey/options");
        await AssertRefusedAsync(browser, await PostAsync(browser, credential), "passkey-refused");
    }

    [Test]
    public async Task A_token_has_no_passkeys()
    {
        var hub = await TestHub.SharedAsync();
        using var answer = await (await hub.ClientAsync(Role.Administrator)).GetAsync("/api/v1/passkeys");
        Assert.That((answer.StatusCode, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()), Is.EqualTo((HttpStatusCode.Forbidden, "session-required")));
    }

    static string OriginOf(TestHub hub) => hub.Address.GetLeftPart(UriPartial.Authority);

    /// <summary>A person who has a passkey.</summary>
    static async Task<(Person Person, Authenticator Key)> WithPasskeyAsync(TestHub hub)
    {
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var browser = new Browser(hub);
        (await browser.SignInAsync(person.Email)).Dispose();
        var key = new Authenticator { Origin = OriginOf(hub) };
        using var added = await AddAsync(browser, key);
        Assert.That(added.StatusCode, Is.EqualTo(HttpStatusCode.Created), await added.Content.ReadAsStringAsync());
        return (person, key);
    }

    static async Task<string> OptionsAsync(Browser browser, string path)
    {
        using var answer = await browser.Client.PostAsync(path, null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsStringAsync();
    }

    static async Task<HttpResponseMessage> AddAsync(Browser browser, Authenticator key) => await AddAsync(browser, key.Create(await OptionsAsync(browser, "/api/v1/passkeys/options")));

    static Task<HttpResponseMessage> AddAsync(Browser browser, string credential) =>
        browser.Client.PostAsJsonAsync("/api/v1/passkeys", new { name = "Laptop", credential = JsonElement.Parse(credential) });

    static async Task<HttpResponseMessage> SignInAsync(Browser browser, Authenticator key) => await PostAsync(browser, key.Get(await OptionsAsync(browser, "/api/v1/session/passkey/options")));

    static Task<HttpResponseMessage> PostAsync(Browser browser, string credential) =>
        browser.Client.PostAsJsonAsync("/api/v1/session/passkey", new { credential = JsonElement.Parse(credential) });

    static async Task AssertRefusedAsync(Browser browser, HttpResponseMessage answer, string code)
    {
        using (answer)
        {
            var problem = await answer.Content.ReadAsStringAsync();
            Assert.That(problem, Does.Contain($"\"code\":\"{code}\""));
        }
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }
}
