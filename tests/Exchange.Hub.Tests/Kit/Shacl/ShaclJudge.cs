using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Exchange.Hub.Tests;

/// <summary>Judges RDF by programs that are none of ours: npm's n3 and jsonld read it, rdf-validate-shacl and shacl-engine check it.</summary>
static class ShaclJudge
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    static readonly string Folder = Path.Combine(Corpora.Repository, "tests/Exchange.Hub.Tests/Kit/Shacl");

    /// <summary>Reads a graph in both forms and holds it against the official shapes of DCAT-AP 3.0.1.</summary>
    /// <param name="turtle">The graph as Turtle; this one is checked.</param>
    /// <param name="jsonLd">The graph as JSON-LD.</param>
    public static async Task<Judgement> JudgeAsync(string turtle, string jsonLd)
    {
        Corpora.RequireProgram("node");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Corpora.Missing($"the SHACL engines are not installed; run npm ci in {Folder}");
        var corpus = Corpora.Folder("dcat-ap-3.0.1");
        var shapes = new[] { "shapes.ttl", "ranges.ttl", "dcat-ap-SHACL.ttl", "shapes_recommended.ttl" }.Select(file => Path.Combine(corpus, file));
        using var process = Process.Start(new ProcessStartInfo("node", ["judge.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new { shapes, turtle, jsonld = jsonLd }));
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.That(process.ExitCode, Is.Zero, await complained);
        return JsonSerializer.Deserialize<Judgement>(await said, JsonSerializerOptions.Web)!;
    }
}

/// <summary>What the programs found.</summary>
/// <param name="Same">Whether both forms are the same graph.</param>
/// <param name="Triples">Statements in it.</param>
/// <param name="Findings">What each SHACL engine finds, by its name.</param>
sealed record Judgement(bool Same, int Triples, IReadOnlyDictionary<string, IReadOnlyList<Finding>> Findings);

/// <summary>A shape that something does not fit.</summary>
/// <param name="Severity"><c>Violation</c>, <c>Warning</c> or <c>Info</c>.</param>
/// <param name="Focus">What does not fit.</param>
/// <param name="Path">The predicate at fault.</param>
sealed record Finding(string Severity, string Focus, string Path, string Shape, string Message);
