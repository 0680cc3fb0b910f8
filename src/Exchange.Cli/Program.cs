using System.Text;
using Exchange.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

BrokenPipe.EndsTheProcess();
using var output = Console.OpenStandardOutput();
return (int)await CliApp.RunAsync(args, new CliHost
{
    Output = output,
    Error = Console.Error,
    Input = Console.In,
    Environment = Environment.GetEnvironmentVariable,
    OutputTerminal = Console.IsOutputRedirected ? null : ThisTerminal(),
    Ask = Console.IsInputRedirected ? null : TypedAnswer.To,
    ErrorTerminal = Console.IsErrorRedirected ? null : ThisTerminal(),
});

static Terminal ThisTerminal()
{
    var width = Console.IsOutputRedirected && Console.IsErrorRedirected ? 0 : Console.WindowWidth;
    return new Terminal(width > 0 ? width : 80, Environment.GetEnvironmentVariable("TERM") != "dumb");
}
