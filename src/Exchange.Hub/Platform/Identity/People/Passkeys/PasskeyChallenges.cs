using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>What a challenge is for: one for the one is none for the other.</summary>
public enum PasskeyPurpose
{
    Add,
    SignIn,
}

/// <summary>
/// The state of a challenge between the two requests of a ceremony, in a short-lived encrypted cookie, so that strangers who
/// ask for challenges fill no table; that each is answered once is kept in <c>platform.used_challenges</c>.
/// </summary>
public sealed class PasskeyChallenges(IDataProtectionProvider protection, TimeProvider time)
{
    const string CookieName = "exchange-passkey";

    static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    readonly IDataProtector protector = protection.CreateProtector("exchange.passkey-challenge");

    /// <summary>Gives the browser the state to bring back.</summary>
    /// <param name="context">The request.</param>
    /// <param name="purpose">What the challenge is for.</param>
    /// <param name="person">Who asked; null for nobody yet.</param>
    /// <param name="state">Identity's state, with the challenge.</param>
    public void Give(HttpContext context, PasskeyPurpose purpose, Guid? person, string state)
    {
        var challenge = new Challenge(purpose, person, state, time.GetUtcNow() + Lifetime);
        context.Response.Cookies.Append(CookieName, protector.Protect(JsonSerializer.Serialize(challenge)), Options(context.Request));
    }

    /// <summary>Takes the state back from the browser.</summary>
    /// <exception cref="HubException">There is none that fits, or it is too old.</exception>
    public Challenge Take(HttpContext context, PasskeyPurpose purpose, Guid? person)
    {
        var cookie = context.Request.Cookies[CookieName];
        context.Response.Cookies.Delete(CookieName, Options(context.Request));
        if (cookie is not null && Read(cookie) is { } challenge && challenge.Purpose == purpose && challenge.Person == person && challenge.ExpiresAt > time.GetUtcNow())
            return challenge;
        throw HubException.Conflict("challenge-missing", "The browser has not been asked for this, or too long ago. Ask for the options again, then answer within five minutes.");
    }

    /// <summary>Uses a challenge up, in the connection's transaction.</summary>
    /// <exception cref="HubException">It was used before.</exception>
    public async Task UseAsync(NpgsqlConnection connection, Challenge challenge, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"delete from platform.used_challenges where expires_at < $1", [time.GetUtcNow()], cancellationToken);
        var hash = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(challenge.State));
        if (await connection.ExecuteAsync($"insert into platform.used_challenges (hash, expires_at) values ($1, $2) on conflict do nothing", [hash, challenge.ExpiresAt], cancellationToken) == 0)
            throw HubException.Conflict("challenge-used", "This challenge was answered before. Ask for the options again.");
    }

    Challenge? Read(string cookie)
    {
        try
        {
            return JsonSerializer.Deserialize<Challenge>(protector.Unprotect(cookie));
        }
        catch (Exception error) when (error is CryptographicException or JsonException)
        {
            return null; // not ours, or of another installation
        }
    }

    static CookieOptions Options(HttpRequest request) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Secure = request.IsHttps,
        Path = "/api/v1",
        MaxAge = Lifetime,
        IsEssential = true,
    };

    /// <summary>A challenge that waits for its answer.</summary>
    public sealed record Challenge(PasskeyPurpose Purpose, Guid? Person, string State, DateTimeOffset ExpiresAt);
}
