namespace Exchange.Hub.Platform;

/// <summary>Gives a person who is signed in another password; what was signed in elsewhere is signed out.</summary>
public sealed class ChangePassword(PersonStore people, Passwords passwords, SessionStore sessions, IAuditTrail audit)
{
    /// <summary>Changes it.</summary>
    /// <exception cref="HubException">The old one is wrong, or the new one will not do.</exception>
    public async Task ExecuteAsync(PersonSession session, string password, string replacement, Caller caller, HttpContext context, CancellationToken cancellationToken)
    {
        await passwords.ConfirmAsync(session, password, context, cancellationToken);
        await people.InTransactionAsync(
            async connection =>
            {
                var person = await people.LockAsync(session.PersonId, cancellationToken);
                await passwords.SetAsync(person, replacement, "/replacement", cancellationToken);
                await sessions.EndAllAsync(connection, person.Id, but: session.Id, cancellationToken);
                await audit.AppendAsync(connection, caller, new PasswordChanged(person.Id, ByLink: false), cancellationToken);
            },
            cancellationToken);
    }
}
