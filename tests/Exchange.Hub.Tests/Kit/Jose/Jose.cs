using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Exchange.Hub.Tests;

/// <summary>Verifies signatures by a program that is none of ours: npm's jose.</summary>
static class Jose
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly string Folder = Path.Combine(Corpora.Repository, "tests/Exchange.Hub.Tests/Kit/Jose");

    /// <summary>Verifies a token by a key set as the hub gives it out.</summary>
    /// <returns><c>header</c> and <c>payload</c>, or <c>error</c>.</returns>
    public static async Task<JsonElement> VerifyAsync(string token, JsonElement jwks)
    {
        Corpora.RequireProgram("node");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Corpora.Missing($"jose is not installed; run npm ci in {Folder}");
        using var process = Process.Start(new ProcessStartInfo("node", ["verify.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
            StandardOutputEncoding = Encoding.UTF8,
        })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new { token, jwks }));
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.That(process.ExitCode, Is.Zero, await complained);
        return JsonSerializer.Deserialize<JsonElement>(await said);
    }
}
