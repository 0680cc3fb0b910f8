using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Exchange.Hub.Tests;

/// <summary>Checks signatures of calls by programs that are none of ours: npm's standardwebhooks, and Node.js for what that does not know.</summary>
static class StandardWebhooks
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly string Folder = Path.Combine(Corpora.Repository, "tests/Exchange.Hub.Tests/Kit/StandardWebhooks");

    /// <summary>Checks a call.</summary>
    /// <param name="key">The secret (<c>whsec_…</c>) or the public key (<c>whpk_…</c>).</param>
    /// <param name="headers">The call's headers.</param>
    /// <param name="body">Its body.</param>
    /// <returns>Why the signature is not right; null when it is.</returns>
    public static async Task<string?> VerifyAsync(string key, IReadOnlyDictionary<string, string> headers, byte[] body)
    {
        Corpora.RequireProgram("node");
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")))
            Corpora.Missing($"standardwebhooks is not installed; run npm ci in {Folder}");
        using var process = Process.Start(new ProcessStartInfo("node", ["verify.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(false),
        })!;
        var (said, complained) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        var lower = headers.ToDictionary(header => header.Key.ToLowerInvariant(), header => header.Value);
        await process.StandardInput.WriteAsync(JsonSerializer.Serialize(new { key, headers = lower, body = Convert.ToBase64String(body) }));
        process.StandardInput.Close();
        await process.WaitForExitAsync().WaitAsync(Patience);
        Assert.That(process.ExitCode, Is.Zero, await complained);
        var answer = JsonSerializer.Deserialize<JsonElement>(await said);
        return answer.GetProperty("verified").GetBoolean() ? null : answer.GetProperty("why").GetString();
    }
}
