using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Signs out.</summary>
public sealed class EndSession(NpgsqlDataSource database, SessionStore sessions, IAuditTrail audit)
{
    /// <summary>Ends one session.</summary>
    public Task ExecuteAsync(PersonSession session, Caller caller, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            await sessions.EndAsync(connection, session.Id, cancellationToken);
            await audit.AppendAsync(connection, caller, new PersonSignedOut(session.PersonId), cancellationToken);
        },
        cancellationToken);
}
