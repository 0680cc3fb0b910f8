using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Signs out: ends what a person signed in with, session or token.</summary>
public sealed class EndSession(NpgsqlDataSource database, SessionStore sessions, RevokeToken revoke, IAuditTrail audit)
{
    /// <summary>Ends what the request came with, and takes the cookie back.</summary>
    /// <exception cref="HubException">It is no person's.</exception>
    public Task ExecuteAsync(HttpContext context, Caller caller, CancellationToken cancellationToken)
    {
        if (PersonSession.Of(context) is { } session)
        {
            SessionCookies.RemoveSession(context);
            return EndAsync(session, caller, cancellationToken);
        }
        return context.Features.Get<TokenUse>() is { PersonId: not null } token
            ? revoke.ExecuteAsync(token.Id, caller, cancellationToken)
            : throw HubException.Forbidden("person-required", "Only people sign out. A system is signed out at /api/v1/systems, and a token is ended at /api/v1/tokens.");
    }

    Task EndAsync(PersonSession session, Caller caller, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            await sessions.EndAsync(connection, session.Id, cancellationToken);
            await audit.AppendAsync(connection, caller, new PersonSignedOut(session.PersonId), cancellationToken);
        },
        cancellationToken);
}
