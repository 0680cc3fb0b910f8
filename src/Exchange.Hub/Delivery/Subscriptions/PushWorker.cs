using System.Collections.Concurrent;
using System.Threading.Channels;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>
/// Sends to subscriptions what is published. It claims those that are due in batches, and works on each by itself, so
/// that one which is slow holds up no other: after a moment it gives its place to the next, and goes on beside. Those
/// that fail have places of their own: dead targets, however many, take none from the living. Several hubs may do so on
/// one database.
/// </summary>
sealed class PushWorker(
    SubscriptionStore subscriptions, PushOne push, PublicationNews news, TimeProvider time, ILogger<PushWorker> log) : BackgroundService
{
    /// <summary>Subscriptions that are worked on at the same time, among those that do well and among those that fail.</summary>
    const int WellPlaces = 64;
    const int AilingPlaces = 16;

    /// <summary>Subscriptions that are worked on in all, the slow ones too: each has some calls in memory.</summary>
    const int MostWork = 512;

    /// <summary>Work that takes longer gives its place to others.</summary>
    static readonly TimeSpan brisk = TimeSpan.FromSeconds(1);

    /// <summary>A worker that died is replaced after so long.</summary>
    static readonly TimeSpan lease = TimeSpan.FromSeconds(30);
    static readonly TimeSpan renewal = TimeSpan.FromSeconds(10);

    /// <summary>At least so often the database is asked, whatever was heard.</summary>
    static readonly TimeSpan longestWait = TimeSpan.FromSeconds(30);
    static readonly TimeSpan shortestWait = TimeSpan.FromMilliseconds(20);

    /// <summary>Where all places are taken: whoever ends says so, and whoever is slow is noticed then.</summary>
    static readonly TimeSpan fullWait = TimeSpan.FromMilliseconds(20);
    static readonly TimeSpan afterTrouble = TimeSpan.FromSeconds(1);

    readonly ConcurrentDictionary<Guid, Work> working = new();
    readonly ConcurrentDictionary<int, bool> published = new();
    readonly Channel<bool> nudges = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    volatile bool anyPublished = true; // what was published before this hub started was not heard

    /// <summary>Looks at once whether something is due.</summary>
    public void Nudge() => nudges.Writer.TryWrite(true);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        news.Published += Hear;
        var renewing = RenewAllAsync(stoppingToken);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var wait = await RoundAsync(stoppingToken);
                Task nudged = nudges.Reader.WaitToReadAsync(stoppingToken).AsTask();
                await nudged.WaitAsync(wait, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                nudges.Reader.TryRead(out _);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // told to stop
        }
        finally
        {
            news.Published -= Hear;
            await Task.WhenAll([.. working.Values.Select(work => work.Running), renewing]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Takes what is due; how long to wait until something may be.</summary>
    async Task<TimeSpan> RoundAsync(CancellationToken stoppingToken)
    {
        try
        {
            await WakeAsync(stoppingToken);
            var full = !await ClaimAsync(ailing: false, WellPlaces, stoppingToken) | !await ClaimAsync(ailing: true, AilingPlaces, stoppingToken);
            var wait = await subscriptions.NextDueAsync(stoppingToken) - time.GetUtcNow() ?? longestWait;
            return wait < fullWait && full ? fullWait : wait < shortestWait ? shortestWait : wait > longestWait ? longestWait : wait;
        }
        catch (NpgsqlException e)
        {
            log.LogWarning("Subscriptions cannot be looked at now: {Problem}", e.Message);
            return afterTrouble;
        }
    }

    async Task WakeAsync(CancellationToken cancellationToken)
    {
        if (anyPublished)
        {
            anyPublished = false;
            await OrHearAgainAsync(() => subscriptions.WakeAsync(null, time.GetUtcNow(), cancellationToken), () => anyPublished = true);
        }
        var datasets = published.Keys.ToArray();
        if (datasets.Length == 0)
            return;
        foreach (var dataset in datasets)
            published.TryRemove(dataset, out _);
        await OrHearAgainAsync(() => subscriptions.WakeAsync(datasets, time.GetUtcNow(), cancellationToken), () => anyPublished = true);
    }

    static async Task OrHearAgainAsync(Func<Task> wake, Action hear)
    {
        try
        {
            await wake();
        }
        catch
        {
            hear();
            throw;
        }
    }

    /// <returns>False when all places are taken: more may be due.</returns>
    async Task<bool> ClaimAsync(bool ailing, int places, CancellationToken stoppingToken)
    {
        var taken = working.Values.Count(work => work.Ailing == ailing && (ailing || time.GetElapsedTime(work.Since) < brisk));
        var free = Math.Min(places - taken, MostWork - working.Count);
        if (free <= 0)
            return false;
        var claims = await subscriptions.ClaimAsync(ailing, free, time.GetUtcNow(), lease, stoppingToken);
        foreach (var claim in claims)
        {
            var own = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            var started = new TaskCompletionSource();
            working[claim.Lease] = new Work(WorkAsync(claim, own, started.Task), ailing, time.GetTimestamp(), own);
            started.SetResult();
        }
        return claims.Count < free;
    }

    async Task WorkAsync(PushClaim claim, CancellationTokenSource own, Task started)
    {
        await started.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            await push.ExecuteAsync(claim, own.Token);
        }
        catch (Exception e)
        {
            // What it was about is tried again when its lease is over.
            log.LogError(e, "The push of subscription {Subscription} could not be settled", claim.Subscription.Id);
        }
        finally
        {
            working.TryRemove(claim.Lease, out _);
            own.Dispose();
            Nudge();
        }
    }

    /// <summary>Keeps what is worked on, and stops work on what was taken away: paused, ended, or another worker's.</summary>
    async Task RenewAllAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(renewal, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var held = working.ToArray();
            if (held.Length == 0)
                continue;
            try
            {
                var kept = await subscriptions.RenewAsync([.. held.Select(work => work.Key)], time.GetUtcNow() + lease, stoppingToken);
                foreach (var (key, work) in held.ExceptBy(kept, work => work.Key))
                    await work.StopAsync();
            }
            catch (NpgsqlException e)
            {
                log.LogWarning("Leases of deliveries cannot be renewed now: {Problem}", e.Message);
            }
        }
    }

    void Hear(int? dataset)
    {
        if (dataset is { } one)
            published[one] = true;
        else
            anyPublished = true;
        Nudge();
    }

    sealed record Work(Task Running, bool Ailing, long Since, CancellationTokenSource Own)
    {
        public async Task StopAsync()
        {
            try
            {
                await Own.CancelAsync();
            }
            catch (ObjectDisposedException)
            {
                // it has just ended
            }
        }
    }
}
