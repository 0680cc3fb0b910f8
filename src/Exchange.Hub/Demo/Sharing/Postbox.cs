using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MimeKit;

namespace Exchange.Hub.Demo.Sharing;

/// <summary>A letter that arrived.</summary>
sealed record PostedLetter(string To, string Subject);

/// <summary>The city's mail server: takes every letter that the demo's hub sends, as much of SMTP (RFC 5321) as that needs.</summary>
sealed class Postbox : IAsyncDisposable
{
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly ConcurrentQueue<PostedLetter> letters = new();
    readonly CancellationTokenSource closing = new();
    readonly Task receiving;

    public Postbox()
    {
        listener.Start();
        receiving = ReceiveAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>What arrived, in order.</summary>
    public IReadOnlyCollection<PostedLetter> Letters => letters;

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync();
        listener.Stop();
        await receiving;
        closing.Dispose();
    }

    async Task ReceiveAsync()
    {
        var talks = new List<Task>();
        try
        {
            while (true)
                talks.Add(TalkAsync(await listener.AcceptTcpClientAsync(closing.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(talks);
        }
    }

    async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.Latin1); // keeps every byte as it is
                await using var writer = new StreamWriter(stream, Encoding.ASCII) { NewLine = "\r\n", AutoFlush = true };
                await writer.WriteLineAsync("220 mail.mingwan.example");
                while (await reader.ReadLineAsync(closing.Token) is { } line && await AnswerAsync(line, reader, writer))
                {
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The hub went, or the demo ends.
            }
        }
    }

    async Task<bool> AnswerAsync(string line, StreamReader reader, StreamWriter writer)
    {
        switch (line.Split(' ')[0].ToUpperInvariant())
        {
            case "DATA":
                await writer.WriteLineAsync("354 go on");
                await TakeAsync(reader);
                break;
            case "QUIT":
                await writer.WriteLineAsync("221 bye");
                return false;
        }
        await writer.WriteLineAsync("250 ok");
        return true;
    }

    async Task TakeAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        while (await reader.ReadLineAsync(closing.Token) is { } line && line != ".")
            text.Append(line).Append("\r\n");
        using var bytes = new MemoryStream(Encoding.Latin1.GetBytes(text.ToString()));
        using var message = await MimeMessage.LoadAsync(bytes, closing.Token);
        letters.Enqueue(new PostedLetter(message.To.Mailboxes.First().Address, message.Subject ?? ""));
    }
}
