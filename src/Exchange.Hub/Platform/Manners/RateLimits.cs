using System.Globalization;

namespace Exchange.Hub.Platform;

/// <summary>
/// Holds callers to their rate, and says in <c>RateLimit-Policy</c> and <c>RateLimit</c> what it is and what is left
/// (draft-ietf-httpapi-ratelimit-headers). A request counts once, when it comes, however long its answer takes.
/// </summary>
sealed class RateLimits(RequestDelegate next, RequestRates rates)
{
    const string CallerPolicy = "caller";
    const string NetworkPolicy = "network";

    /// <summary>Called by the framework, after it knows who asks.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (Caller.Of(context) is { } caller)
        {
            if (rates.Callers is { } rate)
                Take(context, rate, CallerPolicy, caller.Id, $"You may send {rate.Burst} requests in {rate.Window.TotalSeconds:0.#} seconds. Wait as long as Retry-After says.");
        }
        else
        {
            StrangerLimits.Take(context, rates);
        }
        return next(context);
    }

    /// <summary>Takes a request from a rate; once for each request.</summary>
    public static void Take(HttpContext context, RequestRate rate, string policy, string who, string refusal)
    {
        var left = context.RequestServices.GetRequiredService<RequestRates>().Take(rate, who);
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";q={rate.Burst};w={Math.Ceiling(rate.Window.TotalSeconds):0}");
            headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{policy}\";r={left.Remaining};t={Math.Ceiling(left.Full.TotalSeconds):0}");
            return Task.CompletedTask;
        });
        if (left.Wait is { } wait)
            throw new HubException(ErrorKind.TooManyRequests, "too-many-requests", refusal) { RetryAfter = wait };
    }

    /// <summary>
    /// Stands before authentication, which costs a look into the database, and which answers OAuth by itself: whoever shows
    /// nothing to be known by is a stranger at once; others are when what they show is not known.
    /// </summary>
    public sealed class StrangerLimits(RequestDelegate next, RequestRates rates)
    {
        static readonly object counted = new();

        /// <summary>Called by the framework.</summary>
        public Task InvokeAsync(HttpContext context)
        {
            var request = context.Request;
            if ((request.Headers.Authorization.Count == 0 && SessionCookies.Session(request) is null) || request.Path.StartsWithSegments("/oauth", StringComparison.Ordinal))
                Take(context, rates);
            return next(context);
        }

        /// <summary>Takes a request of a stranger from the rate of its network; whether the hub lives may be asked always.</summary>
        public static void Take(HttpContext context, RequestRates rates)
        {
            if (rates.Strangers is not { } rate || context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal) || !context.Items.TryAdd(counted, true))
                return;
            var network = GuessLimits.NetworkOf(context.Connection.RemoteIpAddress);
            RateLimits.Take(context, rate, NetworkPolicy, network, $"Your network may send {rate.Burst} requests a minute without signing in. Wait as long as Retry-After says, or sign in.");
        }
    }
}
