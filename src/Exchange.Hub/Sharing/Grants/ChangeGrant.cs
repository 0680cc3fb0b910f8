using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>
/// How every verb changes a grant: under the row's lock, so that of two people who decide at once the second sees what
/// the first did; audited in the same transaction; and heard of by the gate before the verb returns. Its provider is
/// whoever has the dataset now. A verb that is refused is told to the audit log, too.
/// </summary>
sealed class ChangeGrant(NpgsqlDataSource database, RefusalWatch refusals, IAuditTrail audit, GrantIndex index)
{
    /// <summary>Changes one.</summary>
    /// <param name="change">The grant after the verb, and its event; it refuses by throwing.</param>
    /// <exception cref="HubException">There is no such grant, or the verb refuses.</exception>
    public Task<Grant> ExecuteAsync(Guid id, Caller caller, Func<Grant, (Grant Grant, IAuditEvent Deed)> change, CancellationToken cancellationToken) =>
        refusals.WatchAsync(caller, $"grant:{id}", () => ChangeAsync(
            id,
            async (connection, grant) =>
            {
                var (next, deed) = change(grant);
                await audit.AppendAsync(connection, caller, deed, cancellationToken);
                return next;
            },
            cancellationToken));

    /// <summary>Passes one on to whoever has the dataset now.</summary>
    public Task PassOnAsync(Guid id, CancellationToken cancellationToken) => ChangeAsync(id, (_, grant) => Task.FromResult(grant), cancellationToken);

    async Task<Grant> ChangeAsync(Guid id, Func<NpgsqlConnection, Grant, Task<Grant>> change, CancellationToken cancellationToken)
    {
        var changed = await database.InTransactionAsync(
            async connection =>
            {
                var before = await GrantStore.LockAsync(connection, id, cancellationToken)
                    ?? throw HubException.NotFound("grant-not-found", $"There is no grant {id}.");
                var provider = (await DatasetHeads.FindAsync(connection, before.Dataset, cancellationToken))?.Department ?? before.Provider;
                if (provider != before.Provider)
                    await audit.AppendAsync(connection, Caller.System, new GrantPassedOn(id, before.Dataset, before.Consumer, before.Provider, provider), cancellationToken);
                var next = await change(connection, before with { Provider = provider });
                next = next with { Revision = before.Revision + 1 };
                await GrantStore.UpdateAsync(connection, next, cancellationToken);
                return next;
            },
            cancellationToken);
        index.Apply(changed);
        return changed;
    }
}
