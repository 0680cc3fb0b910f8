using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>
/// How every verb changes a grant: under the row's lock, so that of two people who decide at once the second sees what
/// the first did; audited in the same transaction; and heard of by the gate before the verb returns.
/// </summary>
sealed class ChangeGrant(NpgsqlDataSource database, IAuditTrail audit, GrantIndex index)
{
    /// <summary>Changes one.</summary>
    /// <param name="change">The grant after the verb, and its event; it refuses by throwing.</param>
    /// <exception cref="HubException">There is no such grant, or the verb refuses.</exception>
    public async Task<Grant> ExecuteAsync(Guid id, Caller caller, Func<Grant, (Grant Grant, IAuditEvent Deed)> change, CancellationToken cancellationToken)
    {
        var changed = await database.InTransactionAsync(
            async connection =>
            {
                var grant = await GrantStore.LockAsync(connection, id, cancellationToken)
                    ?? throw HubException.NotFound("grant-not-found", $"There is no grant {id}.");
                var (next, deed) = change(grant);
                next = next with { Revision = grant.Revision + 1 };
                await GrantStore.UpdateAsync(connection, next, cancellationToken);
                await audit.AppendAsync(connection, caller, deed, cancellationToken);
                return next;
            },
            cancellationToken);
        index.Apply(changed);
        return changed;
    }
}
