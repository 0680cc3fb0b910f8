using System.Net;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Sharing;

/// <summary>A dataset of people on a hub, with a providing and a consuming department of its own.</summary>
sealed class OfferedDataset
{
    /// <summary>Every field; the first is the key.</summary>
    public static readonly string[] Fields = ["/id", "/name", "/born", "/district", "/income", "/address", "/address/street", "/address/city"];

    const string Schema = """
        {"$schema":"https://json-schema.org/draft/2020-12/schema","title":"Person","type":"object","x-key":["id"],"required":["id"],"x-classification":"personal",
         "properties":{"id":{"type":"string"},"name":{"type":"string"},"born":{"type":"string","format":"date"},"district":{"type":"string"},"income":{"type":"number"},
          "address":{"type":"object","properties":{"street":{"type":"string"},"city":{"type":"string"}}}}}
        """;

    static int made;

    OfferedDataset(TestHub hub, int number) => (Hub, Name, Provider, Consumer) = (hub, $"people-{number}", $"provider-{number}", $"consumer-{number}");

    public TestHub Hub { get; }

    public string Name { get; }

    public string Provider { get; }

    public string Consumer { get; }

    /// <summary>Declares one.</summary>
    /// <param name="policy">Its policy; none when null.</param>
    /// <param name="hub">Where; on the shared hub when null.</param>
    public static async Task<OfferedDataset> CreateAsync(string? policy = """{"class":"conditional","modes":["lookup","query","changes"]}""", TestHub? hub = null)
    {
        var dataset = new OfferedDataset(hub ?? await TestHub.SharedAsync(), Interlocked.Increment(ref made));
        await dataset.DeclareAsync();
        if (policy is not null)
            await SendAsync(await dataset.StewardAsync(), HttpMethod.Put, $"datasets/{dataset.Name}/policy", policy);
        return dataset;
    }

    /// <summary>A steward of the providing department.</summary>
    public Task<HttpClient> StewardAsync() => Hub.ClientAsync(Role.Steward, Provider);

    /// <summary>Staff of the consuming department.</summary>
    public Task<HttpClient> RequesterAsync() => Hub.ClientAsync(Role.ItStaff, Consumer);

    /// <summary>An administrator of the hub.</summary>
    public Task<HttpClient> AdministratorAsync() => Hub.ClientAsync(Role.Administrator);

    /// <summary>Sends a document and reads the answer, demanding its status.</summary>
    public static async Task<JsonElement> SendAsync(HttpClient client, HttpMethod method, string path, string? json = null, HttpStatusCode? expected = null, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, $"/api/v1/{path}");
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var told = $"{method} {path} answered {(int)answer.StatusCode}: {text}";
        if (expected is { } status)
            Assert.That(answer.StatusCode, Is.EqualTo(status), told);
        else
            Assert.That(answer.IsSuccessStatusCode, Is.True, told);
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    async Task DeclareAsync()
    {
        var administrator = await AdministratorAsync();
        await SendAsync(administrator, HttpMethod.Put, $"departments/{Provider}", $$$"""{"title":{"en":"{{{Provider}}}"}}""");
        await SendAsync(administrator, HttpMethod.Put, $"departments/{Consumer}", $$$"""{"title":{"en":"{{{Consumer}}}"}}""");
        await SendAsync(administrator, HttpMethod.Put, $"schemas/{Name}/1.0", Schema);
        var body = JsonSerializer.SerializeToElement(new
        {
            title = new { en = $"People {Name}" },
            department = Provider,
            schema = $"{Name}/1.0",
            source = "none",
            mapping = "none",
            filterable = new[] { "/district", "/income" },
        });
        var ct = CancellationToken.None;
        await Hub.Database.InTransactionAsync(async connection =>
        {
            await DocumentStore.PutAsync(connection, DatasetCatalog.Kind, Name, body, "test", DateTimeOffset.UnixEpoch, ct);
            var id = await DatasetHeads.CreateAsync(connection, Name, Provider, DateTimeOffset.UnixEpoch, ct);
            await FilterColumns.SyncAsync(connection, await DatasetHeads.LockAsync(connection, id, ct), [("/district", FilterType.Text), ("/income", FilterType.Numeric)], ct);
        }, ct);
    }
}
