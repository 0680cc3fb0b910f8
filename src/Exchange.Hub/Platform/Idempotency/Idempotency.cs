namespace Exchange.Hub.Platform;

/// <summary>Requests that are carried out once, however often they are sent.</summary>
static class Idempotency
{
    public static IServiceCollection AddIdempotency(this IServiceCollection services) => services
        .AddSingleton<KeptAnswers>()
        .AddSingleton<PruneKeptAnswers>()
        .AddHostedService<IdempotencyUpkeep>();
}

/// <summary>Forgets answers whose time is over.</summary>
sealed class PruneKeptAnswers(KeptAnswers answers)
{
    /// <summary>Called every hour.</summary>
    public Task ExecuteAsync(CancellationToken cancellationToken) => answers.PruneAsync(cancellationToken);
}

/// <summary>Sees to it that answers are forgotten by the clock.</summary>
sealed class IdempotencyUpkeep(IJobQueue jobs) : IHostedService
{
    const string EveryHour = "25 * * * *";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.Recur<PruneKeptAnswers>("platform:idempotency-pruning", JobQueues.Upkeep, prune => prune.ExecuteAsync(CancellationToken.None), EveryHour, TimeZoneInfo.Utc);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
