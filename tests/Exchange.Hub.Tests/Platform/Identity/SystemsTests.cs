using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Exchange.Hub.Tests.Platform;

/// <summary>Systems sign in by OAuth 2.0 client credentials, and their access ends when somebody says so.</summary>
public sealed class SystemsTests
{
    const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    [Test]
    public async Task A_system_signs_in_by_secret_and_is_who_it_was_registered_as()
    {
        var hub = await TestHub.SharedAsync();
        var system = await RegisterAsync(hub, "Tax returns", "tax");
        var token = await TokenAsync(hub, system, system.Secret!);
        Assert.That(token.GetProperty("token_type").GetString(), Is.EqualTo("Bearer"));
        Assert.That(token.GetProperty("expires_in").GetInt32(), Is.InRange(500, 600));
        var whoami = await WhoamiAsync(hub, AccessToken(token));
        Assert.That(
            (whoami!.Value.GetProperty("id").GetString(), whoami.Value.GetProperty("name").GetString(), whoami.Value.GetProperty("role").GetString(), whoami.Value.GetProperty("department").GetString()),
            Is.EqualTo(($"system:{system.Id}", "Tax returns", "subscriber", "tax")));
        Assert.That(await hub.Database.ScalarAsync<string>($"select query_to_xml('select * from platform.system_secrets', false, false, '')::text", [], CancellationToken.None), Does.Not.Contain(system.Secret![4..]));
    }

    [Test]
    public async Task Whose_an_access_token_is_is_remembered_until_the_system_ends()
    {
        await using var hub = await TestHub.StartAsync();
        var system = await RegisterAsync(hub, "Tax returns", "tax");
        var token = AccessToken(await TokenAsync(hub, system, system.Secret!));
        var known = hub.Services.GetRequiredService<KnownCallers>();
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!IsRemembered(known, token)) // from when on the hub hears of changes
        {
            Assert.That(await WhoamiAsync(hub, token), Is.Not.Null);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, over.Token);
        }
        Assert.That((await WhoamiAsync(hub, token))!.Value.GetProperty("id").GetString(), Is.EqualTo($"system:{system.Id}"));
        using var client = hub.Bearer(token);
        using var metadata = await client.GetAsync("/.well-known/oauth-authorization-server");
        Assert.That(metadata.StatusCode, Is.EqualTo(HttpStatusCode.OK), "what authentication answers by itself is there for whoever brings a token, too");
        using var ended = await (await hub.ClientAsync(Role.Administrator)).DeleteAsync($"/api/v1/systems/{system.Id}");
        Assert.That(ended.IsSuccessStatusCode, Is.True);
        Assert.That(IsRemembered(known, token), Is.False);
        Assert.That(await WhoamiAsync(hub, token), Is.Null);
    }

    static bool IsRemembered(KnownCallers known, string token)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.Authorization = $"Bearer {token}";
        return known.SignIn(context);
    }

    [Test]
    public async Task A_system_signs_in_by_an_assertion_signed_with_its_own_key()
    {
        var hub = await TestHub.SharedAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var system = await RegisterAsync(hub, "Land register", "land", key);
        Assert.That(system.Secret, Is.Null);
        using var answer = await AssertAsync(hub, system, Assertion(hub, system, key));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        Assert.That(await WhoamiAsync(hub, AccessToken(await answer.Content.ReadFromJsonAsync<JsonElement>())), Is.Not.Null);
    }

    [Test]
    public async Task An_assertion_that_is_forged_stale_or_meant_for_another_is_refused()
    {
        var hub = await TestHub.SharedAsync();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var system = await RegisterAsync(hub, "Land register", "land", key);
        var other = await RegisterAsync(hub, "Another", "land", foreign);
        foreach (var (assertion, why) in new[]
        {
            (Assertion(hub, system, foreign), "another key"),
            (Assertion(hub, system, key, expires: TimeSpan.FromHours(-1)), "expired"),
            (Assertion(hub, system, key, audience: "https://elsewhere.example/"), "another audience"),
            (Assertion(hub, other, foreign), "another system's"),
            (Unsigned(hub, system), "without signature"),
            ("not a token", "no token"),
        })
        {
            using var answer = await AssertAsync(hub, system, assertion);
            Assert.That((int)answer.StatusCode, Is.InRange(400, 401), why);
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("access_token").And.Not.Contain("   at "), why);
        }
        Assert.That(await RefusedAsync(hub, $"system:{system.Id}"), Is.EqualTo((1, 6)), "one event now, the others with the next");
    }

    [Test]
    public async Task A_wrong_secret_an_unknown_client_and_another_systems_secret_are_refused_alike()
    {
        var hub = await TestHub.SharedAsync();
        var system = await RegisterAsync(hub, "One", "tax");
        var other = await RegisterAsync(hub, "Other", "tax");
        foreach (var (client, secret) in new[] { (system.ClientId, Token.Create()), (system.ClientId, other.Secret!), ("sys-nobody", system.Secret!), (system.ClientId, "") })
        {
            using var answer = await AskAsync(hub, client, secret);
            Assert.That((int)answer.StatusCode, Is.InRange(400, 401));
            Assert.That(await answer.Content.ReadAsStringAsync(), Does.Not.Contain("access_token"));
        }
    }

    [Test]
    public async Task Refused_sign_ins_of_a_system_are_told_once_a_minute_with_their_number()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var system = await RegisterAsync(hub, "Guessed at", "tax");
        for (var i = 0; i < 5; i++)
            (await AskAsync(hub, system.ClientId, Token.Create())).Dispose();
        (await AskAsync(hub, "sys-nobody", Token.Create())).Dispose();
        await TokenAsync(hub, system, system.Secret!);
        time.Advance(TimeSpan.FromMinutes(1));
        (await AskAsync(hub, system.ClientId, Token.Create())).Dispose();
        var events = await hub.Database.QueryAsync(
            $"select subject, (leaf::json -> 'data' ->> 'count')::int from audit.events where type = 'SystemRefused' order by seq", [], row => (row.GetString(0), row.GetInt32(1)), CancellationToken.None);
        Assert.That(events, Is.EqualTo(new[] { ($"system:{system.Id}", 1), ("network:127.0.0.0/24", 1), ($"system:{system.Id}", 5) }));
    }

    [Test]
    public async Task A_secret_is_replaced_without_an_outage()
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        var system = await RegisterAsync(hub, "Rotation", "tax");
        using var added = await administrator.PostAsJsonAsync($"/api/v1/systems/{system.Id}/secrets", new { });
        var second = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("text").GetString()!;
        using var third = await administrator.PostAsJsonAsync($"/api/v1/systems/{system.Id}/secrets", new { });
        Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        await TokenAsync(hub, system, system.Secret!);
        await TokenAsync(hub, system, second);
        var secrets = await administrator.GetFromJsonAsync<JsonElement>($"/api/v1/systems/{system.Id}/secrets");
        var oldest = secrets.GetProperty("items").EnumerateArray().Last().GetProperty("id").GetGuid();
        using var ended = await administrator.DeleteAsync($"/api/v1/systems/{system.Id}/secrets/{oldest}");
        Assert.That(ended.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        using var refused = await AskAsync(hub, system.ClientId, system.Secret!);
        Assert.That((int)refused.StatusCode, Is.InRange(400, 401));
        await TokenAsync(hub, system, second);
        var audit = await administrator.GetStringAsync($"/api/v1/audit?subject=system:{system.Id}");
        Assert.That(audit, Does.Contain("SystemRegistered").And.Contain("SystemSecretAdded").And.Contain("SystemSecretEnded").And.Not.Contain(second));
    }

    [Test]
    public async Task Access_ends_with_the_next_request_when_a_system_is_signed_out_or_ended()
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        var system = await RegisterAsync(hub, "Ending", "tax");
        var first = AccessToken(await TokenAsync(hub, system, system.Secret!));
        Assert.That(await WhoamiAsync(hub, first), Is.Not.Null);
        (await administrator.PostAsync($"/api/v1/systems/{system.Id}/sign-out", null)).Dispose();
        Assert.That(await WhoamiAsync(hub, first), Is.Null, "signed out");
        var second = AccessToken(await TokenAsync(hub, system, system.Secret!));
        Assert.That(await WhoamiAsync(hub, second), Is.Not.Null, "may sign in again");
        (await administrator.DeleteAsync($"/api/v1/systems/{system.Id}")).Dispose();
        Assert.That(await WhoamiAsync(hub, second), Is.Null, "ended");
        using var refused = await AskAsync(hub, system.ClientId, system.Secret!);
        Assert.That((int)refused.StatusCode, Is.InRange(400, 401));
    }

    [Test]
    public async Task An_access_token_ends_at_its_time_and_cannot_be_bent()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var system = await RegisterAsync(hub, "Short-lived", "tax");
        var token = AccessToken(await TokenAsync(hub, system, system.Secret!));
        Assert.That(await WhoamiAsync(hub, token), Is.Not.Null);
        var middle = token.Length / 2;
        Assert.That(await WhoamiAsync(hub, token[..middle] + (token[middle] == 'A' ? 'B' : 'A') + token[(middle + 1)..]), Is.Null);
        time.Advance(TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(1));
        Assert.That(await WhoamiAsync(hub, token), Is.Null);
    }

    [Test]
    public async Task IT_staff_see_to_the_systems_of_their_own_department_alone()
    {
        var hub = await TestHub.SharedAsync();
        var system = await RegisterAsync(hub, "Foreign", "tax");
        var staff = await hub.ClientAsync(Role.ItStaff, "health");
        using var registered = await staff.PostAsJsonAsync("/api/v1/systems", new { name = "Ours", department = "health" });
        Assert.That(registered.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        using var forTax = await staff.PostAsJsonAsync("/api/v1/systems", new { name = "Theirs", department = "tax" });
        Assert.That(forTax.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await staff.GetStringAsync("/api/v1/systems"), Does.Contain("Ours").And.Not.Contain("Foreign"));
        using var ended = await staff.DeleteAsync($"/api/v1/systems/{system.Id}");
        using var read = await staff.GetAsync($"/api/v1/systems/{system.Id}/secrets");
        Assert.That((ended.StatusCode, read.StatusCode), Is.EqualTo((HttpStatusCode.NotFound, HttpStatusCode.NotFound)));
    }

    [TestCase("""{"keys":[{"kty":"oct","kid":"1","k":"c2VjcmV0"}]}""")]
    [TestCase("""{"keys":[{"kty":"EC","crv":"P-256","kid":"1","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}]}""")]
    [TestCase("""{"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}""")]
    [TestCase("""{"keys":[]}""")]
    [TestCase("[1]")]
    public async Task Keys_that_are_private_weak_or_nameless_are_refused(string keys)
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        using var answer = await administrator.PostAsJsonAsync("/api/v1/systems", new { name = "Weak", department = "tax", keys = JsonElement.Parse(keys) });
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("/keys"));
    }

    /// <summary>Events about refused sign-ins of a subject, and how many sign-ins these and what is not told yet count.</summary>
    static async Task<(int Events, int Count)> RefusedAsync(TestHub hub, string subject)
    {
        var log = await (await hub.ClientAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>($"/api/v1/audit?type=SystemRefused&subject={subject}");
        var counts = log.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("data").GetProperty("count").GetInt32()).ToList();
        var key = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"system\n{subject["system:".Length..]}"));
        return (counts.Count, counts.Sum() + await hub.Database.ScalarAsync<int>($"select unreported from platform.sign_in_failures where key = $1", [key], CancellationToken.None));
    }

    static string AccessToken(JsonElement answer) => answer.GetProperty("access_token").GetString()!;

    static async Task<RegisteredSystem> RegisterAsync(TestHub hub, string name, string department, ECDsa? key = null)
    {
        var request = new SystemRequest(name, department, Role.Subscriber, key is null ? null : JsonSerializer.SerializeToElement(new { keys = new[] { PublicKey(key) } }));
        return await hub.Services.GetRequiredService<RegisterSystem>().ExecuteAsync(request, Caller.System, CancellationToken.None);
    }

    static object PublicKey(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new { kty = "EC", crv = "P-256", kid = "1", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
    }

    static string Assertion(TestHub hub, RegisteredSystem system, ECDsa key, string? audience = null, TimeSpan? expires = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = system.ClientId,
            Audience = audience ?? hub.Address.AbsoluteUri,
            IssuedAt = now.AddHours(-2),
            Expires = now + (expires ?? TimeSpan.FromMinutes(1)),
            Claims = new Dictionary<string, object> { ["sub"] = system.ClientId, ["jti"] = Guid.NewGuid().ToString() },
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key) { KeyId = "1" }, SecurityAlgorithms.EcdsaSha256),
            TokenType = "client-authentication+jwt",
        });
    }

    static string Unsigned(TestHub hub, RegisteredSystem system)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new { iss = system.ClientId, sub = system.ClientId, aud = hub.Address.AbsoluteUri, exp = 4102444800, jti = "1" });
        return $"{Base64UrlEncoder.Encode("""{"alg":"none","typ":"JWT"}""")}.{Base64UrlEncoder.Encode(claims)}.";
    }

    static async Task<HttpResponseMessage> AskAsync(TestHub hub, string client, string secret)
    {
        using var anonymous = hub.Anonymous();
        return await anonymous.PostAsync("/oauth/token", new FormUrlEncodedContent(new Dictionary<string, string> { ["grant_type"] = "client_credentials", ["client_id"] = client, ["client_secret"] = secret }));
    }

    static async Task<HttpResponseMessage> AssertAsync(TestHub hub, RegisteredSystem system, string assertion)
    {
        using var anonymous = hub.Anonymous();
        return await anonymous.PostAsync("/oauth/token", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["grant_type"] = "client_credentials",
            ["client_id"] = system.ClientId,
            ["client_assertion_type"] = AssertionType,
            ["client_assertion"] = assertion,
        }));
    }

    static async Task<JsonElement> TokenAsync(TestHub hub, RegisteredSystem system, string secret)
    {
        using var answer = await AskAsync(hub, system.ClientId, secret);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Who the hub takes the bearer for; null when it refuses.</summary>
    static async Task<JsonElement?> WhoamiAsync(TestHub hub, string token)
    {
        using var client = hub.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var answer = await client.GetAsync("/api/v1/whoami");
        return answer.StatusCode == HttpStatusCode.OK ? await answer.Content.ReadFromJsonAsync<JsonElement>() : null;
    }
}
