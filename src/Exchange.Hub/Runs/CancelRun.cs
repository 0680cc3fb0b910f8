using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>Stops a run before it publishes.</summary>
sealed class CancelRun(NpgsqlDataSource database, RunStore runs, OwnRuns own, IAuditTrail audit)
{
    /// <summary>A waiting run is cancelled at once; a running one is asked to stop and does so within seconds.</summary>
    /// <exception cref="HubException">No such run, not the caller's to stop, or it has ended.</exception>
    public async Task ExecuteAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var run = await own.FindAsync(id, caller, cancellationToken);
        await database.InTransactionAsync(
            async connection =>
            {
                if (run.State.CanBecome(RunState.Cancelled) && run.State != RunState.Running
                    && await runs.MoveAsync(connection, id, run.State, RunState.Cancelled, null, cancellationToken))
                    await audit.AppendAsync(connection, caller, new RunCancelled(run.Dataset, id), cancellationToken);
                else if (await RunStore.RequestCancelAsync(connection, id, cancellationToken))
                    await audit.AppendAsync(connection, caller, new RunCancelRequested(run.Dataset, id), cancellationToken);
                else
                    throw HubException.Conflict("run-over", $"The run is {run.State.Stored()} and cannot be cancelled.");
            },
            cancellationToken);
    }
}
