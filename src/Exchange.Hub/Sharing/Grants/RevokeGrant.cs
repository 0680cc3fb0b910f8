using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Takes a grant back for good, from the next byte on.</summary>
sealed class RevokeGrant(ChangeGrant change, TimeProvider time)
{
    /// <exception cref="HubException">No such grant, not the caller's, no reason, or its state does not allow it.</exception>
    public Task<Grant> ExecuteAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken) => change.ExecuteAsync(
        id, caller,
        grant =>
        {
            caller.RequireProvider(grant);
            var why = GrantParties.RequireReason(reason);
            return (grant.Become(GrantState.Revoked, why, caller, time.GetUtcNow()), new GrantRevoked(id, grant.Dataset, grant.Consumer, why));
        },
        cancellationToken);
}
