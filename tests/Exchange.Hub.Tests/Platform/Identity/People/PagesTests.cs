using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

/// <summary>The pages do what the API does, by forms, without a script.</summary>
public sealed partial class PagesTests
{
    static readonly PersonRole[] Roles = [new(Role.Steward, "tax"), new(Role.ItStaff, "land")];

    [Test]
    public async Task Whoever_is_nobody_is_sent_to_sign_in_and_back_to_where_they_wanted()
    {
        var hub = await TestHub.SharedAsync();
        var person = await Browser.PersonAsync(hub, Roles);
        using var browser = new Browser(hub);
        using var sent = await browser.Client.GetAsync("/account");
        Assert.That((sent.StatusCode, sent.Headers.Location!.ToString()), Is.EqualTo((HttpStatusCode.Found, "/sign-in?back=%2Faccount")));
        using var refused = await SubmitAsync(browser, "/sign-in", "/sign-in", ("email", person.Email), ("password", "wrong <b>"), ("back", "/account"));
        var page = await refused.Content.ReadAsStringAsync();
        Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(page, Does.Contain("<title>Error: Sign in").And.Contain("href=\"#email\"").And.Contain("sign-in-refused").And.Contain(person.Email).And.Not.Contain("wrong"));
        using var signedIn = await SubmitAsync(browser, "/sign-in", "/sign-in", ("email", person.Email), ("password", Browser.Password), ("back", "/account"));
        Assert.That((signedIn.StatusCode, signedIn.Headers.Location!.ToString()), Is.EqualTo((HttpStatusCode.Found, "/account")));
        Assert.That(await browser.Client.GetStringAsync("/account"), Does.Contain(person.Name).And.Contain("Steward of tax").And.Contain("this one"));
    }

    [TestCase("https://evil.example/")]
    [TestCase("//evil.example")]
    [TestCase("/\\evil.example")]
    public async Task Nobody_is_sent_to_another_site(string back)
    {
        var hub = await TestHub.SharedAsync();
        var person = await Browser.PersonAsync(hub, Roles);
        using var browser = new Browser(hub);
        using var signedIn = await SubmitAsync(browser, "/sign-in", "/sign-in", ("email", person.Email), ("password", Browser.Password), ("back", back));
        Assert.That(signedIn.Headers.Location!.ToString(), Is.EqualTo("/account"));
    }

    [Test]
    public async Task An_invited_person_joins_by_the_page_which_shows_whom_it_is_for_and_what_is_wrong_with_the_password()
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        using var invited = await administrator.PostAsJsonAsync("/api/v1/people", new { email = "page@pages.example", name = "Li <i>Wei", roles = new[] { new { role = "auditor" } } });
        var link = new Uri((await invited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!);
        Assert.That(link.GetLeftPart(UriPartial.Authority), Is.EqualTo(hub.Address.GetLeftPart(UriPartial.Authority)));
        var code = link.Query["?code=".Length..];
        using var browser = new Browser(hub);
        Assert.That(await browser.Client.GetStringAsync(link.PathAndQuery), Does.Contain("Li &lt;i&gt;Wei").And.Contain("page@pages.example"));
        using var weak = await SubmitAsync(browser, link.PathAndQuery, "/welcome", ("code", code), ("password", "password1234"));
        Assert.That(weak.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await weak.Content.ReadAsStringAsync(), Does.Contain("href=\"#password\"").And.Contain("tried first"));
        using var joined = await SubmitAsync(browser, link.PathAndQuery, "/welcome", ("code", code), ("password", Browser.Password));
        Assert.That((joined.StatusCode, await browser.IsSignedInAsync()), Is.EqualTo((HttpStatusCode.Found, true)));
        using var again = await browser.Client.GetAsync(link.PathAndQuery);
        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.Gone));
        Assert.That(await again.Content.ReadAsStringAsync(), Does.Contain("Ask an administrator"));
    }

    [Test]
    public async Task The_account_page_switches_roles_sets_up_an_authenticator_and_signs_out()
    {
        var hub = await TestHub.SharedAsync();
        using var browser = await Browser.SignedInAsync(hub, Roles);
        using var switched = await SubmitAsync(browser, "/account", "/account?handler=Role", ("role", "1"));
        Assert.That(await browser.Client.GetStringAsync("/api/v1/whoami"), Does.Contain("it-staff"));
        using var wrong = await SubmitAsync(browser, "/account", "/account?handler=Authenticator", ("password", "not mine at all"));
        Assert.That(await wrong.Content.ReadAsStringAsync(), Does.Contain("is not your password"));
        using var begun = await SubmitAsync(browser, "/account", "/account?handler=Authenticator", ("password", Browser.Password));
        var key = KeyInUri().Match(await begun.Content.ReadAsStringAsync()).Groups[1].Value;
        using var mistyped = await SubmitAsync(browser, "/account", "/account?handler=TurnOn", ("code", "000000"));
        Assert.That(await mistyped.Content.ReadAsStringAsync(), Does.Contain("href=\"#code\"").And.Contain("id=\"code\""));
        using var on = await SubmitAsync(browser, "/account", "/account?handler=TurnOn", ("code", new OtpNet.Totp(OtpNet.Base32Encoding.ToBytes(key)).ComputeTotp()));
        Assert.That(RecoveryCode().Count(await on.Content.ReadAsStringAsync()), Is.EqualTo(RecoveryCodes.Count));
        Assert.That(RecoveryCode().Count(await browser.Client.GetStringAsync("/account")), Is.Zero, "shown once");
        using var signedOut = await SubmitAsync(browser, "/account", "/account?handler=SignOut");
        Assert.That((signedOut.Headers.Location!.ToString(), await browser.IsSignedInAsync()), Is.EqualTo(("/sign-in", false)));
    }

    [Test]
    public async Task A_form_without_the_pages_own_proof_is_refused_and_a_page_uses_nothing_but_the_hubs_own()
    {
        var hub = await TestHub.SharedAsync();
        using var browser = await Browser.SignedInAsync(hub, Roles);
        using var forged = await browser.Client.PostAsync("/account?handler=Everywhere", new FormUrlEncodedContent([]));
        Assert.That((forged.StatusCode, await browser.IsSignedInAsync()), Is.EqualTo((HttpStatusCode.BadRequest, true)));
        foreach (var path in new[] { "/sign-in", "/account", "/welcome?code=none" })
        {
            using var page = await browser.Client.GetAsync(path);
            Assert.That(page.Headers.GetValues("Content-Security-Policy").Single(), Does.StartWith("default-src 'self'").And.Contain("frame-ancestors 'none'"), path);
            Assert.That(await page.Content.ReadAsStringAsync(), Does.Not.Match("<script(?! src=\"/assets/)").And.Not.Contain("style=").And.Not.Contain("<style"), path);
        }
        using var style = await browser.Client.GetAsync("/assets/site.css");
        Assert.That(style.Content.Headers.ContentType!.MediaType, Is.EqualTo("text/css"));
    }

    [Test]
    public async Task The_page_offers_the_ways_in_that_there_are_and_says_why_the_providers_did_not_do()
    {
        await using var hub = await TestHub.StartAsync(options => options with { OidcAuthority = "https://id.city.example", OidcClientId = "exchange", OidcName = "City ID", PasswordSignIn = false });
        using var browser = new Browser(hub);
        Assert.That(await browser.Client.GetStringAsync("/sign-in"), Does.Contain("Sign in with City ID").And.Contain("/sign-in/external?returnTo=").And.Not.Contain("type=\"password\""));
        Assert.That(await browser.Client.GetStringAsync("/sign-in?problem=provider-away"), Does.Contain("does not answer at the moment").And.Contain("<title>Error: Sign in"));
        Assert.That(await browser.Client.GetStringAsync("/sign-in?problem=<b>made-up</b>"), Does.Not.Contain("made-up"));
    }

    [Test]
    public async Task A_token_has_no_account_page()
    {
        var hub = await TestHub.SharedAsync();
        using var answer = await (await hub.ClientAsync(Role.Administrator)).GetAsync("/account");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
    }

    /// <summary>Fills a form in that a page shows, as a browser would: with the page's own proof.</summary>
    static async Task<HttpResponseMessage> SubmitAsync(Browser browser, string page, string action, params (string Name, string Value)[] fields)
    {
        var proof = Proof().Match(await browser.Client.GetStringAsync(page)).Groups[1].Value;
        return await browser.Client.PostAsync(action, new FormUrlEncodedContent([.. fields.Select(field => KeyValuePair.Create(field.Name, field.Value)), new("__RequestVerificationToken", proof)]));
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex Proof();

    [GeneratedRegex("secret=([A-Z2-7]+)")]
    private static partial Regex KeyInUri();

    [GeneratedRegex("<li>[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4}</li>")]
    private static partial Regex RecoveryCode();
}
