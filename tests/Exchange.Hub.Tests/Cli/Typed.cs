using System.Text;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

/// <summary>Lines that are typed at a whole hub.</summary>
static class Typed
{
    /// <summary>Types one line; a blank inside an argument is written as ␣.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="token">Whose line it is.</param>
    /// <param name="line">Without <c>exchange</c>.</param>
    /// <param name="expected">How it must end.</param>
    /// <param name="input">Standard input.</param>
    /// <returns>Both streams.</returns>
    public static async Task<string> RunAsync(TestHub hub, string token, string line, ExitCode expected = ExitCode.Ok, string input = "")
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        using var typed = new StringReader(input);
        var code = await CliApp.RunAsync([.. line.Split(' ').Select(argument => argument.Replace('␣', ' '))], new CliHost
        {
            Output = output,
            Error = error,
            Input = typed,
            Environment = name => name switch { "EXCHANGE_URL" => hub.Address.ToString(), "EXCHANGE_TOKEN" => token, _ => null },
        });
        var said = Encoding.UTF8.GetString(output.ToArray()) + error;
        Assert.That(code, Is.EqualTo(expected), $"exchange {line}\n{said}");
        return said;
    }
}
