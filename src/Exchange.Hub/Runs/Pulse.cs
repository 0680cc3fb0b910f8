namespace Exchange.Hub.Runs;

/// <summary>
/// Writes a run's heartbeat and counts once a second, and stops the run when a person asked for it or when another
/// worker took it over.
/// </summary>
sealed class Pulse : IAsyncDisposable
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);
    readonly CancellationTokenSource stop;
    readonly PeriodicTimer timer;
    readonly Task beating;

    Pulse(RunStore runs, RunClaim claim, Progress progress, TimeProvider time, ILogger log, CancellationToken shutdown)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        timer = new PeriodicTimer(interval, time);
        beating = BeatAsync(runs, claim, progress, log);
    }

    /// <summary>Cancelled when the run must stop.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>True when a person asked the run to stop.</summary>
    public bool CancelRequested { get; private set; }

    /// <summary>True when another worker has the run now.</summary>
    public bool TakenOver { get; private set; }

    public static Pulse Start(RunStore runs, RunClaim claim, Progress progress, TimeProvider time, ILogger log, CancellationToken shutdown) =>
        new(runs, claim, progress, time, log, shutdown);

    public async ValueTask DisposeAsync()
    {
        timer.Dispose();
        await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    async Task BeatAsync(RunStore runs, RunClaim claim, Progress progress, ILogger log)
    {
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                var beat = await runs.BeatAsync(claim, progress.Phase, progress.Counts(), progress.RowEstimate, stop.Token);
                CancelRequested = beat is { CancelRequested: true };
                TakenOver = beat is null && await runs.IsTakenOverAsync(claim, stop.Token);
                if (CancelRequested || TakenOver)
                {
                    await stop.CancelAsync();
                    return;
                }
            }
            catch (Npgsql.NpgsqlException e)
            {
                log.LogWarning(e, "The heartbeat of run {Run} could not be written; the run goes on.", claim.Id);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
