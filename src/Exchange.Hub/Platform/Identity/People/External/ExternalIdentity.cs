using System.Security.Claims;

namespace Exchange.Hub.Platform;

/// <summary>Who an OpenID Connect provider says that somebody is.</summary>
/// <param name="Issuer">The provider.</param>
/// <param name="Subject">The account there; never given to another person (OpenID Connect Core 1.0, section 2).</param>
/// <param name="Email">Address, where it tells one.</param>
/// <param name="EmailVerified">Whether the provider has made sure that the address is theirs.</param>
public sealed record ExternalIdentity(string Issuer, string Subject, string? Email, bool EmailVerified)
{
    /// <summary>Claims that are taken from the ID token or the UserInfo endpoint.</summary>
    public static IReadOnlyList<string> OptionalClaims { get; } = ["email", "email_verified"];

    /// <summary>What the checked claims say.</summary>
    public static ExternalIdentity Of(ClaimsPrincipal claims)
    {
        var subject = claims.FindFirst("sub") ?? throw new InvalidOperationException("An ID token without sub passed the checks.");
        return new ExternalIdentity(subject.Issuer, subject.Value, claims.FindFirst("email")?.Value, bool.TryParse(claims.FindFirst("email_verified")?.Value, out var verified) && verified);
    }
}
