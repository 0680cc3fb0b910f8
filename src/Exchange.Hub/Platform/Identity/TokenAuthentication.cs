using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using OpenIddict.Abstractions;
using OpenIddict.Validation.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Exchange.Hub.Platform;

/// <summary>
/// Signs in by <c>Authorization: Bearer …</c> (RFC 6750): a token <c>exh_…</c>, or the access token of a system, which
/// <see cref="OAuthServer"/> gave out. The job dashboard alone, which is for a browser and can
/// only be looked at, also takes the token as the password of a Basic sign-in.
/// </summary>
public sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options,
    ILoggerFactory loggers,
    UrlEncoder encoder,
    TokenStore tokens,
    SystemStore systems,
    KnownCallers known,
    TimeProvider time) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Bearer";

    const string BasicChallenge = "Basic realm=\"Exchange: any name, a token as password\", charset=\"UTF-8\"";

    /// <summary>What a 401 asks for.</summary>
    public static StringValues Challenges(HttpContext context) =>
        TakesBasic(context.Request) ? new StringValues([BasicChallenge, Bearer(context.Request)]) : Bearer(context.Request);

    /// <summary>The token of a header <c>Authorization: Bearer …</c>; null when it is another.</summary>
    public static string? BearerIn(AuthenticationHeaderValue header) => header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? header.Parameter : null;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!AuthenticationHeaderValue.TryParse(Request.Headers.Authorization, out var header) || TokenIn(header) is not { } token)
            return AuthenticateResult.NoResult();
        var asked = known.Forgotten;
        if (await FindHolderAsync(token) is not { } holder)
            return AuthenticateResult.Fail("unknown token");
        known.Remember(token, holder, asked);
        Context.Features.Set(holder.Caller);
        if (holder.Use is not null)
            Context.Features.Set(holder.Use);
        return AuthenticateResult.Success(new AuthenticationTicket(holder.Principal, SchemeName));
    }

    /// <inheritdoc/>
    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        var refused = Request.Headers.Authorization.Count > 0;
        if (!refused && WebPages.IsPage(Context))
        {
            WebPages.SendToSignIn(Context);
            return;
        }
        await Problem.WriteAsync(Context, new HubException(
            ErrorKind.Unauthenticated,
            refused ? "token-refused" : "token-required",
            refused ? "The token is not known here: mistyped, expired or revoked. A system asks for another at /oauth/token; for others, ask an administrator." : "The route needs a token: send Authorization: Bearer exh_…"));
    }

    async Task<TokenHolder?> FindHolderAsync(string token)
    {
        if (token.StartsWith(Token.Prefix, StringComparison.Ordinal))
            return await tokens.FindHolderAsync(token, Context.RequestAborted);
        var checkedToken = await Context.AuthenticateAsync(OpenIddictValidationAspNetCoreDefaults.AuthenticationScheme);
        return checkedToken is { Succeeded: true, Principal: { } principal }
            && Guid.TryParse(principal.GetClaim(Claims.Subject), out var system) && int.TryParse(principal.GetClaim(OAuthServer.VersionClaim), CultureInfo.InvariantCulture, out var version)
            && await systems.FindCallerAsync(system, version, Context.RequestAborted) is { } caller
                ? new TokenHolder(caller, null, principal.GetExpirationDate() ?? time.GetUtcNow())
                : null;
    }

    static string Bearer(HttpRequest request) => request.Headers.Authorization.Count == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";

    string? TokenIn(AuthenticationHeaderValue header)
    {
        if (BearerIn(header) is { } token)
            return token;
        var space = new byte[header.Parameter?.Length ?? 0];
        if (!header.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || !TakesBasic(Request)
            || !Convert.TryFromBase64String(header.Parameter ?? "", space, out var length))
            return null;
        var pair = Encoding.UTF8.GetString(space, 0, length);
        return pair[(pair.IndexOf(':', StringComparison.Ordinal) + 1)..];
    }

    static bool TakesBasic(HttpRequest request) => request.Path.StartsWithSegments(JobStore.DashboardPath, StringComparison.Ordinal);
}
