using Exchange.Hub.Platform;
using Exchange.Hub.Runs.Publishing;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>
/// Wakes runs whose alarm was lost, whose worker died or whose next attempt is due, and clears up what dead runs left.
/// Waking too often does no harm: only one worker can claim a run.
/// </summary>
sealed class Reconciler(NpgsqlDataSource database, RunStore runs, IJobQueue jobs, TimeProvider time, ILogger<Reconciler> log) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(2);

    /// <summary>One round.</summary>
    /// <param name="starting">True for the first round of a hub: every run that was active belongs to the hub before.</param>
    public async Task ReconcileAsync(bool starting, CancellationToken cancellationToken)
    {
        foreach (var run in await runs.WakeAsync(starting, cancellationToken))
        {
            log.LogInformation("Run {Run} is woken", run);
            jobs.Enqueue<RunJob>(JobQueues.Runs, job => job.ExecuteAsync(run, CancellationToken.None));
        }
        await DropOrphansAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        var starting = true;
        do
        {
            try
            {
                await ReconcileAsync(starting, stoppingToken);
                starting = false;
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "Runs could not be reconciled; trying again in {Seconds} s", interval.TotalSeconds);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Drops change tables of runs that have ended: their worker died before it could.</summary>
    async Task DropOrphansAsync(CancellationToken cancellationToken)
    {
        var orphans = await database.QueryAsync(
            $"""
            select t.tablename from pg_tables t
            join runs.runs r on starts_with(t.tablename, {new Literal(ChangeTables.Prefix)} || replace(r.id::text, '-', ''))
            where t.schemaname = 'data' and starts_with(t.tablename, {new Literal(ChangeTables.Prefix)})
              and r.state in ('succeeded', 'failed', 'cancelled', 'discarded') and r.ended_at < $1
            """,
            [time.GetUtcNow() - RunStore.HeartbeatGrace], row => row.GetString(0), cancellationToken);
        foreach (var orphan in orphans)
            await database.ExecuteAsync(ChangeTables.DropLeftBehind(orphan), [], cancellationToken);
    }
}
