using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Ends a grant that has served its purpose.</summary>
sealed class CompleteGrant(ChangeGrant change, TimeProvider time)
{
    /// <exception cref="HubException">No such grant, not the caller's, or its state does not allow it.</exception>
    public Task<Grant> ExecuteAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken) => change.ExecuteAsync(
        id, caller,
        grant =>
        {
            caller.RequireParty(grant);
            return (grant.Become(GrantState.Completed, reason, caller, time.GetUtcNow()), new GrantCompleted(id, grant.Dataset, grant.Consumer, reason));
        },
        cancellationToken);
}
