using System.Net.Http.Headers;
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

    /// <summary>Does something that takes no words.</summary>
    public async Task<JsonElement> PostAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.PostAsync("api/v1/" + path, null, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Replaces what was read under an ETag.</summary>
    public async Task<JsonElement> ReplaceAsync(string path, JsonNode document, int revision, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "api/v1/" + path) { Content = JsonContent.Create(document) };
        request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{revision}\""));
        using var answer = await http.SendAsync(request, cancellationToken);
        return await ReadAsync(answer, cancellationToken);
    }

    /// <summary>Every record of a dataset, as a stream brings it.</summary>
    public async Task<IReadOnlyList<JsonElement>> StreamAsync(string path, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/" + path);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/x-ndjson"));
        using var answer = await http.SendAsync(request, cancellationToken);
        if (!answer.IsSuccessStatusCode)
            await ReadAsync(answer, cancellationToken);
        var lines = (await answer.Content.ReadAsStringAsync(cancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. lines.Select(line => JsonElement.Parse(line))];
    }

    /// <summary>The code with which the hub refuses to show something; null when it shows it.</summary>
    public async Task<string?> RefusalAsync(string path, CancellationToken cancellationToken)
    {
        using var answer = await http.GetAsync("api/v1/" + path, cancellationToken);
        return answer.IsSuccessStatusCode ? null : Text(await answer.Content.ReadFromJsonAsync<JsonElement>(cancellationToken), "type")?.Split(':')[^1];
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

    /// <summary>The body of an answer that is no refusal.</summary>
    /// <exception cref="DemoException">It is one.</exception>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
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
