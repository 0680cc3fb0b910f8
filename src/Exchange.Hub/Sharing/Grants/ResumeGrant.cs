using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Lets a suspended grant hold again.</summary>
sealed class ResumeGrant(ChangeGrant change, TimeProvider time)
{
    /// <exception cref="HubException">No such grant, not the caller's, or its state does not allow it.</exception>
    public Task<Grant> ExecuteAsync(Guid id, Caller caller, CancellationToken cancellationToken) => change.ExecuteAsync(
        id, caller,
        grant =>
        {
            caller.RequireProvider(grant);
            caller.RequireFourEyes(grant);
            return (grant.Become(GrantState.Active, null, caller, time.GetUtcNow()), new GrantResumed(id, grant.Dataset, grant.Consumer));
        },
        cancellationToken);
}
