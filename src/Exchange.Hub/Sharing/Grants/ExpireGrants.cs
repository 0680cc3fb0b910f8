using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Marks the grants whose time is over. They have let nothing leave since: the gate looks at the clock itself.</summary>
sealed class ExpireGrants(GrantStore grants, ChangeGrant change, TimeProvider time)
{
    const int BatchSize = 100;

    /// <summary>One round of the job.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        while (await grants.OverAsync(time.GetUtcNow(), BatchSize, cancellationToken) is { Count: > 0 } over)
        {
            foreach (var id in over)
                await ExpireAsync(id, cancellationToken);
        }
    }

    async Task ExpireAsync(Guid id, CancellationToken cancellationToken)
    {
        try
        {
            await change.ExecuteAsync(
                id, Caller.System,
                grant => grant.Terms.Until <= time.GetUtcNow()
                    ? (grant.Become(GrantState.Expired, null, Caller.System, time.GetUtcNow()), new GrantExpired(id, grant.Dataset, grant.Consumer, grant.Terms.Until))
                    : throw HubException.Conflict("grant-renewed", $"Grant {id} was renewed."),
                cancellationToken);
        }
        catch (HubException race) when (race.Kind == ErrorKind.Conflict)
        {
            // A person has renewed or ended it since it was looked up.
        }
    }
}

/// <summary>Wakes <see cref="ExpireGrants"/> and <see cref="PassGrantsOn"/> every minute.</summary>
sealed class GrantUpkeep(IJobQueue jobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.Recur<ExpireGrants>("grants:expire", JobQueues.Upkeep, job => job.ExecuteAsync(CancellationToken.None), "* * * * *", TimeZoneInfo.Utc);
        jobs.Recur<PassGrantsOn>("grants:pass-on", JobQueues.Upkeep, job => job.ExecuteAsync(CancellationToken.None), "* * * * *", TimeZoneInfo.Utc);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
