using System.Runtime.InteropServices;
using System.Text;
using Exchange.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// `exchange records … | head` must end with head. The runtime ignores SIGPIPE and swallows the failed write.
const int brokenPipe = 13, brokenPipeExitCode = 128 + brokenPipe;
using var pipe = OperatingSystem.IsWindows()
    ? null
    : PosixSignalRegistration.Create((PosixSignal)brokenPipe, _ => Environment.Exit(brokenPipeExitCode));

using var output = Console.OpenStandardOutput();
return (int)await CliApp.RunAsync(args, new CliHost
{
    Output = output,
    Error = Console.Error,
    Environment = Environment.GetEnvironmentVariable,
    OutputTerminal = Console.IsOutputRedirected ? null : ThisTerminal(),
    ErrorTerminal = Console.IsErrorRedirected ? null : ThisTerminal(),
});

static Terminal ThisTerminal()
{
    var width = Console.IsOutputRedirected && Console.IsErrorRedirected ? 0 : Console.WindowWidth;
    return new Terminal(width > 0 ? width : 80, Environment.GetEnvironmentVariable("TERM") != "dumb");
}
