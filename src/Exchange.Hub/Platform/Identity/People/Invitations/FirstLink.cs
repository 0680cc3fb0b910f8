using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Lets the first person in: while nobody among people is an administrator, each start makes a one-time link, which takes
/// the place of the one before. It goes to the console, once, and nowhere else: whoever starts the hub reads it there, and
/// a console that is collected later tells of a link that is used or over.
/// </summary>
public sealed class FirstLink(NpgsqlDataSource database, Administrators administrators, InvitationStore invitations)
{
    /// <summary>Makes the link where it is needed.</summary>
    public Task<OneTimeLink?> EnsureAsync(CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection => await administrators.IsPersonAsync(connection, cancellationToken)
            ? null
            : await invitations.MakeAsync(connection, InvitationKind.First, null, Caller.System, cancellationToken),
        cancellationToken);
}
