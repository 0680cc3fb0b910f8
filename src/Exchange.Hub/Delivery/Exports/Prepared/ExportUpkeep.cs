using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>
/// Wakes exports whose alarm was lost or whose worker died, and deletes what nobody may fetch any more. Waking too often
/// does no harm: only one worker can claim an export.
/// </summary>
sealed class ExportUpkeep(ExportStore store, ExportFiles files, DeleteExport delete, IJobQueue jobs, TimeProvider time, ILogger<ExportUpkeep> log) : BackgroundService
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(5);

    /// <summary>An export of which there is no file any more is remembered for so long.</summary>
    static readonly TimeSpan remembered = TimeSpan.FromDays(7);

    /// <summary>One round.</summary>
    /// <param name="starting">True for the first round of a hub.</param>
    public async Task ExecuteAsync(bool starting, CancellationToken cancellationToken)
    {
        foreach (var export in await store.WakeAsync(starting, cancellationToken))
            jobs.Enqueue<ExportJob>(JobQueues.Exports, job => job.ExecuteAsync(export, CancellationToken.None));
        foreach (var export in await store.OverAsync(cancellationToken))
            await delete.ExpireAsync(export, new ExportProblem("export-expired", "The time for which the file was kept is over, and it is deleted. Prepare the export anew."), "time-over", cancellationToken);
        await store.PruneAsync(remembered, cancellationToken);
        await SweepAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(interval, time);
        var starting = true;
        do
        {
            try
            {
                await ExecuteAsync(starting, stoppingToken);
                starting = false;
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogWarning(error, "Prepared exports could not be looked after; trying again in {Seconds} s", interval.TotalSeconds);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Deletes files of exports that have none, and drafts of workers that died.</summary>
    async Task SweepAsync(CancellationToken cancellationToken)
    {
        var found = files.All().ToList();
        if (found.Count == 0)
            return;
        var known = await store.WithFilesAsync([.. found.Select(file => file.Id).Distinct()], cancellationToken);
        foreach (var (path, id, attempt) in found)
        {
            if (!known.TryGetValue(id, out var current) || attempt < current)
                File.Delete(path);
        }
    }
}
