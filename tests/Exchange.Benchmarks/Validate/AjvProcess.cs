using System.Diagnostics;
using System.Text.Json;

namespace Exchange.Benchmarks.Validate;

/// <summary>ajv in a node process that is asked for one run after the other. Installed from npm on first use.</summary>
sealed class AjvProcess : IDisposable
{
    readonly Process process;

    AjvProcess(Process process) => this.process = process;

    static string Folder => Path.Combine(Path.GetTempPath(), "exchange-benchmarks", "ajv-8.20.0");

    /// <exception cref="InvalidOperationException">node or npm is not there, or ajv cannot be installed.</exception>
    public static async Task<AjvProcess> StartAsync(string schemaFile, string recordsFile)
    {
        var scripts = Path.Combine(AppContext.BaseDirectory, "Validate");
        await InstallAsync(scripts);
        var process = Start("node", [Path.Combine(scripts, "ajv.js"), Folder, schemaFile, recordsFile]);
        if (await process.StandardOutput.ReadLineAsync() != "ready")
            throw new InvalidOperationException("ajv did not start: " + await process.StandardError.ReadToEndAsync());
        return new AjvProcess(process);
    }

    static async Task InstallAsync(string scripts)
    {
        if (Directory.Exists(Path.Combine(Folder, "node_modules", "ajv-formats")))
            return;
        Directory.CreateDirectory(Folder);
        File.Copy(Path.Combine(scripts, "package.json"), Path.Combine(Folder, "package.json"), overwrite: true);
        using var npm = Start("npm", ["install", "--no-audit", "--no-fund", "--prefix", Folder]);
        var output = npm.StandardOutput.ReadToEndAsync();
        var errors = await npm.StandardError.ReadToEndAsync();
        await output;
        await npm.WaitForExitAsync();
        if (npm.ExitCode != 0)
            throw new InvalidOperationException($"npm install of ajv failed: {errors}");
    }

    static Process Start(string command, string[] arguments) =>
        Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })
        ?? throw new InvalidOperationException($"{command} did not start. Install Node.js 20 or newer.");

    /// <summary>One run over all records.</summary>
    public async Task<(double PerSecond, int Valid)> RunAsync()
    {
        await process.StandardInput.WriteLineAsync("run");
        await process.StandardInput.FlushAsync();
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("ajv ended: " + await process.StandardError.ReadToEndAsync());
        using var answer = JsonDocument.Parse(line);
        return (answer.RootElement.GetProperty("perSecond").GetDouble(), answer.RootElement.GetProperty("valid").GetInt32());
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        process.WaitForExit();
        process.Dispose();
    }
}
