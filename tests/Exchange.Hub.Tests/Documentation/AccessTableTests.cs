using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Runs.Faults;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Documentation;

/// <summary>
/// Every route of the API beside everybody who may call it: each role of the department that owns what is called for, of
/// another department, and of none. The table in the repository is the promise; whoever opens a route shows it there.
/// </summary>
public sealed partial class AccessTableTests
{
    const string Own = "office";
    const string Foreign = "elsewhere";
    const string Granted = "granted";
    const string Table = "tests/Exchange.Hub.Tests/Approved/access.md";

    [Test]
    public async Task Every_route_answers_everybody_as_the_table_says()
    {
        await using var pipeline = await Ledger.StartAsync(3);
        var actors = await ActorsAsync(pipeline.Hub);
        var there = await There.MakeAsync(pipeline);
        List<string> table =
        [
            "# Who may call what",
            "",
            "Written by AccessTableTests, which calls every route of the OpenAPI document as everybody. `yes`: the caller is let in (what it asks may still be wrong); `no`: 403; `hidden`: 404, as if it were not there; `who?`: 401. *own*: of the department that owns what is called for; *foreign*: of another, without a grant; *granted*: of another that has a grant for the dataset, and whose requests, subscriptions and corrections are called for; *none*: bound to no department.",
            "",
            $"| route | {string.Join(" | ", actors.Select(actor => actor.Name))} |",
            $"|---|{string.Concat(actors.Select(_ => "---|"))}",
        ];
        foreach (var (method, path) in await RoutesAsync(pipeline.Hub))
        {
            var answers = new List<string>();
            foreach (var actor in actors)
                answers.Add(await CallAsync(pipeline, actor, method, path, there));
            table.Add($"| `{method} {path}` | {string.Join(" | ", answers)} |");
        }
        Approved.File(Table, string.Join('\n', table));
    }

    static async Task<List<(string Method, string Path)>> RoutesAsync(TestHub hub)
    {
        using var description = JsonDocument.Parse(await (await hub.ClientAsync(Role.Administrator)).GetStringAsync("/openapi/v1.json"));
        return
        [
            .. from path in description.RootElement.GetProperty("paths").EnumerateObject()
               from operation in path.Value.EnumerateObject()
               orderby path.Name, operation.Name
               select (operation.Name.ToUpperInvariant(), path.Name),
        ];
    }

    static async Task<List<Actor>> ActorsAsync(TestHub hub)
    {
        List<Actor> actors = [new("nobody", null)];
        foreach (var role in RoleNames.All)
        {
            foreach (var (side, department) in new[] { ("own", Own), ("foreign", Foreign) })
                actors.Add(new Actor($"{role.ToName()} {side}", await hub.TokenAsync(role, department)));
        }
        await GrantAsync(hub, "benefits");
        foreach (var role in new[] { Role.Subscriber, Role.ItStaff, Role.Steward, Role.Clerk, Role.Leader, Role.Administrator })
            actors.Add(new Actor($"{role.ToName()} granted", await hub.TokenAsync(role, Granted)));
        foreach (var role in new[] { Role.Administrator, Role.Auditor })
            actors.Add(new Actor($"{role.ToName()} none", await hub.TokenAsync(role)));
        return actors;
    }

    static Task<Grant> GrantAsync(TestHub hub, string purpose)
    {
        var confirmed = new Confirmation("test", "Test", DateTimeOffset.UnixEpoch);
        var terms = new Terms
        {
            Fields = ["/number", "/booked"],
            Modes = Enum.GetValues<DeliveryMode>(),
            From = DateTimeOffset.UnixEpoch,
            Until = new DateTimeOffset(2126, 1, 1, 0, 0, 0, TimeSpan.Zero),
        };
        return hub.Database.InTransactionAsync(
            connection => hub.Services.GetRequiredService<IssueGrant>().ExecuteAsync(
                connection, new NewGrant(Pipeline.Dataset, "thing/1.0", Granted, null, purpose, terms, null, confirmed, confirmed), Caller.System, CancellationToken.None),
            CancellationToken.None);
    }

    static async Task<string> CallAsync(Pipeline pipeline, Actor actor, string method, string path, There there)
    {
        var (hub, folder) = (pipeline.Hub, pipeline.Folder);
        var matches = Parameter().Matches(path);
        var values = new Dictionary<string, string>();
        foreach (Match match in matches)
            values[match.Value] = await ValueAsync(hub, path, match.Value, there);
        using var request = new HttpRequestMessage(new HttpMethod(method), Parameter().Replace(path, match => values[match.Value]));
        if (actor.Token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", actor.Token);
        if (method is "PUT" or "POST")
            request.Content = new StringContent(Body(path, folder), Encoding.UTF8, "application/json");
        using var client = hub.Anonymous();
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.That((int)answer.StatusCode, Is.LessThan(500), $"{method} {path} as {actor.Name}: {await answer.Content.ReadAsStringAsync()}");
        return answer.StatusCode switch
        {
            HttpStatusCode.Unauthorized => "who?",
            HttpStatusCode.Forbidden => "no",
            HttpStatusCode.NotFound => "hidden",
            _ => "yes",
        };
    }

    /// <summary>What is there already, so that nothing but the caller can be wrong; an empty object where that does no harm.</summary>
    static string Body(string path, string folder) => path switch
    {
        "/api/v1/departments/{name}" => """{"title":{"en":"Office"}}""",
        "/api/v1/schemas/{name}/{version}" => Ledger.Schema,
        "/api/v1/mappings/{name}" => Ledger.Mapping,
        "/api/v1/sources/{name}" => JsonSerializer.Serialize(new { department = Own, connector = "csv", options = new { }, store = new { kind = "folder", path = folder, pattern = "*.csv", completeAfterSeconds = 0 } }),
        "/api/v1/datasets/{name}" => """{"title":{"en":"Things"},"department":"office","schema":"thing/1.0","source":"drop","mapping":"things"}""",
        "/api/v1/systems" => """{"name":"A system","department":"office"}""",
        "/api/v1/systems/{id}/keys" => """{"keys":null}""",
        "/api/v1/datasets/{name}/lookup" or "/api/v1/datasets/{name}/licences" => """{"key":"1"}""",
        "/api/v1/datasets/{name}/lookup/batch" => """{"items":[{"key":"1"}]}""",
        "/api/v1/datasets/{name}/verify" => """{"key":"1","claims":{"/number":1}}""",
        "/api/v1/datasets/{name}/verify/batch" => """{"items":[{"key":"1","claims":{"/number":1}}]}""",
        _ when path.StartsWith("/api/v1/runs/", StringComparison.Ordinal) => """{"reason":"It was looked at."}""",
        _ when path.EndsWith("/policy", StringComparison.Ordinal) => """{"class":"conditional","legalBasis":"Some Act","modes":["lookup","query"]}""",
        _ => "{}",
    };

    /// <summary>What is really there stands for a parameter, so that an answer is about the caller and not about the address; where a call ends it, a new one each time.</summary>
    static async Task<string> ValueAsync(TestHub hub, string path, string parameter, There there) => (path.Split('/')[path.StartsWith("/api/", StringComparison.Ordinal) ? 3 : 2], parameter) switch
    {
        ("datasets", "{name}") => Pipeline.Dataset,
        ("departments", "{name}") or ("contacts", "{department}") => Own,
        ("sources", "{name}") => "drop",
        ("mappings", "{name}") => "things",
        ("schemas", "{name}") => "thing",
        ("schemas", "{version}") => "1.0",
        ("datasets", "{key}") => "1",
        ("runs", "{id}") => there.Run.ToString(),
        ("requests", "{id}") => there.Request.ToString(),
        ("corrections", "{id}") => there.Correction.ToString(),
        ("subscriptions", "{id}") => there.Subscription.ToString(),
        ("grants", "{id}") => (await GrantAsync(hub, $"purpose-{Guid.NewGuid():N}")).Id.ToString(),
        ("tokens", "{id}") => (await hub.Services.GetRequiredService<IssueToken>().ExecuteAsync(new TokenRequest("To be ended", Role.Clerk, Own), Caller.System, CancellationToken.None)).Id.ToString(),
        ("systems", "{id}") => await SystemAsync(hub),
        ("people", "{id}") => (await Browser.PersonAsync(hub, new PersonRole(Role.Steward, Own))).Id.ToString(),
        _ => Guid.Empty.ToString(),
    };

    static async Task<string> SystemAsync(TestHub hub) =>
        (await hub.Services.GetRequiredService<RegisterSystem>().ExecuteAsync(new SystemRequest("A system", Own), Caller.System, CancellationToken.None)).Id.ToString();

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();

    sealed record Actor(string Name, string? Token);

    /// <summary>What is there to be called for: a run of the department's own; of the department that has a grant, the rest.</summary>
    sealed record There(Guid Run, Guid Request, Guid Correction, Guid Subscription)
    {
        public static async Task<There> MakeAsync(Pipeline pipeline)
        {
            var hub = pipeline.Hub;
            var consumer = await hub.ClientAsync(Role.ItStaff, Granted);
            await OfferedDataset.SendAsync(
                await hub.ClientAsync(Role.Steward, Own), HttpMethod.Put, $"datasets/{Pipeline.Dataset}/policy", """{"class":"conditional","legalBasis":"Some Act","modes":["lookup","query"]}""");
            var request = await OfferedDataset.SendAsync(
                consumer, HttpMethod.Post, "requests",
                $$"""
                {
                  "dataset": "{{Pipeline.Dataset}}", "purpose": "inspections", "legalBasis": "Some Act", "scenario": "Plans a week", "frequency": "weekly", "controller": "independent",
                  "necessity": "Numbers decide", "security": "Two named people", "retention": "Four weeks",
                  "terms": { "fields": ["/number"], "modes": ["query"], "until": "2099-12-31T00:00:00Z" }
                }
                """);
            await OfferedDataset.SendAsync(consumer, HttpMethod.Post, $"requests/{request.GetProperty("request").GetProperty("id").GetGuid()}/submit");
            var correction = await OfferedDataset.SendAsync(consumer, HttpMethod.Post, $"datasets/{Pipeline.Dataset}/corrections", """{"key":"1","statement":"It is another.","field":"/booked"}""");
            var run = (await pipeline.GetAsync("runs")).GetProperty("items")[0].GetProperty("id").GetGuid();
            return new There(run, request.GetProperty("request").GetProperty("id").GetGuid(), correction.GetProperty("id").GetGuid(), await SubscribeAsync(hub));
        }

        /// <summary>A subscription that rests, and whose target the hub would refuse to call.</summary>
        static async Task<Guid> SubscribeAsync(TestHub hub)
        {
            var subscription = new Subscription
            {
                Id = Guid.CreateVersion7(),
                Revision = 1,
                DatasetId = await hub.Database.ScalarAsync<int>($"select id from catalog.datasets where name = $1", [Pipeline.Dataset], CancellationToken.None),
                Dataset = Pipeline.Dataset,
                Department = Granted,
                Title = "Things",
                Kind = "webhook",
                Target = JsonSerializer.SerializeToElement(new { url = "https://127.0.0.1/hook" }),
                State = SubscriptionState.Paused,
                StateChangedAt = DateTimeOffset.UnixEpoch,
                StateChangedBy = "test",
                Deliveries = 0,
                Records = 0,
                Failures = 0,
                CreatedAt = DateTimeOffset.UnixEpoch,
                CreatedBy = "test",
            };
            await hub.Database.InTransactionAsync(connection => SubscriptionStore.InsertAsync(connection, subscription, CancellationToken.None), CancellationToken.None);
            return subscription.Id;
        }
    }
}
