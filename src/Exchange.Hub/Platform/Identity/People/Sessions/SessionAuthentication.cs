using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Exchange.Hub.Platform;

/// <summary>Signs in by the cookie of a session. <see cref="TokenAuthentication"/> hands over to it when a request has that and no Authorization header.</summary>
public sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, SessionStore sessions)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    /// <summary>Name of the scheme.</summary>
    public const string SchemeName = "Session";

    /// <summary>Which scheme a request is for: this one, or null for the usual one.</summary>
    public static string? Select(HttpContext context) =>
        context.Request.Headers.Authorization.Count == 0 && SessionCookies.Session(context.Request) is not null ? SchemeName : null;

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SessionCookies.Session(Request) is not { } cookie)
            return AuthenticateResult.NoResult();
        if (await sessions.FindAsync(cookie, Context.RequestAborted) is not var (session, caller))
            return AuthenticateResult.Fail("unknown session");
        Context.Features.Set(session);
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(SchemeName), SchemeName));
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        if (!WebPages.IsPage(Context))
            return Problem.WriteAsync(Context, new HubException(ErrorKind.Unauthenticated, "session-ended", "The session is over: signed out, idle for too long, or its role was taken away. Sign in again."));
        WebPages.SendToSignIn(Context);
        return Task.CompletedTask;
    }
}
