using System.Text.Json;
using Exchange.Hub.Delivery.Subscriptions;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>How a call went.</summary>
/// <param name="At">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Request">What was sent, as JSON for the log: no secrets, no records.</param>
/// <param name="Status">The status of the answer; null when there was none.</param>
/// <param name="Problem">Why it failed; null when the target took it.</param>
sealed record WebhookAnswer(DateTimeOffset At, TimeSpan Duration, string Request, int? Status, PushProblem? Problem)
{
    /// <summary>Status and headers, for the log.</summary>
    public string? Response { get; init; }

    /// <summary>The beginning of what the target said.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the body may have left the hub.</summary>
    public bool Left { get; init; } = true;

    /// <summary>Whether the target refuses what this call holds, and might take another.</summary>
    public bool RefusesContent => Status is { } status && WebhookStatus.Refusals.Contains(status);
}

/// <summary>What a status means.</summary>
static class WebhookStatus
{
    /// <summary>A target that asks for more patience than this is looked at after this.</summary>
    static readonly TimeSpan longestWait = TimeSpan.FromHours(12);

    /// <summary>The call itself is wrong, whenever it is sent: bad request, conflict, content too large, unprocessable.</summary>
    public static readonly int[] Refusals = [400, 409, 413, 422];

    /// <summary>What is the matter; null when nothing is.</summary>
    /// <param name="status">The answer's.</param>
    /// <param name="retryAfter">When the target wants to be called again.</param>
    public static PushProblem? ProblemOf(int status, TimeSpan? retryAfter) => status switch
    {
        >= 200 and < 300 => null,
        410 => new("webhook-gone", "The target answered 410: it wants no more calls. Resume the subscription when it does, or end it.", IsFinal: true),
        429 or 503 => new("webhook-busy", $"The target answered {status}: it has too much to do.", Bounded(retryAfter)),
        >= 300 and < 400 => new("webhook-redirected", $"The target answered {status}, a redirect. Redirects are not followed: give the subscription the address that it leads to."),
        401 or 403 => new("webhook-not-allowed", $"The target answered {status}: it does not accept the hub. See to its keys and to the subscription's headers."),
        404 => new("webhook-not-found", "The target answered 404: nothing is at that address. Correct the address or the target."),
        _ when Refusals.Contains(status) => new("webhook-refused", $"The target answered {status}: it refuses what the call holds."),
        _ => new("webhook-failed", $"The target answered {status}."),
    };

    static TimeSpan? Bounded(TimeSpan? asked) => asked is not { } wait ? null
        : wait < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1)
        : wait > longestWait ? longestWait : wait;

    /// <summary>What is the matter where there was no answer.</summary>
    public static PushProblem ProblemOf(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => new("webhook-unreachable", "The target's name cannot be found."),
        HttpRequestError.SecureConnectionError => new("webhook-not-secure", "No secure connection to the target comes about: its certificate must be valid for the address and come from an authority that the hub trusts."),
        HttpRequestError.ConnectionError => new("webhook-unreachable", "Nobody answers at the target's address."),
        _ => new("webhook-broken-off", "The target broke the connection off, or its answer is not HTTP."),
    };
}
