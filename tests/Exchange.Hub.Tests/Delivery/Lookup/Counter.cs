using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Policies;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Delivery.Lookup;

/// <summary>A counter at which single records are asked for: a dataset with declared look-ups, and somebody who asks.</summary>
sealed class Counter(Stage stage, HttpClient client)
{
    /// <summary>Terms that show four fields, one of them masked.</summary>
    public static readonly Terms Shown = Granted.Everything with
    {
        Fields = ["/id", "/name", "/district", "/amount"],
        Masks = new Dictionary<string, Mask> { ["/amount"] = Mask.Last4 },
        Modes = [DeliveryMode.Lookup],
    };

    public Stage Stage => stage;

    public HttpClient Client => client;

    /// <summary>Opens one, with records a, b and c published.</summary>
    public static async Task<Counter> OpenAsync(Role role = Role.Subscriber, int? licenceDays = null, TestHub? hub = null)
    {
        var stage = await Stage.SetAsync(hub);
        await DeclareAsync(stage, """[["/district"],["/district","/born"],["/amount"]]""");
        if (licenceDays is { } days)
            await PutAsync(stage, SharingPolicies.Kind, $$$"""{"class":"conditional","modes":["lookup"],"licences":{"validForDays":{{{days}}}}}""");
        await stage.Dataset.PublishAsync([
            Record("a", """{"active":true,"amount":1250.5,"born":"1980-02-29","district":"north","id":"a","name":"Li"}"""),
            Record("b", """{"active":false,"amount":7,"born":"1990-01-01","district":"south","id":"b","name":"Müller"}"""),
            Record("c", """{"active":true,"amount":7,"born":"1990-01-02","district":"south","id":"c","name":null}""")]);
        return new Counter(stage, await stage.Hub.ClientAsync(role, stage.Consumer));
    }

    /// <summary>Declares the dataset's look-ups.</summary>
    public static Task DeclareAsync(Stage stage, string lookup) => PutAsync(
        stage, DatasetCatalog.Kind,
        $$$"""{"title":{"en":"People"},"department":"test","schema":"proof/1.0","source":"none","mapping":"none","filterable":["/district","/amount","/born"],"lookup":{{{lookup}}}}""");

    public static KeyValuePair<string, string?> Record(string key, string? doc) => KeyValuePair.Create(key, doc);

    /// <summary>Asks a question.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string route, object question, string? caseNumber = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{stage.Path}/{route}") { Content = JsonContent.Create(question) };
        if (caseNumber is not null)
            request.Headers.Add("Exchange-Case", caseNumber);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text));
    }

    /// <summary>Status and code of a refusal.</summary>
    public async Task<(int Status, string? Code)> RefusalAsync(string route, object question, string? caseNumber = null)
    {
        var (status, body) = await AskAsync(route, question, caseNumber);
        Assert.That((int)status, Is.GreaterThanOrEqualTo(400), body.ToString());
        return ((int)status, body.GetProperty("code").GetString());
    }

    /// <summary>What the record of use says, the newest first.</summary>
    public async Task<List<JsonElement>> UsesAsync(string query = "")
    {
        await stage.Hub.Services.GetRequiredService<Exchange.Hub.Sharing.Use.UseWriter>().FlushAsync(CancellationToken.None);
        var steward = await stage.Hub.ClientAsync(Role.Steward, TestDataset.Department);
        return [.. (await OfferedDataset.SendAsync(steward, HttpMethod.Get, $"datasets/{stage.Dataset.Name}/use{query}")).GetProperty("items").EnumerateArray()];
    }

    /// <summary>Codes of the refusals in the audit log, with their number.</summary>
    public async Task<List<(string Code, int Count)>> RefusalsAsync()
    {
        await stage.Hub.Services.GetRequiredService<RefusalWatch>().WriteAsync(CancellationToken.None);
        var log = await OfferedDataset.SendAsync(await stage.Hub.ClientAsync(Role.Auditor), HttpMethod.Get, $"audit?limit=1000&type=AccessRefused&subject=dataset:{stage.Dataset.Name}");
        return [.. log.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("data"))
            .GroupBy(data => data.GetProperty("code").GetString()!, data => data.GetProperty("count").GetInt32()).Select(each => (each.Key, each.Sum()))];
    }

    static Task PutAsync(Stage stage, string kind, string body) => stage.Hub.Database.InTransactionAsync(
        connection => DocumentStore.PutAsync(connection, kind, stage.Dataset.Name, JsonSerializer.Deserialize<JsonElement>(body), "test", DateTimeOffset.UnixEpoch, CancellationToken.None),
        CancellationToken.None);
}
