using System.Net.Sockets;
using System.Text;

namespace Exchange.Benchmarks;

/// <summary>
/// A client that sends one request after the other on a kept connection, with as little work of its own as can be, as
/// pgbench does: blocking, and reading no more of an answer than its status and length.
/// </summary>
sealed class LeanClient : IDisposable
{
    static readonly byte[] endOfHead = "\r\n\r\n"u8.ToArray();
    static readonly byte[] lengthName = "\r\nContent-Length: "u8.ToArray();

    readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    readonly byte[] buffer = new byte[64 * 1024];
    readonly string head;

    /// <summary>Connects.</summary>
    /// <param name="hub">Where to.</param>
    /// <param name="path">What is posted to.</param>
    /// <param name="token">Who asks.</param>
    public LeanClient(Uri hub, string path, string token)
    {
        socket.Connect(hub.Host, hub.Port);
        head = $"POST {path} HTTP/1.1\r\nHost: {hub.Authority}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: ";
    }

    /// <summary>Posts a body, and takes the answer.</summary>
    /// <exception cref="InvalidOperationException">It is not 200.</exception>
    public void Post(string body)
    {
        socket.Send(Encoding.ASCII.GetBytes($"{head}{body.Length}\r\n\r\n{body}"));
        for (var read = 0; ;)
        {
            var more = socket.Receive(buffer.AsSpan(read));
            read += more;
            var answer = buffer.AsSpan(0, read);
            if (more == 0 || (read >= 12 && !answer.StartsWith("HTTP/1.1 200"u8)))
                throw new InvalidOperationException($"The hub answered {Encoding.UTF8.GetString(answer)}");
            if (answer.IndexOf(endOfHead) is var end and >= 0 && read >= end + endOfHead.Length + LengthIn(answer[..end]))
                return;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => socket.Dispose();

    static int LengthIn(ReadOnlySpan<byte> head)
    {
        var at = head.IndexOf(lengthName);
        return at >= 0 && System.Buffers.Text.Utf8Parser.TryParse(head[(at + lengthName.Length)..], out int length, out _) ? length : throw new InvalidOperationException("The answer has no length.");
    }
}
