using System.Diagnostics;
using System.Text;

namespace Exchange.Hub.Platform;

/// <summary>Runs programs of the operating system.</summary>
public static class Command
{
    /// <summary>Runs a program to its end.</summary>
    /// <param name="program">Name on PATH or path.</param>
    /// <param name="arguments">Passed as they are: no shell takes part.</param>
    /// <param name="cancellationToken">Ends the waiting and the program.</param>
    /// <param name="show">Called with each line as it comes.</param>
    /// <param name="environment">Variables to add.</param>
    public static async Task<CommandResult> RunAsync(
        string program,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken,
        Action<string>? show = null,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = new StringBuilder();
        DataReceivedEventHandler take = (_, line) =>
        {
            if (line.Data is null)
                return;
            lock (output)
                output.AppendLine(line.Data);
            show?.Invoke(line.Data);
        };
        process.OutputDataReceived += take;
        process.ErrorDataReceived += take;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await process.WaitForExitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        lock (output)
            return new CommandResult(process.ExitCode, output.ToString().Trim());
    }

    /// <summary>Full path of a program on PATH, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin"]) // an ordinary user's PATH leaves these out
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
}

/// <summary>How a program ended, and what it said on both outputs.</summary>
public sealed record CommandResult(int ExitCode, string Output);
