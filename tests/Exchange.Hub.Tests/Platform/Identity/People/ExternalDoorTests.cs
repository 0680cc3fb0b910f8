using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Web;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

/// <summary>People sign in at an OpenID Connect provider that is none of ours: it proves who they are, and the hub knows what they may.</summary>
public sealed class ExternalDoorTests
{
    static readonly Lazy<Task<(TestHub Hub, OidcRealm Realm)>> Shared = new(async () =>
    {
        var realm = await OidcProvider.MakeRealmAsync();
        return (await StartAsync(realm), realm);
    });

    [OneTimeTearDown]
    public static async Task StopAsync()
    {
        if (Shared is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            await (await Shared.Value).Hub.DisposeAsync();
    }

    [Test]
    public async Task An_invited_person_is_known_by_their_verified_address_and_from_then_on_by_their_account()
    {
        var (hub, realm) = await Shared.Value;
        var person = await InvitedAsync(hub);
        await realm.SetAccountAsync($"{person.Id}", person.Email.ToUpperInvariant());
        using var browser = new Browser(hub);
        Assert.That(await EnterAsync(hub, realm, browser, $"{person.Id}"), Is.EqualTo("/account"));
        var whoami = await browser.Client.GetFromJsonAsync<JsonElement>("/api/v1/whoami");
        Assert.That((whoami.GetProperty("id").GetString(), whoami.GetProperty("role").GetString()), Is.EqualTo(($"person:{person.Id}", "steward")));

        await realm.SetAccountAsync($"{person.Id}", "new.name@city.example", verified: false);
        using var another = new Browser(hub);
        await EnterAsync(hub, realm, another, $"{person.Id}");
        Assert.That(await another.IsSignedInAsync(), "the address no longer counts");
        var audit = await (await hub.ClientAsync(Role.Auditor)).GetStringAsync($"/api/v1/audit?subject=person:{person.Id}");
        Assert.That(audit, Does.Contain(nameof(ExternalLoginLinked)).And.Contain(realm.Issuer).And.Contain(nameof(PersonSignedIn)).And.Contain("external"));
        Assert.That(await hub.Database.ScalarAsync<bool>($"select joined_at is not null from platform.people where id = $1", [person.Id], CancellationToken.None));
    }

    [Test]
    public async Task The_provider_makes_nobody_and_its_word_for_an_address_must_be_given()
    {
        var (hub, realm) = await Shared.Value;
        var (invited, gone) = (await InvitedAsync(hub), await InvitedAsync(hub));
        await DeactivateAsync(hub, gone);
        await realm.SetAccountAsync("stranger", "stranger@city.example");
        await realm.SetAccountAsync("unverified", invited.Email, verified: false);
        await realm.SetAccountAsync("deactivated", gone.Email);
        foreach (var (account, problem) in new[] { ("stranger", "not-invited"), ("unverified", "address-unverified"), ("deactivated", "not-invited") })
        {
            using var browser = new Browser(hub);
            Assert.That(await EnterAsync(hub, realm, browser, account), Is.EqualTo($"/sign-in?problem={problem}"), account);
            Assert.That(await browser.IsSignedInAsync(), Is.False, account);
        }
        Assert.That(await hub.Database.ScalarAsync<long>($"select count(*) from platform.people where email = 'stranger@city.example'", [], CancellationToken.None), Is.Zero);
    }

    [Test]
    public async Task A_linked_person_who_is_deactivated_stays_outside()
    {
        var (hub, realm) = await Shared.Value;
        var person = await LinkedAsync(hub, realm);
        await DeactivateAsync(hub, person);
        using var browser = new Browser(hub);
        Assert.That(await EnterAsync(hub, realm, browser, $"{person.Id}"), Is.EqualTo("/sign-in?problem=not-invited"));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task A_second_account_of_the_same_address_does_not_get_in_until_an_administrator_takes_the_first_link_away()
    {
        var (hub, realm) = await Shared.Value;
        var person = await LinkedAsync(hub, realm);
        var second = $"{person.Id}-second";
        await realm.SetAccountAsync(second, person.Email);
        using var browser = new Browser(hub);
        Assert.That(await EnterAsync(hub, realm, browser, second), Is.EqualTo("/sign-in?problem=external-account-exists"));
        using var unlinked = await (await hub.ClientAsync(Role.Administrator)).DeleteAsync($"/api/v1/people/{person.Id}/external-logins");
        Assert.That(unlinked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await EnterAsync(hub, realm, browser, second), Is.EqualTo("/account"));
    }

    [Test]
    public async Task A_signed_in_person_links_an_account_of_any_address_and_nobody_elses()
    {
        var (hub, realm) = await Shared.Value;
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        var account = $"{person.Id}-private";
        await realm.SetAccountAsync(account, "private@elsewhere.example", verified: false);
        using var browser = new Browser(hub);
        (await browser.SignInAsync(person.Email)).Dispose();
        Assert.That(await LinkAsync(hub, realm, browser, account), Is.EqualTo("/account"));
        using var later = new Browser(hub);
        await EnterAsync(hub, realm, later, account);
        Assert.That(await later.IsSignedInAsync());

        using var other = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor));
        Assert.That(await LinkAsync(hub, realm, other, account), Is.EqualTo("/account?problem=external-account-taken"));
    }

    [Test]
    public async Task An_account_is_linked_only_to_whoever_asked_for_it()
    {
        var (hub, realm) = await Shared.Value;
        using var browser = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor));
        var account = Guid.NewGuid().ToString();
        await realm.SetAccountAsync(account, "somebody@elsewhere.example");
        var callback = await realm.SignInAsync(browser, await StartLinkingAsync(hub, browser), account);
        (await browser.Client.DeleteAsync("/api/v1/session")).Dispose();
        Assert.That(await FollowAsync(hub, browser, callback), Is.EqualTo("/account?problem=session-changed"));
        using var crossSite = new Browser(hub);
        crossSite.Client.DefaultRequestHeaders.Remove("Sec-Fetch-Site");
        crossSite.Client.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        using var refused = await crossSite.Client.PostAsync("/account/external", null);
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden), "another site cannot start it");
    }

    [Test]
    public async Task An_answer_with_another_state_in_another_browser_or_for_the_second_time_is_refused()
    {
        var (hub, realm) = await Shared.Value;
        var person = await LinkedAsync(hub, realm);
        using var browser = new Browser(hub);
        using var victim = new Browser(hub);
        var (callback, foreign) = (await ReturnAsync(hub, realm, browser, person), await ReturnAsync(hub, realm, victim, person));
        var query = HttpUtility.ParseQueryString(callback.Query);
        query["state"] = HttpUtility.ParseQueryString(foreign.Query)["state"];
        foreach (var bent in new[] { new Uri(callback, "?" + query), new Uri(callback, $"?code={query["code"]}"), foreign })
        {
            Assert.That(await FollowAsync(hub, browser, bent), Is.EqualTo("/sign-in?problem=provider-refused"));
            Assert.That(await browser.IsSignedInAsync(), Is.False);
        }
        var own = await ReturnAsync(hub, realm, browser, person);
        Assert.That(await FollowAsync(hub, browser, own), Is.EqualTo("/account"));
        using var signedOut = await browser.Client.DeleteAsync("/api/v1/session");
        Assert.That(await FollowAsync(hub, browser, own), Is.EqualTo("/sign-in?problem=provider-refused"), "replayed");
        Assert.That(await browser.IsSignedInAsync(), Is.False);
    }

    [Test]
    public async Task A_code_that_was_used_before_is_refused_even_with_a_state_of_ones_own()
    {
        var (hub, realm) = await Shared.Value;
        var person = await LinkedAsync(hub, realm);
        using var owner = new Browser(hub);
        using var thief = new Browser(hub);
        var (used, own) = (await ReturnAsync(hub, realm, owner, person), await ReturnAsync(hub, realm, thief, person));
        Assert.That(await FollowAsync(hub, owner, used), Is.EqualTo("/account"));
        var query = HttpUtility.ParseQueryString(own.Query);
        query["code"] = HttpUtility.ParseQueryString(used.Query)["code"];
        Assert.That(await FollowAsync(hub, thief, new Uri(own, "?" + query)), Is.EqualTo("/sign-in?problem=provider-refused"));
        Assert.That(await thief.IsSignedInAsync(), Is.False);
    }

    [TestCase("""{"claims":{"nonce":"another"}}""")]
    [TestCase("""{"claims":{"aud":"another-client"}}""")]
    [TestCase("""{"claims":{"iss":"https://login.elsewhere.example"}}""")]
    [TestCase("""{"claims":{"exp":1000000000}}""")]
    [TestCase("""{"header":{"alg":"none"}}""")]
    [TestCase("""{"key":"foreign"}""")]
    public async Task An_ID_token_that_was_bent_signs_nobody_in(string forgery)
    {
        var (hub, realm) = await Shared.Value;
        var person = await LinkedAsync(hub, realm);
        await realm.ForgeAsync($"{person.Id}", JsonElement.Parse(forgery));
        using var browser = new Browser(hub);
        Assert.That(await EnterAsync(hub, realm, browser, $"{person.Id}"), Is.EqualTo("/sign-in?problem=provider-refused"));
        Assert.That(await browser.IsSignedInAsync(), Is.False);
        await realm.ForgeAsync($"{person.Id}", new { });
        Assert.That(await EnterAsync(hub, realm, browser, $"{person.Id}"), Is.EqualTo("/account"), "the honest token, signed anew in the same place, is taken");
    }

    [Test]
    public async Task The_provider_may_replace_its_key()
    {
        var realm = await OidcProvider.MakeRealmAsync();
        await using var hub = await StartAsync(realm);
        var person = await LinkedAsync(hub, realm);
        await realm.RotateKeyAsync();
        using var browser = new Browser(hub);
        Assert.That(await EnterAsync(hub, realm, browser, $"{person.Id}"), Is.EqualTo("/account"));
        Assert.That(await browser.IsSignedInAsync());
    }

    [Test]
    public async Task A_provider_that_is_away_is_told_of_on_a_page_and_breaks_nothing_else()
    {
        await using var hub = await TestHub.StartAsync(options => options with { OidcAuthority = "http://127.0.0.1:9", OidcClientId = "exchange" });
        using var browser = new Browser(hub);
        using var answer = await browser.Client.GetAsync("/sign-in/external");
        Assert.That(answer.Headers.Location?.OriginalString, Is.EqualTo("/sign-in?problem=provider-away"));
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var byPassword = await browser.SignInAsync(person.Email);
        Assert.That(byPassword.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task Behind_a_proxy_the_redirect_address_is_the_public_one_and_where_the_provider_is_the_only_door_passwords_are_refused()
    {
        var realm = await OidcProvider.MakeRealmAsync();
        await using var hub = await StartAsync(realm, options => options with { PublicAddress = "https://exchange.city.example", PasswordSignIn = false });
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var browser = new Browser(hub);
        var callback = await realm.SignInAsync(browser, await StartAsync(browser), $"{person.Id}");
        Assert.That(callback.GetLeftPart(UriPartial.Path), Is.EqualTo("https://exchange.city.example/signin-oidc"));
        using var byPassword = await browser.SignInAsync(person.Email);
        Assert.That(byPassword.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await byPassword.Content.ReadAsStringAsync(), Does.Contain("password-sign-in-off"));
    }

    [Test]
    public async Task One_may_sign_out_at_the_provider_too()
    {
        var (hub, realm) = await Shared.Value;
        using var browser = new Browser(hub);
        using var answer = await browser.Client.GetAsync("/sign-out/external");
        var location = answer.Headers.Location!;
        Assert.That(location.GetLeftPart(UriPartial.Path), Is.EqualTo($"{realm.Issuer}/session/end"));
        Assert.That(HttpUtility.ParseQueryString(location.Query)["post_logout_redirect_uri"], Is.EqualTo(new Uri(hub.Address, "/signout-callback-oidc").AbsoluteUri));
    }

    [TestCase("/account", "/account")]
    [TestCase("/requests/7?tab=2", "/requests/7?tab=2")]
    [TestCase("//elsewhere.example", "/")]
    [TestCase("/\\elsewhere.example", "/")]
    [TestCase("/\t/elsewhere.example", "/")]
    [TestCase("https://elsewhere.example", "/")]
    [TestCase("", "/")]
    [TestCase(null, "/")]
    public void A_link_sends_nobody_out_of_the_hub(string? asked, string given) => Assert.That(LocalPath.Of(asked, "/"), Is.EqualTo(given));

    static Task<TestHub> StartAsync(OidcRealm realm, Func<HubOptions, HubOptions>? configure = null) => TestHub.StartAsync(options =>
    {
        options = options with { OidcAuthority = realm.Issuer, OidcClientId = OidcProvider.ClientId, OidcClientSecret = OidcProvider.ClientSecret };
        return configure?.Invoke(options) ?? options;
    });

    static async Task<Person> InvitedAsync(TestHub hub)
    {
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Steward, "tax"));
        await hub.Database.ExecuteAsync($"update platform.people set joined_at = null, password_hash = null where id = $1", [person.Id], CancellationToken.None);
        return person;
    }

    /// <summary>A person who has signed in at the provider before; the account is named after them.</summary>
    static async Task<Person> LinkedAsync(TestHub hub, OidcRealm realm)
    {
        var person = await InvitedAsync(hub);
        await realm.SetAccountAsync($"{person.Id}", person.Email);
        using var browser = new Browser(hub);
        Assert.That(await EnterAsync(hub, realm, browser, $"{person.Id}"), Is.EqualTo("/account"));
        return person;
    }

    static Task DeactivateAsync(TestHub hub, Person person) =>
        hub.Database.ExecuteAsync($"update platform.people set deactivated_at = now() where id = $1", [person.Id], CancellationToken.None);

    /// <summary>Where the hub sends a browser that wants to sign in at the provider.</summary>
    static async Task<Uri> StartAsync(Browser browser)
    {
        using var answer = await browser.Client.GetAsync("/sign-in/external");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await answer.Content.ReadAsStringAsync());
        return answer.Headers.Location!;
    }

    static async Task<Uri> StartLinkingAsync(TestHub hub, Browser browser)
    {
        using var answer = await browser.Client.PostAsync("/account/external", null);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect), await answer.Content.ReadAsStringAsync());
        return new Uri(hub.Address, answer.Headers.Location!);
    }

    /// <summary>The provider's answer, on its way to the hub.</summary>
    static async Task<Uri> ReturnAsync(TestHub hub, OidcRealm realm, Browser browser, Person person)
    {
        var callback = await realm.SignInAsync(browser, await StartAsync(browser), $"{person.Id}");
        Assert.That(callback.GetLeftPart(UriPartial.Path), Is.EqualTo(new Uri(hub.Address, "/signin-oidc").AbsoluteUri));
        return callback;
    }

    /// <summary>Goes where the provider sends the browser.</summary>
    /// <returns>Where the hub sends it then.</returns>
    static async Task<string?> FollowAsync(TestHub hub, Browser browser, Uri callback)
    {
        using var answer = await browser.Client.GetAsync(new Uri(hub.Address, callback.PathAndQuery));
        return answer.Headers.Location?.OriginalString;
    }

    static async Task<string?> EnterAsync(TestHub hub, OidcRealm realm, Browser browser, string account) =>
        await FollowAsync(hub, browser, await realm.SignInAsync(browser, await StartAsync(browser), account));

    static async Task<string?> LinkAsync(TestHub hub, OidcRealm realm, Browser browser, string account) =>
        await FollowAsync(hub, browser, await realm.SignInAsync(browser, await StartLinkingAsync(hub, browser), account));
}
