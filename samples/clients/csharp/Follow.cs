using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Samples.Clients;

/// <summary>Keeps a copy of a dataset in a JSON file, together with the cursor up to which it is complete.</summary>
static class Follow
{
    /// <summary>Follows.</summary>
    /// <param name="once">Whether it ends when there is nothing more; else it waits for more.</param>
    public static async Task RunAsync(HttpClient hub, string dataset, string file, bool once)
    {
        var copy = File.Exists(file) ? JsonSerializer.Deserialize<Copy>(await File.ReadAllBytesAsync(file))! : new Copy(null, []);
        var caughtUp = false;
        while (true)
        {
            var cursor = copy.Cursor is null ? "" : $"&cursor={Uri.EscapeDataString(copy.Cursor)}";
            using var answer = await hub.GetAsync($"/api/v1/datasets/{Uri.EscapeDataString(dataset)}/changes?limit=1000&wait={(once || !caughtUp ? 0 : 30)}{cursor}");
            if (answer.StatusCode == HttpStatusCode.Gone)
            {
                (copy, caughtUp) = (new Copy(null, []), false); // the cursor is over: everything anew, and the file stays until that is whole
                continue;
            }
            if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
            {
                await Task.Delay(answer.Headers.RetryAfter?.Delta ?? TimeSpan.FromSeconds(5), TimeProvider.System);
                continue;
            }
            answer.EnsureSuccessStatusCode();
            var page = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            foreach (var change in page["items"]!.AsArray())
                Apply(copy.Records, change!);
            copy = copy with { Cursor = page["next"]!.GetValue<string>() };
            caughtUp = !page["more"]!.GetValue<bool>();
            if (!caughtUp)
                continue;
            await KeepAsync(file, copy);
            if (once)
                return;
        }
    }

    static void Apply(Dictionary<string, JsonNode> records, JsonNode change)
    {
        var key = change["key"]!.GetValue<string>();
        if (change["op"]!.GetValue<string>() == "delete")
            records.Remove(key);
        else
            records[key] = change["record"]!.DeepClone();
    }

    /// <summary>Records and cursor in one step: they never disagree.</summary>
    static async Task KeepAsync(string file, Copy copy)
    {
        await using (var next = new FileStream(file + ".next", FileMode.Create, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(next, copy);
            next.Flush(flushToDisk: true);
        }
        File.Move(file + ".next", file, overwrite: true);
    }

    sealed record Copy(
        [property: System.Text.Json.Serialization.JsonPropertyName("cursor")] string? Cursor,
        [property: System.Text.Json.Serialization.JsonPropertyName("records")] Dictionary<string, JsonNode> Records);
}
