using System.Text.RegularExpressions;
using System.Text.Json;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>
/// A consumer that tries every way out and writes down all that it is told: status, headers and body. Names and ids of
/// its own dataset and grant, which are others elsewhere, stand there as words; cursors, which it cannot read, by the
/// order in which it first saw them, so that equal ones stay equal.
/// </summary>
sealed partial class Observer(Stage stage, Guid grant)
{
    static readonly string[] Untold = ["Date", "Transfer-Encoding"];

    static readonly string[] Queries = ["", "?limit=1", "?district=north", "?limit=1&amount.gte=0", "?born.lt=2000-01-01", "?active=true", "?address.city=south", "?name=a", "?amount=no-number"];

    readonly List<string> cursors = [];
    readonly Dictionary<string, string> tags = [];
    readonly List<string> places = [];
    List<string> told = [];

    /// <summary>Everything that can be learnt now.</summary>
    public async Task<List<string>> LookAsync()
    {
        told = [];
        foreach (var asOf in new[] { stage.Dataset.Publication, stage.Dataset.Publication - 1 })
        {
            foreach (var query in Queries)
                await WalkAsync($"/records{query}{(query.Length == 0 ? '?' : '&')}asOf={asOf}");
            foreach (var (accept, query) in from accept in new[] { "application/x-ndjson", "text/csv" } from query in Queries where !query.Contains("limit", StringComparison.Ordinal) select (accept, query))
                await AskAsync($"/records{query}{(query.Length == 0 ? '?' : '&')}asOf={asOf}", accept);
            foreach (var key in World.Keys.Append("stranger").Append("nobody"))
                await AskAsync($"/records/{Uri.EscapeDataString(key)}?asOf={asOf}");
        }
        foreach (var limit in new[] { 1, 100 })
            await FollowAsync(limit, null);
        foreach (var place in places.TakeLast(3).ToList())
        {
            await FollowAsync(1, place);
            await AskAsync($"/changes?cursor={place}", "application/x-ndjson");
        }
        await AskAsync("/changes", "application/x-ndjson");
        foreach (var mode in new[] { "lookup", "query", "changes", "push" })
            await AskAsync($"/explain?mode={mode}");
        return told;
    }

    async Task WalkAsync(string path)
    {
        for (var next = path; next is not null;)
            next = (await AskAsync(next)) is { } cursor ? $"{path}&cursor={cursor}" : null;
    }

    /// <summary>Follows the changes to their end, and keeps the place.</summary>
    async Task FollowAsync(int limit, string? cursor)
    {
        do
            cursor = await AskAsync($"/changes?limit={limit}{(cursor is null ? "" : "&cursor=" + cursor)}");
        while (cursor is not null && told[^1].Contains("\"more\":true", StringComparison.Ordinal));
        if (cursor is not null && !places.Contains(cursor))
            places.Add(cursor);
    }

    /// <summary>Asks by GET, by HEAD, and whether it has changed; the cursor that it is given.</summary>
    async Task<string?> AskAsync(string path, string? accept = null)
    {
        await TellAsync(path, accept, HttpMethod.Head, null);
        if (tags.TryGetValue($"{accept} {path}", out var tag))
            await TellAsync(path, accept, HttpMethod.Get, tag);
        var (body, tagNow) = await TellAsync(path, accept, HttpMethod.Get, null);
        if (tagNow is not null)
            tags[$"{accept} {path}"] = tagNow;
        return accept is null && body.StartsWith("{\"items\"", StringComparison.Ordinal) ? JsonSerializer.Deserialize<JsonElement>(body).GetProperty("next").GetString() : null;
    }

    async Task<(string Body, string? Tag)> TellAsync(string path, string? accept, HttpMethod method, string? tag)
    {
        using var answer = await stage.Reader.SendAsync(stage.Path + path, accept, tag, method);
        var body = await answer.Content.ReadAsStringAsync();
        var headers = answer.Headers.Concat(answer.Content.Headers).Where(header => !Untold.Contains(header.Key)).Select(header => $"{header.Key}: {string.Join(", ", header.Value)}").Order(StringComparer.Ordinal);
        // A stream is in no particular order.
        var content = accept is null ? body : string.Join('\n', body.Split('\n').Order(StringComparer.Ordinal));
        told.Add(Plain($"{method} {accept} {path} {tag}\n{(int)answer.StatusCode}\n{string.Join('\n', headers)}\n{content}"));
        return (body, answer.Headers.ETag?.ToString());
    }

    string Plain(string text) => Cursor().Replace(
        Reference().Replace(
            text.Replace(stage.Dataset.Name, "DATASET", StringComparison.Ordinal).Replace(stage.Consumer, "CONSUMER", StringComparison.Ordinal)
                .Replace($"{grant:N}", "GRANT", StringComparison.Ordinal).Replace($"{grant}", "GRANT", StringComparison.Ordinal),
            "\"reference\":\"\""),
        found => $"{found.Groups[1]}#{NumberOf(found.Groups[2].Value)}, {found.Groups[2].Length} characters");

    int NumberOf(string cursor)
    {
        if (!cursors.Contains(cursor))
            cursors.Add(cursor);
        return cursors.IndexOf(cursor);
    }

    [GeneratedRegex("(cursor=|\"next\":\"|Exchange-Next-Cursor: )([A-Za-z0-9_-]{60,})")]
    private static partial Regex Cursor();

    [GeneratedRegex("\"reference\":\"[^\"]*\"")]
    private static partial Regex Reference();
}
