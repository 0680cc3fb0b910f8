using System.Text;

namespace Exchange.Cli;

/// <summary>All that the command line takes from the process it runs in, so that a test can run it in-process.</summary>
public sealed record CliHost
{
    /// <summary>Where data goes: standard output, as bytes.</summary>
    public required Stream Output { get; init; }

    /// <summary>Where progress, hints and errors go: standard error.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Looks an environment variable up; null when it is not set.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The terminal behind <see cref="Output"/>; null for a file or a pipe.</summary>
    public Terminal? OutputTerminal { get; init; }

    /// <summary>The terminal behind <see cref="Error"/>; null for a file or a pipe.</summary>
    public Terminal? ErrorTerminal { get; init; }

    /// <summary>Makes the transport to the hub.</summary>
    public Func<HttpMessageHandler> Transport { get; init; } = () => new SocketsHttpHandler
    {
        AllowAutoRedirect = false, // a token is not carried to wherever an answer points
        ConnectTimeout = TimeSpan.FromSeconds(10),
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8, // case numbers are written in Chinese too
    };

    /// <summary>Standard input, for what must not stand on a command line.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Asks the person at the terminal: the prompt, and whether what is typed must not be seen. Null when nobody is there.</summary>
    public Func<string, bool, string?>? Ask { get; init; }

    /// <summary>The only clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>A screen that a person looks at.</summary>
/// <param name="Width">Columns.</param>
/// <param name="Ansi">False for a terminal that knows no escape sequences (<c>TERM=dumb</c>).</param>
public sealed record Terminal(int Width, bool Ansi = true);
