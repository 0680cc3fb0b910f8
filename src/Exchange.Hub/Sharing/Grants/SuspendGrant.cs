using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Sets a grant aside: nothing leaves under it, open streams stop, and it can be resumed.</summary>
sealed class SuspendGrant(ChangeGrant change, TimeProvider time)
{
    /// <exception cref="HubException">No such grant, not the caller's, no reason, or its state does not allow it.</exception>
    public Task<Grant> ExecuteAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken) => change.ExecuteAsync(
        id, caller,
        grant =>
        {
            caller.RequireProvider(grant);
            var why = GrantParties.RequireReason(reason);
            return (grant.Become(GrantState.Suspended, why, caller, time.GetUtcNow()), new GrantSuspended(id, grant.Dataset, grant.Consumer, why));
        },
        cancellationToken);
}
