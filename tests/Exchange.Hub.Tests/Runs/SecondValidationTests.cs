using System.Text.Json;
using Exchange.Hub.Tests.Runs.Faults;

namespace Exchange.Hub.Tests.Runs;

/// <summary>A schema with a keyword that the compiled plan leaves open: registration says so, and runs validate a second time.</summary>
public sealed class SecondValidationTests
{
    /// <summary>A part in draft 7, which lets a validator look into base64.</summary>
    const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Letter", "type": "object", "x-key": ["number"], "x-classification": "internal",
          "required": ["number"], "additionalProperties": false,
          "properties": {
            "number": {"type": "string"},
            "seal": {"$id": "https://example.org/seal", "$schema": "http://json-schema.org/draft-07/schema#", "type": "string", "contentEncoding": "base64"}
          }
        }
        """;

    const string Mapping = """{"fields": {"number": "NO", "seal": "SEAL"}}""";

    [Test]
    public async Task Registration_names_what_is_left_to_the_second_validation()
    {
        await using var hub = await TestHub.StartAsync();
        await using var pipeline = await Pipeline.AttachAsync(hub);
        var report = (await pipeline.PutAsync("schemas/letter/1.0", Schema)).GetProperty("report");
        Assert.That(report.GetProperty("uncovered").EnumerateArray().Select(u => u.GetString()), Is.EqualTo(new[]
        {
            "/properties/seal/contentEncoding: the content of texts is not looked into. A second, slower validation checks it in every run.",
        }));
        Assert.That((await pipeline.PutAsync("schemas/entry/1.0", Ledger.Schema)).GetProperty("report").GetProperty("uncovered").GetArrayLength(), Is.Zero);
    }

    [Test]
    public async Task A_run_publishes_what_passes_both_and_rejects_what_only_the_second_refuses_with_reason_and_place()
    {
        await using var pipeline = await Pipeline.StartAsync(Schema, Mapping, dataset: """{"limits":{"maxRejectPercent":60}}""");
        await pipeline.DropAsync("letters.csv", "NO,SEAL\n1,aGVsbG8=\n2,not base64!\n3,\n,aGVsbG8=\n5,d29ybGQ=\n6,%%%\n");
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("succeeded"), run.ToString());
        Assert.That((run.Count("read"), run.Count("added"), run.Count("rejected")), Is.EqualTo((6, 3, 3)), run.ToString());
        Assert.That(run.GetProperty("notes").GetArrayLength(), Is.Zero, "every record was checked twice");
        Assert.That((await pipeline.RecordsAsync()).Keys, Is.EqualTo(new[] { "1", "3", "5" }));

        var rejects = (await pipeline.ReadAsync($"runs/{run.GetProperty("id").GetGuid()}/rejects")).GetProperty("items").EnumerateArray().ToList();
        Assert.That(rejects.Select(Place).Order(), Is.EqualTo(new[]
        {
            (3, "schema-contentEncoding", "/seal", """{"NO":"2","SEAL":"not base64!"}"""),
            (5, "missing-key", "/number", """{"NO":"","SEAL":"aGVsbG8="}"""),
            (7, "schema-contentEncoding", "/seal", """{"NO":"6","SEAL":"%%%"}"""),
        }));
        Assert.That(rejects.Select(r => r.GetProperty("message").GetString()), Has.None.Contain("%%%"), "a message never holds the value");
    }

    static (long, string?, string?, string?) Place(JsonElement reject) =>
        (reject.GetProperty("row").GetInt64(), reject.GetProperty("code").GetString(), reject.GetProperty("field").GetString(), reject.GetProperty("raw").GetString());
}
