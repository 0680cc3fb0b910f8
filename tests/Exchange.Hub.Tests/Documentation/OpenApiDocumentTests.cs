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
}
