using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Platform;
using Exchange.Tests;

namespace Exchange.Hub.Tests.Documentation;

/// <summary>What other departments' systems are written against changes only on purpose.</summary>
public sealed class OpenApiDocumentTests
{
    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Test]
    public async Task The_description_of_the_API_is_the_approved_one()
    {
        var hub = await TestHub.SharedAsync();
        var client = await hub.ClientAsync(Role.Auditor);
        var document = JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!;
        Approved.File("tests/Exchange.Hub.Tests/Approved/openapi.v1.json", document.ToJsonString(Readable));
    }

    [Test]
    public async Task The_description_of_the_API_lints_clean()
    {
        var hub = await TestHub.SharedAsync();
        var document = await (await hub.ClientAsync(Role.Auditor)).GetStringAsync("/openapi/v1.json");
        Assert.That(await OpenApiLint.FindingsAsync(document), Is.Empty);
    }

    [Test]
    public async Task The_linter_finds_what_is_wrong() =>
        Assert.That(
            await OpenApiLint.FindingsAsync("""{"openapi":"3.1.0","info":{"title":"x","version":"1"},"paths":{"/a":{"get":{"responses":{"200":{"description":"ok"}}}}}}"""),
            Has.Some.StartsWith("error security-defined"));
}
