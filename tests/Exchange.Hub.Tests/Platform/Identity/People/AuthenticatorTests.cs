using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using OtpNet;

namespace Exchange.Hub.Tests.Platform;

/// <summary>The second factor: a code is good once, within its half minute, and recovery codes stand in for it.</summary>
public sealed class AuthenticatorTests
{
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));

    [Test]
    public async Task A_code_is_asked_for_after_the_right_password_alone_and_is_good_once()
    {
        await using var hub = await HubAsync();
        var (person, key, _) = await PersonAsync(hub);
        using var browser = new Browser(hub);
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, "wrong password")), Is.EqualTo("sign-in-refused"));
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email)), Is.EqualTo("code-required"));
        time.Advance(TimeSpan.FromSeconds(30));
        var code = CodeOf(key);
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, "wrong password", code)), Is.EqualTo("sign-in-refused"), "a code does not help a wrong password");
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: code)), Is.Null);
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: code)), Is.EqualTo("code-refused"), "used before");
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: CodeOf(key, -30))), Is.EqualTo("code-refused"), "older than the last");
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: CodeOf(key, +60))), Is.EqualTo("code-refused"), "too far ahead");
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: $"{CodeOf(key)[..3]} {CodeOf(key)[3..]}")), Is.Null, "as authenticators show it");
    }

    [Test]
    public async Task Two_sign_ins_at_once_cannot_share_a_code()
    {
        await using var hub = await HubAsync();
        var (person, key, _) = await PersonAsync(hub);
        time.Advance(TimeSpan.FromSeconds(30));
        using var browser = new Browser(hub);
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => CodeOfAsync(browser.SignInAsync(person.Email, code: CodeOf(key)))));
        Assert.That(answers.Count(answer => answer is null), Is.EqualTo(1));
    }

    [Test]
    public async Task A_recovery_code_is_good_once_and_a_new_set_ends_the_old()
    {
        await using var hub = await HubAsync();
        var (person, _, recovery) = await PersonAsync(hub);
        Assert.That(recovery, Has.Count.EqualTo(RecoveryCodes.Count).And.Unique);
        using var browser = new Browser(hub);
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: recovery[0].ToUpperInvariant())), Is.Null);
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: recovery[0])), Is.EqualTo("code-refused"));
        using var replaced = await browser.Client.PostAsJsonAsync("/api/v1/session/recovery-codes", new { password = Browser.Password });
        var fresh = (await replaced.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes")[0].GetString();
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: recovery[1])), Is.EqualTo("code-refused"));
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email, code: fresh)), Is.Null);
        Assert.That(await (await hub.ClientAsync(Role.Auditor)).GetStringAsync($"/api/v1/audit?subject=person:{person.Id}"), Does.Contain("RecoveryCodeUsed").And.Contain("AuthenticatorTurnedOn").And.Not.Contain(recovery[0]));
    }

    [Test]
    public async Task Turning_it_off_takes_the_password_and_guessing_codes_is_slow()
    {
        await using var hub = await HubAsync();
        var (person, key, _) = await PersonAsync(hub);
        time.Advance(TimeSpan.FromSeconds(30));
        using var browser = new Browser(hub);
        await CodeOfAsync(browser.SignInAsync(person.Email, code: CodeOf(key)));
        Assert.That(await CodeOfAsync(browser.Client.PostAsJsonAsync("/api/v1/session/authenticator/off", new { password = "not mine at all" })), Is.EqualTo("invalid"));
        using var stranger = new Browser(hub);
        for (var i = 0; i < GuessLimits.FreeTries; i++)
        {
            Assert.That(await CodeOfAsync(stranger.SignInAsync(person.Email)), Is.EqualTo("code-required"), "asking for the code costs no try");
            Assert.That(await CodeOfAsync(stranger.SignInAsync(person.Email, code: "000000")), Is.EqualTo("code-refused"));
        }
        Assert.That(await CodeOfAsync(stranger.SignInAsync(person.Email, code: "000000")), Is.EqualTo("sign-in-slowed"));
        Assert.That(await CodeOfAsync(browser.Client.PostAsJsonAsync("/api/v1/session/authenticator/off", new { password = Browser.Password })), Is.Null);
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email)), Is.Null);
    }

    Task<TestHub> HubAsync() => TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));

    /// <summary>A person with an authenticator in use.</summary>
    async Task<(Person Person, string Key, IReadOnlyList<string> Recovery)> PersonAsync(TestHub hub)
    {
        var person = await Browser.PersonAsync(hub, new PersonRole(Role.Auditor));
        using var browser = new Browser(hub);
        (await browser.SignInAsync(person.Email)).EnsureSuccessStatusCode().Dispose();
        Assert.That(await CodeOfAsync(browser.Client.PostAsJsonAsync("/api/v1/session/authenticator", new { password = "not mine at all" })), Is.EqualTo("invalid"));
        using var begun = await browser.Client.PostAsJsonAsync("/api/v1/session/authenticator", new { password = Browser.Password });
        var made = await begun.Content.ReadFromJsonAsync<AuthenticatorKey>();
        Assert.That(made!.Uri, Does.StartWith("otpauth://totp/Exchange:").And.Contain($"secret={made.Key}"));
        Assert.That(await CodeOfAsync(browser.SignInAsync(person.Email)), Is.Null, "not in use before its first code");
        using var on = await browser.Client.PutAsJsonAsync("/api/v1/session/authenticator", new { code = CodeOf(made.Key) });
        var recovery = (await on.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("recoveryCodes").EnumerateArray().Select(code => code.GetString()!).ToList();
        return (person, made.Key, recovery);
    }

    string CodeOf(string key, int secondsLater = 0) => new Totp(Base32Encoding.ToBytes(key)).ComputeTotp(time.GetUtcNow().UtcDateTime.AddSeconds(secondsLater));

    /// <summary>The problem's code; null for a success.</summary>
    static async Task<string?> CodeOfAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        return answer.IsSuccessStatusCode ? null : (await answer.Content.ReadFromJsonAsync<Problem>())!.Code;
    }
}
