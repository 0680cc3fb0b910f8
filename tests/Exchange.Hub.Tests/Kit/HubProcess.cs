using System.Diagnostics;
using System.Text;

namespace Exchange.Hub.Tests;

/// <summary>
/// The hub as a process of its own, with a private PostgreSQL of its own: for tests that kill it, or run it as another
/// user. <c>await using</c> it: it is told to stop, and must.
/// </summary>
public sealed class HubProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly Process process;
    readonly StringBuilder output = new();
    readonly TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    HubProcess(string program, IEnumerable<string> arguments)
    {
        process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" },
            EnableRaisingEvents = true,
        };
        foreach (var name in process.StartInfo.Environment.Keys.Where(name => name.StartsWith("EXCHANGE_", StringComparison.Ordinal)).ToList())
            process.StartInfo.Environment.Remove(name);
        process.OutputDataReceived += Take;
        process.ErrorDataReceived += Take;
        process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException("The hub ended before it listened."));
    }

    /// <summary>What it has said so far.</summary>
    public string Output
    {
        get
        {
            lock (output)
                return output.ToString();
        }
    }

    /// <summary>Its process number.</summary>
    public int Id => process.Id;

    /// <summary>Starts one, and waits until it listens.</summary>
    /// <param name="dataDirectory">Its data directory.</param>
    /// <param name="user">Another user of the operating system to run it as; needs root.</param>
    /// <exception cref="InvalidOperationException">It ended instead; with what it said.</exception>
    public static async Task<HubProcess> StartAsync(string dataDirectory, string? user = null)
    {
        var hub = Launch(dataDirectory, user);
        try
        {
            await hub.listening.Task.WaitAsync(Patience);
            return hub;
        }
        catch (InvalidOperationException error)
        {
            await hub.process.WaitForExitAsync();
            throw new InvalidOperationException(hub.Output, error);
        }
    }

    /// <summary>Starts one that is expected to end by itself.</summary>
    /// <returns>Its exit code, and what it said.</returns>
    public static async Task<(int ExitCode, string Output)> RunToEndAsync(string dataDirectory)
    {
        var hub = Launch(dataDirectory, null);
        await hub.process.WaitForExitAsync().WaitAsync(Patience);
        return (hub.process.ExitCode, hub.Output);
    }

    /// <summary>A client without a token.</summary>
    public async Task<HttpClient> ClientAsync() => new() { BaseAddress = await listening.Task };

    /// <summary>Ends it at once, as the operating system does when memory is short; its PostgreSQL lives on.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>Tells it to stop, and waits.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> StopAsync()
    {
        if (!process.HasExited)
        {
            using var terminate = Process.Start("kill", ["-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        return process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        process.Dispose();
    }

    static HubProcess Launch(string dataDirectory, string? user)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Exchange.Hub.dll");
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        string[] line = [dotnet, program, "--data-directory", dataDirectory, "--urls", "http://127.0.0.1:0"];
        if (user is not null)
            line = ["runuser", "-u", user, "--", .. line];
        var hub = new HubProcess(line[0], line[1..]);
        hub.process.Start();
        hub.process.BeginOutputReadLine();
        hub.process.BeginErrorReadLine();
        return hub;
    }

    void Take(object sender, DataReceivedEventArgs line)
    {
        const string Ready = "Exchange listens on ";
        lock (output)
            output.AppendLine(line.Data);
        if (line.Data?.StartsWith(Ready, StringComparison.Ordinal) == true)
            listening.TrySetResult(new Uri(line.Data[Ready.Length..]));
    }
}
