using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

/// <summary>People sign in by password, act in one of their roles, and sign out.</summary>
public sealed class SignInTests
{
    [Test]
    public async Task A_person_signs_in_is_who_they_are_and_signs_out()
    {
        var hub = await TestHub.SharedAsync();
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Steward, "tax"), new PersonRole(Role.ItStaff, "land"));
        using var browser = new Browser(hub);
        using var signedIn = await browser.SignInAsync($" {person.Email.ToUpperInvariant()} ");
        Assert.That(signedIn.StatusCode, Is.EqualTo(HttpStatusCode.OK), await signedIn.Content.ReadAsStringAsync());
        var whoami = await browser.Client.GetFromJsonAsync<JsonElement>("/api/v1/whoami");
        Assert.That(
            (whoami.GetProperty("id").GetString(), whoami.GetProperty("role").GetString(), whoami.GetProperty("department").GetString(), whoami.GetProperty("departments").ToString()),
            Is.EqualTo(($"person:{person.Id}", "steward", "tax", """["land","tax"]""")));

        using var signedOut = await browser.Client.DeleteAsync("/api/v1/session");
        Assert.That((signedOut.StatusCode, await browser.IsSignedInAsync()), Is.EqualTo((HttpStatusCode.NoContent, false)));
    }

    [Test]
    public async Task The_cookie_is_for_the_hub_alone_and_ends_at_the_hub_and_not_only_in_the_browser()
    {
        var hub = await TestHub.SharedAsync();
        using var browser = await Browser.SignedInAsync(hub, new PersonRole(Role.Auditor));
        var cookie = browser.Cookies.GetAllCookies().Single(each => each.Name == "exchange-session");
        Assert.That((cookie.HttpOnly, cookie.Path), Is.EqualTo((true, "/")));
        using var thief = new Browser(hub);
        thief.Cookies.Add(hub.Address, new Cookie(cookie.Name, cookie.Value));
        Assert.That(await thief.IsSignedInAsync(), "it is the cookie that counts");
        (await browser.Client.DeleteAsync("/api/v1/session")).Dispose();
        Assert.That(await thief.IsSignedInAsync(), Is.False);
    }
}
