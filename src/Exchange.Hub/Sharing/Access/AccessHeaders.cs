using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Access;

/// <summary>What a reader says about a request, in headers.</summary>
static class AccessHeaders
{
    /// <summary>Code of the purpose; needed only where grants for several purposes fit.</summary>
    public const string Purpose = "Exchange-Purpose";

    /// <summary>Number of the case that the request belongs to; it is recorded.</summary>
    public const string Case = "Exchange-Case";

    const int MaxLength = 100;

    /// <summary>One of them; null when it was not sent.</summary>
    /// <exception cref="HubException">It was sent twice, or is too long.</exception>
    public static string? Read(HttpRequest request, string header)
    {
        var values = request.Headers[header];
        if (values.Count > 1 || values.ToString().Length > MaxLength)
            throw new HubException(ErrorKind.Malformed, "malformed-header", $"The header {header} is sent twice or is longer than {MaxLength} characters. Send one short value.");
        return string.IsNullOrWhiteSpace(values) ? null : values.ToString().Trim();
    }
}
