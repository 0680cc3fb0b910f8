using System.Net.Http.Headers;
using System.Text.Json;

namespace Exchange.Hub.Tests.Delivery;

/// <summary>Reads datasets the way a subscriber's system would.</summary>
sealed class RecordsClient(HttpClient http)
{
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await http.GetAsync(path);
        var body = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, $"{path}: {body}");
        return JsonSerializer.Deserialize<JsonElement>(body);
    }

    public Task<HttpResponseMessage> SendAsync(string path, string? accept = null, string? ifNoneMatch = null, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.Accept.ParseAdd(accept);
        if (ifNoneMatch is not null)
            request.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(ifNoneMatch));
        return http.SendAsync(request);
    }

    /// <summary>Where an answer says that the next page is; null on the last.</summary>
    public static string? NextOf(HttpResponseMessage answer) => !answer.Headers.TryGetValues("Link", out var links) ? null
        : links.Single().Split(", <").FirstOrDefault(link => link.EndsWith("rel=\"next\"", StringComparison.Ordinal))?.TrimStart('<').Split('>')[0];

    /// <summary>Status and code of a refusal.</summary>
    public async Task<(int Status, string Code)> RefusalAsync(string path, string? accept = null)
    {
        var problem = await ProblemAsync(path, accept);
        return (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()!);
    }

    /// <summary>The problem document of a refusal.</summary>
    public async Task<JsonElement> ProblemAsync(string path, string? accept = null)
    {
        using var response = await SendAsync(path, accept);
        var problem = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
        Assert.That(problem.GetProperty("status").GetInt32(), Is.EqualTo((int)response.StatusCode));
        return problem;
    }

    /// <summary>Every record of a walk from page to page.</summary>
    /// <param name="path">Of the first page.</param>
    /// <param name="between">What happens after each page.</param>
    /// <param name="cursor">Where to begin.</param>
    public async Task<List<KeyValuePair<string, string>>> WalkAsync(string path, Func<Task>? between = null, string? cursor = null)
    {
        var records = new List<KeyValuePair<string, string>>();
        while (true)
        {
            var page = await GetAsync(cursor is null ? path : $"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={cursor}");
            records.AddRange(Items(page));
            cursor = page.GetProperty("next").GetString();
            if (cursor is null)
                return records;
            if (between is not null)
                await between();
        }
    }

    /// <summary>Key and body of the records on a page.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Items(JsonElement page) => page.GetProperty("items").EnumerateArray()
        .Select(i => KeyValuePair.Create(i.GetProperty("key").GetString()!, i.GetProperty("record").GetRawText()));

    /// <summary>Applies every change after a cursor to a state; returns the next cursor.</summary>
    public async Task<string> FollowAsync(string dataset, IDictionary<string, string> state, string? cursor, int limit, Func<Task>? between = null)
    {
        while (true)
        {
            var page = await GetAsync($"/api/v1/datasets/{dataset}/changes?limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}");
            foreach (var change in page.GetProperty("items").EnumerateArray())
                Apply(change, state);
            cursor = page.GetProperty("next").GetString();
            if (!page.GetProperty("more").GetBoolean())
                return cursor!;
            if (between is not null)
                await between();
        }
    }

    /// <summary>The lines of a stream.</summary>
    public async Task<List<string>> LinesAsync(string path)
    {
        using var response = await SendAsync(path, "application/x-ndjson");
        var body = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, body);
        List<string> lines = [.. body.Split('\n')[..^1]];
        Assert.That(response.Headers.GetValues("Exchange-Record-Count").Single(), Is.EqualTo($"{lines.Count}"));
        return lines;
    }

    public static void Apply(JsonElement change, IDictionary<string, string> state)
    {
        var key = change.GetProperty("key").GetString()!;
        if (change.GetProperty("op").GetString() == "delete")
            state.Remove(key);
        else
            state[key] = change.GetProperty("record").GetRawText();
    }
}
