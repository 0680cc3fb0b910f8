using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Primitives;

namespace Exchange.Hub.Platform;

/// <summary>What a client calls one deed by, however often it has to send the request (draft-ietf-httpapi-idempotency-key-header).</summary>
static class IdempotencyKey
{
    /// <summary>The header that carries it.</summary>
    public const string Header = "Idempotency-Key";

    const int LongestKey = 255;

    /// <summary>Characters of a key without quotes, which many clients send: what neither a list nor parameters can be made of.</summary>
    static readonly SearchValues<char> bare = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:~+/=");

    /// <summary>Reads the key: a string of Structured Fields (RFC 9651) as the draft says, or the same without its quotes.</summary>
    /// <exception cref="HubException">It is none.</exception>
    public static string Parse(StringValues header)
    {
        var text = header is [{ } only] ? only.Trim() : "";
        var key = text is ['"', .. var inner, '"'] ? Unquote(inner) : text.AsSpan().ContainsAnyExcept(bare) ? null : text;
        return key is { Length: >= 1 and <= LongestKey }
            ? key
            : throw new HubException(ErrorKind.Malformed, "malformed-idempotency-key", $"{Header} is no key. Send one, of 1 to {LongestKey} printable ASCII characters in quotes, such as \"8e03978e-40d5-43dd-bc93-6894a57f9324\": a new one for each deed, the same one when a request is sent again.");
    }

    /// <summary>What the key of a caller is stored under; another caller's same key is another.</summary>
    public static byte[] IdOf(Caller caller, string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{caller.Id}\n{key}"));

    /// <summary>What makes a request the same one: method, path, query and body, and the role that it is asked in.</summary>
    public static byte[] FingerprintOf(HttpRequest request, Caller caller, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method}\n{request.Path}\n{request.QueryString}\n{caller.Role.ToName()}\n{caller.Department}\n"));
        hash.AppendData(body);
        return hash.GetHashAndReset();
    }

    static string? Unquote(string inner)
    {
        var key = new StringBuilder(inner.Length);
        for (var i = 0; i < inner.Length; i++)
        {
            if (inner[i] is < ' ' or > '~' or '"')
                return null;
            if (inner[i] == '\\' && (++i == inner.Length || inner[i] is not ('"' or '\\')))
                return null;
            key.Append(inner[i]);
        }
        return key.ToString();
    }
}
