using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Platform;

public sealed class TokensTests
{
    [Test]
    public async Task The_first_start_leaves_an_administrators_token_in_a_closed_file()
    {
        await using var hub = await TestHub.StartAsync();
        var file = Path.Combine(hub.Folder, FirstToken.FileName);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(await WhoamiAsync(hub, (await File.ReadAllTextAsync(file)).Trim()), Is.EqualTo(HttpStatusCode.OK));
    }

    [Test]
    public async Task A_token_is_shown_once_works_tells_its_bearer_and_ends_when_revoked()
    {
        var hub = await TestHub.SharedAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);

        using var made = await administrator.PostAsJsonAsync("/api/v1/tokens", new { name = "Social security", role = "it-staff", department = "social-security" });

        Assert.That(made.StatusCode, Is.EqualTo(HttpStatusCode.Created));
        var issued = await made.Content.ReadFromJsonAsync<JsonElement>();
        var token = issued.GetProperty("token").GetString()!;
        using var bearer = Bearer(hub, token);
        var whoami = await bearer.GetFromJsonAsync<JsonElement>("/api/v1/whoami");
        Assert.That((whoami.GetProperty("name").GetString(), whoami.GetProperty("role").GetString(), whoami.GetProperty("department").GetString()), Is.EqualTo(("Social security", "it-staff", "social-security")));
        Assert.That(await administrator.GetStringAsync("/api/v1/tokens"), Does.Contain("Social security").And.Not.Contain(token));

        using var revoked = await administrator.DeleteAsync(made.Headers.Location);
        Assert.That(revoked.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That(await WhoamiAsync(hub, token), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await administrator.GetStringAsync("/api/v1/audit?type=TokenRevoked"), Does.Contain("Social security"));
    }

    [Test]
    public async Task Only_the_hash_of_a_token_is_stored()
    {
        var hub = await TestHub.SharedAsync();
        var token = await hub.TokenAsync(Role.Steward);
        var stored = await hub.Database.ScalarAsync<string>($"select query_to_xml('select * from platform.tokens', false, false, '')::text", [], CancellationToken.None);
        Assert.That(stored, Does.Not.Contain(token[4..]));
    }

    [Test]
    public async Task A_token_ends_at_its_time()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton<TimeProvider>(time));
        var issued = await hub.Services.GetRequiredService<IssueToken>().ExecuteAsync(new TokenRequest("Guest", Role.Auditor, null, time.GetUtcNow().AddHours(1)), Caller.System, CancellationToken.None);
        Assert.That(await WhoamiAsync(hub, issued.Token), Is.EqualTo(HttpStatusCode.OK));
        time.Advance(TimeSpan.FromHours(1));
        Assert.That(await WhoamiAsync(hub, issued.Token), Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [Test]
    public async Task The_last_administrators_token_cannot_be_revoked()
    {
        await using var hub = await TestHub.StartAsync();
        using var first = Bearer(hub, (await File.ReadAllTextAsync(Path.Combine(hub.Folder, FirstToken.FileName))).Trim());
        var id = (await first.GetFromJsonAsync<JsonElement>("/api/v1/tokens")).GetProperty("items")[0].GetProperty("id").GetString();

        using var answer = await first.DeleteAsync($"/api/v1/tokens/{id}");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("last-administrator"));
    }

    [Test]
    public async Task The_job_dashboard_opens_to_an_administrators_browser_and_to_nobody_else()
    {
        var hub = await TestHub.SharedAsync();
        Assert.That(await BasicAsync(hub, "/jobs", await hub.TokenAsync(Role.Administrator)), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await BasicAsync(hub, "/jobs", await hub.TokenAsync(Role.ItStaff)), Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await BasicAsync(hub, "/jobs", "guess"), Is.EqualTo(HttpStatusCode.Unauthorized));
        Assert.That(await BasicAsync(hub, "/api/v1/whoami", await hub.TokenAsync(Role.Administrator)), Is.EqualTo(HttpStatusCode.Unauthorized), "Basic is for the dashboard only");
    }

    static async Task<HttpStatusCode> BasicAsync(TestHub hub, string path, string password)
    {
        using var client = hub.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("me:" + password)));
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    static HttpClient Bearer(TestHub hub, string token)
    {
        var client = hub.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    static async Task<HttpStatusCode> WhoamiAsync(TestHub hub, string token)
    {
        using var client = Bearer(hub, token);
        using var answer = await client.GetAsync("/api/v1/whoami");
        return answer.StatusCode;
    }
}
