using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests;

/// <summary>One department with one CSV drop and one dataset, driven through the API as its staff would.</summary>
public sealed class Pipeline : IAsyncDisposable
{
    /// <summary>Name of the dataset.</summary>
    public const string Dataset = "things";

    /// <summary>The department that publishes it.</summary>
    public const string Department = "office";

    readonly bool ownsHub;

    Pipeline(TestHub hub, HttpClient client, HttpClient reader, string folder, bool ownsHub)
    {
        Hub = hub;
        Client = client;
        Reader = reader;
        Folder = folder;
        this.ownsHub = ownsHub;
    }

    public TestHub Hub { get; }

    /// <summary>A client of an administrator.</summary>
    public HttpClient Client { get; }

    /// <summary>A client of the department's staff, who see its records.</summary>
    public HttpClient Reader { get; }

    /// <summary>The drop that the source watches.</summary>
    public string Folder { get; }

    /// <summary>Starts a hub and declares everything.</summary>
    /// <param name="schema">Schema <c>thing/1.0</c>.</param>
    /// <param name="mapping">The mapping.</param>
    /// <param name="store">Members of the store beside kind and path.</param>
    /// <param name="options">Options of the CSV format.</param>
    /// <param name="dataset">Members of the dataset beside what the kit fills in.</param>
    /// <param name="hub">A hub to use; a new one when null.</param>
    /// <param name="source">The whole source document, in place of the drop.</param>
    /// <param name="owned">Whether a hub that was given goes with the pipeline.</param>
    public static async Task<Pipeline> StartAsync(
        string schema, string mapping, string store = """{"pattern":"*.csv","completeAfterSeconds":0}""", string options = "{}", string dataset = "{}",
        TestHub? hub = null, string decode = "[]", string? source = null, bool owned = false)
    {
        var started = hub ?? await TestHub.StartAsync();
        var pipeline = new Pipeline(started, await started.ClientAsync(Role.Administrator), await started.ClientAsync(Role.ItStaff, Department), Directory.CreateTempSubdirectory("exchange-drop-").FullName, hub is null || owned);
        await pipeline.PutAsync("departments/office", """{"title":{"en":"Office"}}""");
        await pipeline.PutAsync("schemas/thing/1.0", schema);
        await pipeline.PutAsync("mappings/things", mapping);
        await pipeline.PutAsync("sources/drop", source ?? $$"""
            {"department":"office","connector":"csv","options":{{options}},"decode":{{decode}},
             "store":{{Merge(store, JsonSerializer.Serialize(new { kind = "folder", path = pipeline.Folder }))}}}
            """);
        await pipeline.PutAsync($"datasets/{Dataset}", Merge(dataset, """{"title":{"en":"Things"},"department":"office","schema":"thing/1.0","source":"drop","mapping":"things"}"""));
        return pipeline;
    }

    /// <summary>Takes up what an earlier pipeline declared in the same database.</summary>
    public static async Task<Pipeline> AttachAsync(TestHub hub) =>
        new(hub, await hub.ClientAsync(Role.Administrator), await hub.ClientAsync(Role.ItStaff, Department), Directory.CreateTempSubdirectory("exchange-drop-").FullName, ownsHub: false);

    /// <summary>Puts a document and demands that it is taken.</summary>
    public async Task<JsonElement> PutAsync(string path, string json)
    {
        using var answer = await Client.PutAsync($"/api/v1/{path}", new StringContent(json, Encoding.UTF8, "application/json"));
        return await ReadAsync(answer);
    }

    /// <summary>Gets a document and demands that it is there.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Client.GetAsync($"/api/v1/{path}");
        return await ReadAsync(answer);
    }

    /// <summary>Reads records as the department's staff, and demands that they are there.</summary>
    public async Task<JsonElement> ReadAsync(string path)
    {
        using var answer = await Reader.GetAsync($"/api/v1/{path}");
        return await ReadAsync(answer);
    }

    /// <summary>Posts and demands success.</summary>
    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var answer = await Client.PostAsJsonAsync($"/api/v1/{path}", body);
        return await ReadAsync(answer);
    }

    /// <summary>Writes a file into the drop.</summary>
    public Task DropAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(Folder, name), text);

    /// <summary>Asks for a run and does it, here and now, as a worker would.</summary>
    /// <returns>The run as it ended.</returns>
    public async Task<JsonElement> RunAsync(string dataset = Dataset)
    {
        using var answer = await Client.PostAsync($"/api/v1/datasets/{dataset}/runs", null);
        var id = (await ReadAsync(answer)).GetProperty("id").GetGuid();
        return await FinishAsync(id);
    }

    /// <summary>Works on a run, or waits for the worker who has it.</summary>
    public async Task<JsonElement> FinishAsync(Guid id)
    {
        while (true)
        {
            await Hub.Services.GetRequiredService<RunJob>().ExecuteAsync(id, CancellationToken.None);
            var run = await GetAsync($"runs/{id}");
            if (run.GetProperty("state").GetString() is not ("queued" or "running"))
                return run;
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>Waits until the newest run of the dataset is in a phase.</summary>
    public async Task WaitForPhaseAsync(string phase)
    {
        while ((await GetAsync($"runs?dataset={Dataset}")).GetProperty("items") is var runs
            && (runs.GetArrayLength() == 0 || runs[0].GetProperty("phase").GetString() != phase))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
    }

    /// <summary>The records of the last publication, or of an earlier one, by key.</summary>
    public async Task<SortedDictionary<string, string>> RecordsAsync(int? asOf = null, string dataset = Dataset)
    {
        var records = new SortedDictionary<string, string>(StringComparer.Ordinal);
        string? cursor = null;
        do
        {
            var page = await ReadAsync($"datasets/{dataset}/records?limit=1000{(asOf is null ? "" : $"&asOf={asOf}")}{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
                records.Add(item.GetProperty("key").GetString()!, item.GetProperty("record").GetRawText());
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return records;
    }

    /// <summary>Applies the change feed from a cursor to a copy.</summary>
    /// <returns>The cursor to go on from.</returns>
    public async Task<string> FollowAsync(IDictionary<string, string> copy, string? cursor)
    {
        while (true)
        {
            var page = await ReadAsync($"datasets/{Dataset}/changes?limit=1000{(cursor is null ? "" : $"&cursor={cursor}")}");
            foreach (var item in page.GetProperty("items").EnumerateArray())
            {
                var key = item.GetProperty("key").GetString()!;
                if (item.GetProperty("op").GetString() == "delete")
                    copy.Remove(key);
                else
                    copy[key] = item.GetProperty("record").GetRawText();
            }
            cursor = page.GetProperty("next").GetString()!;
            if (!page.GetProperty("more").GetBoolean())
                return cursor;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (ownsHub)
            await Hub.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    static async Task<JsonElement> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.That(answer.IsSuccessStatusCode, Is.True, $"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.PathAndQuery} answered {(int)answer.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    static string Merge(string a, string b)
    {
        var all = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(a)!;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(b)!)
            all.TryAdd(name, value);
        return JsonSerializer.Serialize(all);
    }
}
