using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Exchange.Hub.Tests;

/// <summary>What a mail server took.</summary>
/// <param name="Text">Head and body, as sent.</param>
public sealed record TakenLetter(string From, string To, string Text)
{
    /// <summary>One line of the head.</summary>
    public string Head(string name) =>
        Text.Split("\r\n").First(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];
}

/// <summary>
/// A small mail server on the loopback: as much of SMTP (RFC 5321) as a sender needs, with AUTH PLAIN. It can be down
/// and come up again under the same port.
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
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, new UTF8Encoding(false));
            await using var writer = new StreamWriter(stream, new UTF8Encoding(false)) { NewLine = "\r\n", AutoFlush = true };
            try
            {
                await writer.WriteLineAsync("220 mail.test ESMTP");
                await ConverseAsync(reader, writer);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client went, or the test is over.
            }
        }
    }

    async Task ConverseAsync(StreamReader reader, StreamWriter writer)
    {
        var (from, to, signedIn) = ("", "", Login is null);
        while (await reader.ReadLineAsync(closing.Token) is { } line)
        {
            switch (line.Split(' ')[0].ToUpperInvariant())
            {
                case "EHLO":
                    await writer.WriteLineAsync(Login is null ? "250 mail.test" : "250-mail.test\r\n250 AUTH PLAIN");
                    break;
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
                    if (!await TakeAsync(reader, writer, from, to))
                        return;
                    break;
                case "QUIT":
                    await writer.WriteLineAsync("221 Bye");
                    return;
                default:
                    await writer.WriteLineAsync("250 OK");
                    break;
            }
        }
    }

    async Task<bool> TakeAsync(StreamReader reader, StreamWriter writer, string from, string to)
    {
        await writer.WriteLineAsync("354 Go ahead");
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(closing.Token) is { } line && line != ".")
            text.Append(line.StartsWith('.') ? line[1..] : line).Append("\r\n");
        taken.Enqueue(new TakenLetter(from, to, text.ToString()));
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
