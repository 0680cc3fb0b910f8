using System.Diagnostics;
using System.Text.Json;

namespace Exchange.Hub.Tests;

/// <summary>Judges an OpenAPI document by Redocly's linter, an npm package, by its recommended rules.</summary>
static class OpenApiLint
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    static readonly string Folder = Path.Combine(Corpora.Repository, "tests/Exchange.Hub.Tests/Kit/OpenApiLint");

    /// <summary>What it finds: severity, rule, place and message.</summary>
    public static async Task<IReadOnlyList<string>> FindingsAsync(string document)
    {
        Corpora.RequireProgram("node");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Corpora.Missing($"the linter of OpenAPI is not installed; run npm ci in {Folder}");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.Of("openapi.json"), document);
        var start = new ProcessStartInfo("node", [Path.Combine(Folder, "node_modules/@redocly/cli/bin/cli.js"), "lint", "openapi.json", "--extends", "recommended", "--format", "json", "--max-problems", "1000"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        (start.Environment["REDOCLY_TELEMETRY"], start.Environment["REDOCLY_SUPPRESS_UPDATE_NOTICE"]) = ("off", "true");
        using var process = Process.Start(start)!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Patience);
        var text = await said;
        Assert.That(text, Does.StartWith("{"), await complained);
        using var report = JsonDocument.Parse(text);
        return [.. report.RootElement.GetProperty("problems").EnumerateArray().Select(Finding)];
    }

    static string Finding(JsonElement problem)
    {
        var place = problem.GetProperty("location") is { ValueKind: JsonValueKind.Array } locations && locations.GetArrayLength() > 0 && locations[0].TryGetProperty("pointer", out var pointer) ? pointer.GetString() : "";
        return $"{problem.GetProperty("severity").GetString()} {problem.GetProperty("ruleId").GetString()} {place}: {problem.GetProperty("message").GetString()}";
    }
}
