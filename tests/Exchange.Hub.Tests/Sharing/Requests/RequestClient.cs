using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>One request for a dataset, driven through the API by whoever's turn it is.</summary>
sealed class RequestClient
{
    RequestClient(OfferedDataset dataset, JsonElement begun) => (Dataset, Last) = (dataset, begun);

    public OfferedDataset Dataset { get; }

    /// <summary>The last answer.</summary>
    public JsonElement Last { get; private set; }

    public string Id => Last.GetProperty("request").GetProperty("id").GetString()!;

    public string State => Last.GetProperty("request").GetProperty("state").GetString()!;

    public int Revision => Last.GetProperty("request").GetProperty("revision").GetInt32();

    /// <summary>A complete application.</summary>
    public static JsonObject Application(OfferedDataset dataset) => JsonNode.Parse($$$"""
        {"dataset":"{{{dataset.Name}}}","purpose":"benefit-check","legalBasis":"Benefits Act, section 7","scenario":"Checks who is entitled","frequency":"daily",
         "controller":"independent","necessity":"The district and income decide","retention":"One year, then erased","security":"Encrypted disks, four people",
         "terms":{"fields":["/name","/born","/district"],"masks":{"/born":"year"},"rows":[{"field":"/district","op":"in","values":["north","south"]}],
          "modes":["query","lookup"],"quota":{"recordsPerDay":1000},"until":"2099-01-01T00:00:00Z"}}
        """)!.AsObject();

    /// <summary>Begins one.</summary>
    public static async Task<RequestClient> DraftAsync(OfferedDataset dataset, JsonObject? application = null) => new(
        dataset,
        await OfferedDataset.SendAsync(await dataset.RequesterAsync(), HttpMethod.Post, "requests", (application ?? Application(dataset)).ToJsonString(), HttpStatusCode.Created));

    /// <summary>Begins one and takes these steps with it.</summary>
    public static async Task<RequestClient> AtAsync(OfferedDataset dataset, params string[] deeds)
    {
        var request = await DraftAsync(dataset);
        foreach (var deed in deeds)
            await request.DoAsync(deed);
        return request;
    }

    /// <summary>Does a deed as the side that does it.</summary>
    public async Task<JsonElement> DoAsync(string deed, string? body = null, HttpStatusCode? expected = null, HttpClient? by = null, string? ifMatch = null)
    {
        var amends = deed == "amend";
        var answer = await OfferedDataset.SendAsync(
            by ?? await SideAsync(deed), amends ? HttpMethod.Put : HttpMethod.Post, amends ? $"requests/{Id}" : $"requests/{Id}/{deed}",
            body ?? BodyOf(deed), expected, ifMatch ?? (amends ? $"\"{Revision}\"" : null));
        if (answer.TryGetProperty("request", out _))
            Last = answer;
        return answer;
    }

    /// <summary>Reads it again.</summary>
    public async Task<JsonElement> ReadAsync() => Last = await OfferedDataset.SendAsync(await Dataset.RequesterAsync(), HttpMethod.Get, $"requests/{Id}");

    /// <summary>A client of the side that does a deed.</summary>
    public Task<HttpClient> SideAsync(string deed) => deed switch
    {
        "return" or "pre-check" or "uphold" or "overturn" => Dataset.AdministratorAsync(),
        "ask" when State == "submitted" => Dataset.AdministratorAsync(),
        "ask" or "extend" or "approve" or "refuse" or "agree" => Dataset.StewardAsync(),
        _ => Dataset.RequesterAsync(),
    };

    /// <summary>Types of the audit events about what was done to it, the first first.</summary>
    public async Task<string[]> AuditAsync()
    {
        var events = await OfferedDataset.SendAsync(await Dataset.AdministratorAsync(), HttpMethod.Get, $"audit?subject=request:{Id}&limit=1000");
        return [.. events.GetProperty("items").EnumerateArray().Select(e => e.GetProperty("event").GetProperty("type").GetString()!).Where(type => type != nameof(DeedRefused)).Reverse()];
    }

    string? BodyOf(string deed) => deed switch
    {
        "amend" => Application(Dataset).ToJsonString(),
        "return" => """{"missing":[{"pointer":"/retention","message":"says nothing about copies"}]}""",
        "submit" or "pre-check" or "approve" or "agree" or "verify" or "withdraw" => null,
        _ => """{"reason":"For the test"}""",
    };
}
