using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Exchange.Hub.Tests;

/// <summary>What a mail server took.</summary>
/// <param name="Text">Head and body, as sent.</param>
/// <param name="Secured">Whether it came over TLS.</param>
public sealed record TakenLetter(string From, string To, string Text, bool Secured)
{
    /// <summary>One line of the head.</summary>
    public string Head(string name) =>
        Text.Split("\r\n").First(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];
}

/// <summary>
/// A small mail server on the loopback: as much of SMTP (RFC 5321) as a sender needs, with AUTH PLAIN and TLS. It can be
/// down and come up again under the same port.
/// </summary>
public sealed class SmtpServer : IAsyncDisposable
{
    readonly CancellationTokenSource closing = new();
    readonly ConcurrentQueue<TakenLetter> taken = new();
    readonly ConcurrentBag<Task> talks = [];
    TcpListener? listener;
    Task accepting = Task.CompletedTask;

    /// <summary>Where it listens, or did last.</summary>
    public int Port { get; private set; }

    /// <summary>How often somebody connected.</summary>
    public int Connections { get; private set; }

    /// <summary>What it has taken, in order.</summary>
    public IReadOnlyList<TakenLetter> Taken => [.. taken];

    /// <summary>What it answers to RCPT TO; it takes everybody by default.</summary>
    public Func<string, string> Answer { get; set; } = _ => "250 OK";

    /// <summary>Breaks the connection off once, when a letter has been sent and before it is acknowledged.</summary>
    public bool BreaksOffAfterData { get; set; }

    /// <summary>User and password that it asks for; null for none.</summary>
    public (string User, string Password)? Login { get; set; }

    /// <summary>What it proves itself with, for STARTTLS (RFC 3207); null for a server that knows no TLS.</summary>
    public X509Certificate2? Certificate { get; set; }

    /// <summary>Whether TLS begins with the first byte (RFC 8314).</summary>
    public bool TlsFromStart { get; set; }

    /// <summary>Starts to listen.</summary>
    public void Start()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    /// <summary>Stops to listen; whoever connects is refused.</summary>
    public async Task StopAsync()
    {
        listener?.Stop();
        await accepting;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await closing.CancelAsync();
        await Task.WhenAll(talks);
        closing.Dispose();
    }

    async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptTcpClientAsync();
                Connections++;
                talks.Add(TalkAsync(client));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It was stopped.
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            await using var open = client.GetStream();
            await using var secured = new SslStream(open, leaveInnerStreamOpen: true);
            try
            {
                if (TlsFromStart)
                    await SecureAsync(secured);
                if (!await ConverseAsync(TlsFromStart ? secured : open, greets: true))
                    return;
                await SecureAsync(secured);
                await ConverseAsync(secured, greets: false);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or AuthenticationException)
            {
                // The client went or did not trust, or the test is over.
            }
        }
    }

    Task SecureAsync(SslStream stream) => stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, closing.Token);

    /// <returns>Whether the client wants to go on over TLS.</returns>
    async Task<bool> ConverseAsync(Stream stream, bool greets)
    {
        using var reader = new StreamReader(stream, new UTF8Encoding(false), leaveOpen: true);
        await using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true) { NewLine = "\r\n", AutoFlush = true };
        if (greets)
            await writer.WriteLineAsync("220 mail.test ESMTP");
        return await ConverseAsync(reader, writer, stream is SslStream);
    }

    async Task<bool> ConverseAsync(StreamReader reader, StreamWriter writer, bool secured)
    {
        var (from, to, signedIn) = ("", "", Login is null);
        while (await reader.ReadLineAsync(closing.Token) is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync(Extensions(secured));
                    break;
                case "STARTTLS":
                    await writer.WriteLineAsync("220 Go ahead");
                    return true;
                case "AUTH":
                    signedIn = Encoding.UTF8.GetString(Convert.FromBase64String(line.Split(' ')[2])) == $"\0{Login!.Value.User}\0{Login.Value.Password}";
                    await writer.WriteLineAsync(signedIn ? "235 Welcome" : "535 Wrong password");
                    break;
                case "MAIL":
                    from = AddressOf(line);
                    await writer.WriteLineAsync(signedIn ? "250 OK" : "530 Sign in first");
                    break;
                case "RCPT":
                    to = AddressOf(line);
                    await writer.WriteLineAsync(Answer(to));
                    break;
                case "DATA":
                    if (!await TakeAsync(reader, writer, from, to, secured))
                        return false;
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 Bye");
                    return false;
                default:
                    await writer.WriteLineAsync("250 OK");
                    break;
            }
        }
        return false;
    }

    string Extensions(bool secured)
    {
        var known = new List<string> { "mail.test" };
        if (Certificate is not null && !secured)
            known.Add("STARTTLS");
        if (Login is not null)
            known.Add("AUTH PLAIN");
        return string.Join("\r\n", known.Select((each, index) => $"250{(index < known.Count - 1 ? '-' : ' ')}{each}"));
    }

    async Task<bool> TakeAsync(StreamReader reader, StreamWriter writer, string from, string to, bool secured)
    {
        await writer.WriteLineAsync("354 Go ahead");
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(closing.Token) is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        taken.Enqueue(new TakenLetter(from, to, text.ToString(), secured));
        if (BreaksOffAfterData)
        {
            BreaksOffAfterData = false;
            return false;
        }
        await writer.WriteLineAsync("250 Taken");
        return true;
    }

    static string AddressOf(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];
}
