using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Platform;

public sealed class ProblemTests
{
    [Test]
    public async Task Every_refusal_is_a_problem_document_that_says_what_to_do()
    {
        var hub = await TestHub.SharedAsync();
        var client = await hub.ClientAsync(Role.Administrator);
        Assert.Multiple(async () =>
        {
            await ExpectAsync(client, Post("""{"name":"x" """), 400, "malformed-json", "", "Correct the JSON.");
            await ExpectAsync(client, Post("""{"name":"x","role":"boss"}"""), 422, "invalid", "/role", "Give one of administrator, it-staff, steward, subscriber, auditor, clerk, leader.");
            await ExpectAsync(client, Post("""{"name":7,"role":"steward"}"""), 422, "invalid", "/name", "Give a text in quotes.");
            await ExpectAsync(client, Post("""{"name":"x","role":"steward","expiresAt":"soon"}"""), 422, "invalid", "/expiresAt", "Give a time such as 2026-01-31T09:00:00Z.");
            await ExpectAsync(client, Post("""{"name":" ","role":"steward"}"""), 422, "invalid", "/name", "Give 1 to 200 characters.");
            await ExpectAsync(client, Post("""{"name":null,"role":"steward"}"""), 422, "invalid", "/name", "Give it a value.");
            await ExpectAsync(client, Post("""{"role":"steward"}"""), 422, "invalid", "/name", "Give it a value.");
            await ExpectAsync(client, Post("""{"name":"x","role":"steward","colour":"red"}"""), 422, "invalid", "/colour", "Leave it out, or correct its spelling; /openapi/v1.json lists what is known.");
            await ExpectAsync(client, Post("""{"name":"x","name":"y","role":"steward"}"""), 422, "invalid", "/name", "Give it once.");
            await ExpectAsync(client, Post(""), 400, "body-required");
            await ExpectAsync(client, Post("name=x", "text/plain"), 415, "unsupported-media-type");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/audit?limit=many"), 400, "malformed-parameter", "?limit", "Give a whole number.");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/runs?limit=many"), 400, "malformed-parameter", "?limit", "Give a whole number.");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/runs?state=lost"), 400, "malformed-parameter", "?state", "Give one of queued, running, retrying, held, succeeded, failed, cancelled, discarded.");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/runs?before=soon"), 400, "malformed-parameter", "?before", "Give a time such as 2026-01-31T09:00:00Z.");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/clocks?breached=perhaps"), 400, "malformed-parameter", "?breached", "Give true or false.");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/corrections?before=7"), 400, "malformed-parameter", "?before", "Give an id such as 0198c0de-0000-7000-8000-000000000000.");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/audit?limit=0"), 422, "invalid", "?limit", "Give 1 to 1000.");
            await ExpectAsync(client, new(HttpMethod.Get, "/api/v1/nowhere"), 404, "route-not-found");
            await ExpectAsync(client, new(HttpMethod.Put, "/api/v1/tokens"), 405, "method-not-allowed");
            await ExpectAsync(client, new(HttpMethod.Delete, $"/api/v1/tokens/{Guid.Empty}"), 404, "token-not-found");
            await ExpectAsync(await hub.ClientAsync(Role.Auditor), new(HttpMethod.Get, "/api/v1/tokens"), 403, "role-not-allowed");
            await ExpectAsync(hub.Anonymous(), new(HttpMethod.Get, "/api/v1/tokens"), 401, "token-required");
        });
    }

    [Test]
    public async Task A_refused_method_is_told_which_ones_the_route_knows()
    {
        var hub = await TestHub.SharedAsync();
        using var answer = await (await hub.ClientAsync(Role.Administrator)).PutAsync("/api/v1/tokens", null);
        Assert.That(answer.Content.Headers.Allow, Is.EquivalentTo(["GET", "POST"]));
    }

    [Test]
    public async Task A_failure_of_the_hub_names_a_reference_and_shows_nothing_of_its_inside()
    {
        await using var failing = await TestHub.StartAsync(services: services => services.AddSingleton<IDoctorCheck>(_ => throw new InvalidOperationException("canary-of-the-inside")));

        using var answer = await (await failing.ClientAsync(Role.Administrator)).GetAsync("/api/v1/doctor");

        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.InternalServerError));
        Assert.That(text, Does.Not.Contain("canary").And.Not.Contain("   at "));
        var reference = JsonDocument.Parse(text).RootElement.GetProperty("reference").GetString()!;
        Assert.That(text, Does.Contain($"under the reference {reference}"));
    }

    [Test]
    public async Task A_database_that_is_away_is_said_to_be_away_and_when_to_try_again()
    {
        await using var hub = await TestHub.StartAsync();
        await hub.CutOffDatabaseAsync();

        using var answer = await hub.Anonymous().GetAsync("/health/ready");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That(answer.Headers.RetryAfter?.Delta, Is.GreaterThan(TimeSpan.Zero));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("database-unavailable"));
    }

    static HttpRequestMessage Post(string body, string mediaType = "application/json") =>
        new(HttpMethod.Post, "/api/v1/tokens") { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(mediaType)) };

    static async Task ExpectAsync(HttpClient client, HttpRequestMessage request, int status, string code, string? pointer = null, string? fix = null)
    {
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), text);
        Assert.That(answer.Content.Headers.ContentType?.MediaType, Is.EqualTo(Problem.MediaType), text);
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.That(problem.GetProperty("code").GetString(), Is.EqualTo(code), text);
        Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo(status), text);
        Assert.That(problem.GetProperty("type").GetString(), Is.EqualTo($"urn:exchange:problem:{code}"), text);
        Assert.That(problem.GetProperty("reference").GetString(), Has.Length.EqualTo(32), text);
        Assert.That(problem.GetProperty("detail").GetString(), Does.Match("[.…]$"), text);
        if (pointer is null)
            return;
        var error = problem.GetProperty("errors").EnumerateArray().Single();
        Assert.That(error.GetProperty("pointer").GetString(), Is.EqualTo(pointer), text);
        Assert.That(error.GetProperty("fix").GetString(), Is.EqualTo(fix), text);
    }
}
