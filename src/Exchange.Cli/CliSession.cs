using System.CommandLine;
using System.Text;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli;

/// <summary>What the verbs of one command line share: the hub, the two screens, the environment and the clock.</summary>
sealed class CliSession : IDisposable
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    readonly CliHost host;
    string? givenUrl;
    HubClient? hub;

    public CliSession(CliHost host)
    {
        this.host = host;
        var plain = !string.IsNullOrEmpty(host.Environment("NO_COLOR"));
        OutText = new StreamWriter(host.Output, new UTF8Encoding(false), leaveOpen: true) { AutoFlush = false };
        Out = new Screen(OutText, host.OutputTerminal, plain);
        Error = new Screen(host.Error, host.ErrorTerminal, plain);
        StoredTokens = new StoredTokens(host.Environment);
    }

    /// <summary>The one option that every verb knows.</summary>
    public Option<string?> Url { get; } = new("--url")
    {
        Description = "Address of the hub; default is EXCHANGE_URL, then " + DefaultUrl + ".",
        HelpName = "address",
        Recursive = true,
    };

    /// <summary>Standard output for people.</summary>
    public Screen Out { get; }

    /// <summary>Standard error for people.</summary>
    public Screen Error { get; }

    public TextWriter OutText { get; }

    /// <summary>Standard input.</summary>
    public TextReader Input => host.Input;

    public TextWriter ErrorText => host.Error;

    public TimeProvider TimeProvider => host.TimeProvider;

    public Func<string, string?> Environment => host.Environment;

    /// <summary>The token of the environment; else the one that <c>sign-in</c> has kept for this hub.</summary>
    public string? Token => host.Environment("EXCHANGE_TOKEN") is { Length: > 0 } token ? token.Trim() : StoredTokens.Find(HubAddress.Url);

    /// <summary>What <c>sign-in</c> has kept.</summary>
    public StoredTokens StoredTokens { get; }

    /// <summary>Address of the hub and where it was said.</summary>
    public (string Url, string SaidBy) HubAddress =>
        givenUrl is not null ? (givenUrl, "--url")
        : host.Environment("EXCHANGE_URL") is { Length: > 0 } url ? (url, "EXCHANGE_URL")
        : (DefaultUrl, "the default");

    /// <exception cref="CliException">The address is not one of HTTP.</exception>
    public HubClient Hub => hub ??= new HubClient(host.Transport(), HubAddress, Token);

    public void UseUrl(string? url) => givenUrl = url;

    /// <summary>A way to the hub of its own, with another token or none.</summary>
    public HubClient NewHub(string? token = null) => new(host.Transport(), HubAddress, token);

    /// <summary>Asks the person.</summary>
    /// <exception cref="CliException">Nobody is there, or says nothing.</exception>
    public string Ask(string prompt, bool hidden)
    {
        Flush();
        return host.Ask?.Invoke(prompt, hidden) is { Length: > 0 } answer
            ? answer
            : throw new CliException(ExitCode.Usage, "Nobody answers.") { Fix = "Signing in asks a person at a terminal. A program uses a token by EXCHANGE_TOKEN." };
    }

    /// <summary>One line of standard input.</summary>
    /// <param name="what">What it is to hold.</param>
    /// <exception cref="CliException">There is none.</exception>
    public string ReadLine(string what) => host.Input.ReadLine()?.Trim() is { Length: > 0 } line
        ? line
        : throw new CliException(ExitCode.Usage, $"Standard input holds no {what}.") { Fix = $"Pipe one line with the {what} into the command." };

    /// <summary>Standard output as bytes; what was written as text before comes first.</summary>
    public Stream OutBytes()
    {
        OutText.Flush();
        return host.Output;
    }

    /// <summary>Writes one answer of the hub, set out for reading.</summary>
    public void WriteJson(JsonElement element) => OutText.WriteLine(JsonSerializer.Serialize(element, Json.Indented));

    /// <summary>Writes each item as one line, as the hub spelt it.</summary>
    public void WriteNdjson(IEnumerable<JsonElement> items)
    {
        foreach (var item in items)
            OutText.WriteLine(item.GetRawText());
    }

    /// <summary>A word to the person on standard error, after the data.</summary>
    public void Hint(FormattableString markup)
    {
        Flush();
        Error.Line(markup);
    }

    public void Flush()
    {
        OutText.Flush();
        host.Output.Flush();
        host.Error.Flush();
    }

    public void Dispose()
    {
        OutText.Dispose();
        hub?.Dispose();
    }
}
