using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>What is done for subscriptions by the clock.</summary>
sealed class SubscriptionUpkeep(IJobQueue jobs) : IHostedService
{
    const string EveryNight = "40 2 * * *";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.Recur<AttemptStore>("delivery:attempts", JobQueues.Upkeep, attempts => attempts.PruneAsync(CancellationToken.None), EveryNight, TimeZoneInfo.Utc);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
