using System.Diagnostics;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Runs.Faults;

/// <summary>A hub in a process of its own, to be killed.</summary>
sealed class HubProcess : IAsyncDisposable
{
    readonly Process process;

    HubProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    /// <summary>Starts the program as an operator would and waits until it listens.</summary>
    /// <param name="folder">Its data directory.</param>
    /// <param name="logins">Its database.</param>
    /// <param name="settings">Settings besides, as EXCHANGE_* has them.</param>
    public static async Task<HubProcess> StartAsync(string folder, DatabaseLogins logins, params IEnumerable<(string Name, string Value)> settings)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Exchange.Hub.dll")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["EXCHANGE_CONNECTION_STRING"] = logins.Application;
        start.Environment["EXCHANGE_OWNER_CONNECTION_STRING"] = logins.Owner;
        start.Environment["EXCHANGE_DATA_DIRECTORY"] = folder;
        start.Environment["EXCHANGE_URLS"] = "http://127.0.0.1:0";
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        const string listening = "Exchange listens on ";
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(listening, StringComparison.Ordinal))
                return new HubProcess(process, new Uri(line[listening.Length..]));
        }
        throw new InvalidOperationException($"The hub did not start: {await errors}");
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await KillAsync();
        process.Dispose();
    }
}
