using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Claims;

namespace Exchange.Hub.Platform;

/// <summary>Who holds a token.</summary>
/// <param name="Caller">Who.</param>
/// <param name="Use">Which of the hub's own tokens it is; null for an access token of a system.</param>
/// <param name="Until">When it must be asked again.</param>
public sealed record TokenHolder(Caller Caller, TokenUse? Use, DateTimeOffset Until)
{
    /// <summary>The caller as the framework's principal.</summary>
    public ClaimsPrincipal Principal { get; } = Caller.ToPrincipal(TokenAuthentication.SchemeName);
}

/// <summary>
/// Who holds which token, as it was last read: most requests come with a token that came a moment ago. It is remembered
/// only while every change that a hub commits is heard of, and all of it is forgotten with each: tokens, roles and systems
/// change seldom. Of a token nothing but its hash is kept.
/// </summary>
public sealed class KnownCallers(TimeProvider time)
{
    /// <summary>What <c>platform.tell_callers_changed</c> notifies.</summary>
    public const string Channel = "exchange_callers";

    /// <summary>A token's last use is kept this coarse, so that reading does not write each time; for as long it is remembered.</summary>
    public static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(1);

    const int MostRemembered = 10_000;

    readonly Lock changing = new();
    readonly ConcurrentDictionary<string, TokenHolder> known = new(StringComparer.Ordinal);
    long forgotten;
    bool isLive;

    /// <summary>How often all was forgotten: read before the database is asked, and given to <see cref="Remember"/>.</summary>
    public long Forgotten => Interlocked.Read(ref forgotten);

    /// <summary>Signs a request in whose token is remembered.</summary>
    /// <returns>False when its holder must be asked for.</returns>
    public bool SignIn(HttpContext context)
    {
        if (!AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var header) || TokenAuthentication.BearerIn(header) is not { } token
            || !known.TryGetValue(KeyOf(token), out var holder) || holder.Until <= time.GetUtcNow())
            return false;
        context.Features.Set(holder.Caller);
        if (holder.Use is not null)
            context.Features.Set(holder.Use);
        context.User = holder.Principal;
        return true;
    }

    /// <summary>Remembers a holder, unless something has changed since it was asked for.</summary>
    /// <param name="token">The token.</param>
    /// <param name="holder">Who holds it.</param>
    /// <param name="asked"><see cref="Forgotten"/> before it was asked for.</param>
    public void Remember(string token, TokenHolder holder, long asked)
    {
        lock (changing)
        {
            if (!isLive || asked != forgotten)
                return;
            if (known.Count >= MostRemembered)
                known.Clear();
            known[KeyOf(token)] = holder;
        }
    }

    /// <summary>Forgets everybody: something has changed.</summary>
    public void Forget()
    {
        lock (changing)
        {
            forgotten++;
            known.Clear();
        }
    }

    /// <summary>Whether changes are heard of from now on.</summary>
    public void Hear(bool isHeard)
    {
        lock (changing)
        {
            isLive = isHeard;
            Forget();
        }
    }

    static string KeyOf(string token) => Convert.ToBase64String(Token.HashOf(token));
}

/// <summary>Hears of every change to tokens, roles and systems that any hub commits.</summary>
sealed class CallerListener(DatabaseLogins logins, KnownCallers known, TimeProvider time, ILogger<CallerListener> log)
    : NotificationListener("exchange callers", KnownCallers.Channel, logins, time, log)
{
    protected override Task OnListeningAsync(CancellationToken cancellationToken)
    {
        known.Hear(true);
        return Task.CompletedTask;
    }

    protected override Task OnHeardAsync(string payload, CancellationToken cancellationToken)
    {
        known.Forget();
        return Task.CompletedTask;
    }

    protected override void OnDeaf() => known.Hear(false);
}
