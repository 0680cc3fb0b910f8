using System.Text;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

/// <summary>Runs one command line in this process against a fake hub.</summary>
sealed class CommandLine(FakeHub hub)
{
    readonly MemoryStream output = new();
    readonly StringWriter error = new() { NewLine = "\n" };

    public Dictionary<string, string> Environment { get; } = new() { ["EXCHANGE_URL"] = "http://hub.test:5080", ["EXCHANGE_TOKEN"] = "exh_secret" };

    /// <summary>Width of the terminal; null for a pipe.</summary>
    public int? Width { get; init; }

    public TimeProvider TimeProvider { get; init; } = new HurriedTime();

    public string Out => Encoding.UTF8.GetString(output.ToArray());

    public byte[] OutBytes => output.ToArray();

    public string Error => error.ToString();

    /// <param name="line">Arguments parted by blanks; a blank inside an argument is written as ␣.</param>
    /// <param name="cancellationToken">Ctrl-C.</param>
    public Task<ExitCode> RunAsync(string line, CancellationToken cancellationToken = default)
    {
        var terminal = Width is { } width ? new Terminal(width, Ansi: false) : null;
        var args = line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(argument => argument.Replace('␣', ' ')).ToArray();
        return CliApp.RunAsync(
            args,
            new CliHost
            {
                Output = output,
                Error = error,
                Environment = name => Environment.GetValueOrDefault(name),
                Transport = () => hub.Transport,
                OutputTerminal = terminal,
                ErrorTerminal = terminal,
                TimeProvider = TimeProvider,
            },
            cancellationToken);
    }
}
