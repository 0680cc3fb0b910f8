using System.Buffers;
using System.Text.RegularExpressions;
using Serilog.Formatting.Json;

namespace Exchange.Hub.Platform;

/// <summary>
/// The last net under every text that leaves the process by log or problem: blanks each secret that the process has
/// learned, and whatever looks like a token, even inside somebody else's exception message.
/// </summary>
public sealed partial class Redactor
{
    /// <summary>What stands where a secret stood.</summary>
    public const string Mask = "***";

    /// <summary>Shorter texts occur by chance, and blanking them would only garble the log.</summary>
    const int ShortestSecret = 6;

    readonly Lock writing = new();
    volatile Known known = new([]);

    /// <summary>Blanks this value from now on.</summary>
    public void Learn(string? secret)
    {
        if (secret is null || secret.Length < ShortestSecret)
            return;
        lock (writing)
        {
            if (!known.Longest.Contains(secret))
                known = new Known([.. known.Longest, secret, Escaped(secret)]);
        }
    }

    /// <summary>The text without secrets.</summary>
    public string Redact(string text)
    {
        var current = known;
        if (text.AsSpan().ContainsAny(current.Any))
        {
            foreach (var secret in current.Longest)
                text = text.Replace(secret, Mask, StringComparison.Ordinal);
        }
        return text.Contains(Token.Prefix, StringComparison.Ordinal) ? LooksLikeToken().Replace(text, Token.Prefix + Mask) : text;
    }

    /// <summary>As it stands inside a JSON log line.</summary>
    static string Escaped(string secret)
    {
        using var writer = new StringWriter();
        JsonValueFormatter.WriteQuotedJsonString(secret, writer);
        return writer.ToString()[1..^1];
    }

    [GeneratedRegex("exh_[0-9A-Za-z]{20,}", RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeToken();

    sealed class Known(IEnumerable<string> secrets)
    {
        /// <summary>Longest first: a secret may contain another.</summary>
        public string[] Longest { get; } = [.. secrets.Distinct().OrderByDescending(secret => secret.Length)];

        public SearchValues<string> Any => field ??= SearchValues.Create(Longest, StringComparison.Ordinal);
    }
}
