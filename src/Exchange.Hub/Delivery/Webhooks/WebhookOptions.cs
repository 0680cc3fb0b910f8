using System.Globalization;
using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>How calls are signed (Standard Webhooks).</summary>
public enum WebhookSignature
{
    /// <summary>HMAC-SHA256 with a secret that both sides have: <c>v1</c>.</summary>
    Hmac,

    /// <summary>Ed25519 with a key that only the hub has: <c>v1a</c>.</summary>
    Ed25519,

    /// <summary>By both.</summary>
    Both,
}

/// <summary>Where a webhook calls, and how.</summary>
public sealed partial record WebhookOptions : IOptionRules
{
    const int MostHeaders = 20;
    const int LongestHeaders = 8 * 1024;

    static readonly string[] ownHeaders = ["host", "connection", "transfer-encoding", "expect", "upgrade", "te", "trailer", "keep-alive"];

    [Option("Address that is called with POST: https; http only to hosts that the hub's setting outboundAllow names.", Required = true, Example = "https://systems.social.example/hooks/companies")]
    public string Url { get; init; } = "";

    [Option("Most changes in one call.", Minimum = 1, Maximum = 1000)]
    public int BatchSize { get; init; } = 100;

    [Option("Bytes after which a call takes no more changes; it holds one in any case.", Minimum = 1024, Maximum = 8 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 512 * 1024;

    [Option("Seconds within which a call must be answered.", Minimum = 1, Maximum = 60)]
    public int TimeoutSeconds { get; init; } = 15;

    [Option("Signatures that a new subscription begins with; keys of both kinds are added and ended later.")]
    public WebhookSignature Signature { get; init; } = WebhookSignature.Hmac;

    [Option("Headers that each call has besides, one on a line, such as the token of a gateway.", Secret = true, Example = "Authorization: Bearer …")]
    public string? Headers { get; init; }

    /// <summary>The address.</summary>
    internal Uri Address => field ??= new Uri(Url);

    /// <summary>Name and value of each header besides.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> MoreHeaders => field ??= [.. Lines().Select(line => line.Split(':', 2)).Select(parts => KeyValuePair.Create(parts[0].Trim(), parts[1].Trim()))];

    /// <inheritdoc/>
    public IEnumerable<(string Option, string Message)> BrokenRules()
    {
        if (ProblemOfUrl() is { } problem)
            yield return ("url", problem);
        foreach (var (line, number) in Lines().Select((line, index) => (line, index + 1)))
        {
            if (HeaderLine().Match(line) is not { Success: true } header)
                yield return ("headers", string.Create(CultureInfo.InvariantCulture, $"line {number} is not \"Name: value\" in visible ASCII"));
            else if (IsOwn(header.Groups["name"].Value))
                yield return ("headers", $"{header.Groups["name"].Value} is a header that the hub writes itself");
        }
        if (Lines().Count() > MostHeaders || Headers?.Length > LongestHeaders)
            yield return ("headers", $"at most {MostHeaders} headers of {LongestHeaders} bytes");
    }

    string? ProblemOfUrl()
    {
        if (!Uri.TryCreate(Url, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && address.Scheme != Uri.UriSchemeHttp) || address.Host.Length == 0)
            return "is not an https address";
        if (address.UserInfo.Length > 0)
            return "holds a user or a password; give them as a header: Authorization: Basic …";
        if (address.Fragment.Length > 0)
            return "holds a fragment (#…), which is never sent";
        return address.Port is 80 or 443 or >= 1024 ? null : $"port {address.Port} is not for HTTP; 80, 443 and those from 1024 on are";
    }

    IEnumerable<string> Lines() => (Headers ?? "").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    static bool IsOwn(string name) =>
        ownHeaders.Contains(name, StringComparer.OrdinalIgnoreCase)
        || Array.Exists(["content-", "webhook-", "proxy-"], prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    [GeneratedRegex(@"^(?<name>[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100})\s*:\s*[\x20-\x7e]+$")]
    private static partial Regex HeaderLine();
}
