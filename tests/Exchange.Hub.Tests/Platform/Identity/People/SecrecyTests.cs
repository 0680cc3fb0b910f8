using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Tests.Platform;

/// <summary>Nothing that signs anybody in is found where it does not belong.</summary>
public sealed class SecrecyTests
{
    const string Password = "canary turnip lantern 47";

    [Test]
    public async Task Passwords_codes_links_and_cookies_are_in_no_log_table_audit_event_or_error()
    {
        using var logs = new TemporaryFolder();
        string[] secrets;
        await using (var hub = await TestHub.StartAsync(options => options with { LogFile = logs.Of("hub-.jsonl"), LogLevel = LogThreshold.Debug }))
        {
            var administrator = await hub.ClientAsync(Role.Administrator);
            using var invited = await administrator.PostAsJsonAsync("/api/v1/people", new { email = "li@city.example", name = "Li", roles = new[] { new { role = "auditor" } } });
            var link = new Uri((await invited.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("link").GetString()!);
            var code = link.Query["?code=".Length..];
            using var browser = new Browser(hub);
            (await browser.Client.GetAsync(link.PathAndQuery)).Dispose();
            var errors = new List<string>();
            foreach (var request in new[]
            {
                browser.Client.PostAsJsonAsync("/api/v1/welcome", new { code, password = "canary" }),
                browser.Client.PostAsJsonAsync("/api/v1/welcome", new { code, password = Password, canary = Password }),
                browser.SignInAsync("li@city.example", Password + " canary"),
                browser.SignInAsync("li@city.example", Password, "canary-code"),
            })
            {
                using var answer = await request;
                errors.Add(await answer.Content.ReadAsStringAsync());
            }
            (await browser.Client.PostAsJsonAsync("/api/v1/welcome", new { code, password = Password })).EnsureSuccessStatusCode().Dispose();
            using var made = await browser.Client.PostAsJsonAsync("/api/v1/session/tokens", new { name = "Terminal" });
            using var begun = await browser.Client.PostAsJsonAsync("/api/v1/session/authenticator", new { password = Password });
            var cookies = browser.Cookies.GetAllCookies().Where(cookie => cookie.Name is "exchange-session" or "exchange-device").Select(cookie => cookie.Value).ToList();
            Assert.That(cookies, Has.Count.EqualTo(2));
            secrets =
            [
                Password, "canary", code, .. cookies, (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!,
                (await begun.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!,
            ];
            var stored = await EverythingStoredAsync(hub) + await administrator.GetStringAsync("/api/v1/audit?limit=1000") + await administrator.GetStringAsync("/api/v1/people") + await administrator.GetStringAsync("/api/v1/tokens");
            Assert.That(secrets.Where(secret => stored.Contains(secret, StringComparison.OrdinalIgnoreCase)), Is.Empty, "tables and answers");
            Assert.That(errors.Where(error => secrets[..3].Where(secret => secret != "canary").Any(secret => error.Contains(secret, StringComparison.Ordinal))), Is.Empty, "errors");
        }
        var written = string.Concat(Directory.GetFiles(logs.Path).Select(File.ReadAllText));
        Assert.That(written, Does.Contain("/api/v1/welcome"), "requests are logged");
        Assert.That(secrets.Where(secret => written.Contains(secret, StringComparison.OrdinalIgnoreCase)), Is.Empty, "logs");
    }

    static async Task<string> EverythingStoredAsync(TestHub hub)
    {
        await using var owner = NpgsqlDataSource.Create(hub.Logins.Owner);
        return await owner.ScalarAsync<string>(
            $$"""
            select string_agg(query_to_xml(format('select * from %I.%I', table_schema, table_name), false, false, '')::text, '')
            from information_schema.tables where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
            """,
            [],
            CancellationToken.None) ?? "";
    }
}
