using Npgsql;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>Writes once a second how far an export has come, and stops it when it was deleted or taken over.</summary>
sealed class ExportPulse : IAsyncDisposable
{
    static readonly TimeSpan interval = TimeSpan.FromSeconds(1);

    readonly CancellationTokenSource stop;
    readonly PeriodicTimer timer;
    readonly Task beating;
    Func<(long? Total, long Records)> progress = () => (null, 0);

    ExportPulse(ExportStore store, PreparedExport claim, TimeProvider time, ILogger log, CancellationToken shutdown)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(shutdown);
        timer = new PeriodicTimer(interval, time);
        beating = BeatAsync(store, claim, log);
    }

    /// <summary>Fires when the worker must stop.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>True when the export is not this worker's any more.</summary>
    public bool IsLost { get; private set; }

    public static ExportPulse Start(ExportStore store, PreparedExport claim, TimeProvider time, ILogger log, CancellationToken shutdown) => new(store, claim, time, log, shutdown);

    /// <summary>Says where to look how far it has come.</summary>
    public void Watch(long total, Reading reading) => progress = () => (total, reading.Records);

    public async ValueTask DisposeAsync()
    {
        timer.Dispose();
        await beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    async Task BeatAsync(ExportStore store, PreparedExport claim, ILogger log)
    {
        while (await timer.WaitForNextTickAsync())
        {
            try
            {
                var (total, records) = progress();
                if (await store.BeatAsync(claim, total, records, stop.Token))
                    continue;
                IsLost = true;
                await stop.CancelAsync();
                return;
            }
            catch (NpgsqlException error)
            {
                log.LogWarning(error, "How far export {Export} has come could not be written; it goes on", claim.Id);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
