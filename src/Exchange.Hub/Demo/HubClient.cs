using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Hub.Demo;

/// <summary>The REST API as the demo uses it: the same routes, tokens and answers as everybody's.</summary>
/// <param name="http">Knows the address and the token.</param>
/// <param name="time">Paces the waiting.</param>
sealed class HubClient(HttpClient http, TimeProvider time)
{
    static readonly TimeSpan pollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Puts one document and tells whether that created, updated or changed nothing.</summary>
    public async Task<string> PutAsync(string path, JsonNode document, CancellationToken cancellationToken)
    {
        using var answer = await http.PutAsJsonAsync("api/v1/" + path, document, cancellationToken);
        return (await ReadAsync(answer, cancellationToken)).GetProperty("change").GetString()!;
    }

    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync("api/v1/" + path, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    public async Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsJsonAsync("api/v1/" + path, body, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Asks for a run.</summary>
    public async Task<DemoRun> StartRunAsync(string dataset, CancellationToken cancellationToken) =>
        DemoRun.Of(await PostAsync($"datasets/{dataset}/runs", new { }, cancellationToken));

    /// <summary>Waits until a run is in one of the states.</summary>
    public async Task<DemoRun> WaitAsync(string id, IReadOnlyCollection<string> states, CancellationToken cancellationToken)
    {
        while (true)
        {
            var run = DemoRun.Of(await GetAsync("runs/" + id, cancellationToken));
            if (states.Contains(run.State))
                return run;
            await Task.Delay(pollInterval, time, cancellationToken);
        }
    }

    /// <summary>Waits for the next run that the schedule started and that is settled.</summary>
    /// <param name="dataset">Of this dataset.</param>
    /// <param name="told">The last such run of each dataset; the one returned is entered.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<DemoRun> NextScheduledRunAsync(string dataset, Dictionary<string, string> told, CancellationToken cancellationToken)
    {
        while (true)
        {
            var page = await GetAsync($"runs?dataset={dataset}&limit=1", cancellationToken);
            var latest = page.GetProperty("items").EnumerateArray().FirstOrDefault(run => run.GetProperty("trigger").GetString() == "schedule");
            if (latest.ValueKind == JsonValueKind.Object && DemoRun.Of(latest) is var run && DemoRun.Settled.Contains(run.State) && told.GetValueOrDefault(dataset) != run.Id)
            {
                told[dataset] = run.Id;
                return run;
            }
            await Task.Delay(pollInterval, time, cancellationToken);
        }
    }

    static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        if (answer.IsSuccessStatusCode)
            return body;
        var errors = body.TryGetProperty("errors", out var list) && list.GetArrayLength() > 0
            ? list.EnumerateArray().Select(error => $"\n  {Text(error, "pointer")}: {Text(error, "message")} {Text(error, "fix")}")
            : [" " + Text(body, "detail")];
        throw new DemoException($"{answer.RequestMessage!.Method} {answer.RequestMessage.RequestUri!.PathAndQuery} was refused.{string.Concat(errors)}");
    }

    static string? Text(JsonElement element, string member) => element.TryGetProperty(member, out var value) ? value.ToString() : null;
}

/// <summary>The demo cannot go on. The message is for the person at the terminal.</summary>
sealed class DemoException(string message) : Exception(message);
