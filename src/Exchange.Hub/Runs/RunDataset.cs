using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>Asks for a run: portal, command line and schedule all meet here.</summary>
sealed class RunDataset(NpgsqlDataSource database, RunStore runs, IAuditTrail audit, IJobQueue jobs, ILogger<RunDataset> log)
{
    /// <summary>Queues a run and wakes a worker.</summary>
    /// <returns>Its id.</returns>
    /// <exception cref="HubException">No such dataset, not the caller's to run, or a run is already active.</exception>
    public async Task<Guid> ExecuteAsync(string dataset, string trigger, Caller caller, CancellationToken cancellationToken)
    {
        var head = await DatasetHeads.FindAsync(database, dataset, cancellationToken)
            ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
        if (!caller.MayActFor(head.Department))
            throw HubException.Forbidden("other-department", $"Dataset {dataset} belongs to {head.Department}; only its own staff may run it.");
        var id = Guid.CreateVersion7();
        await database.InTransactionAsync(
            async connection =>
            {
                if (!await runs.InsertAsync(connection, id, head.DatasetId, dataset, trigger, caller.Name, cancellationToken))
                    throw HubException.Conflict("run-active", $"A run of {dataset} is already queued or at work. Wait for it, or cancel it.");
                await audit.AppendAsync(connection, caller, new RunRequested(dataset, id, trigger), cancellationToken);
            },
            cancellationToken);
        jobs.Enqueue<RunJob>(JobQueues.Runs, job => job.ExecuteAsync(id, CancellationToken.None));
        return id;
    }

    /// <summary>Called by the clock. A run that is still active is no reason for alarm: the next turn comes.</summary>
    public async Task ExecuteScheduledAsync(string dataset, CancellationToken cancellationToken)
    {
        try
        {
            await ExecuteAsync(dataset, "schedule", Caller.System, cancellationToken);
        }
        catch (HubException e) when (e.Kind is ErrorKind.Conflict or ErrorKind.NotFound)
        {
            log.LogInformation("The scheduled run of {Dataset} was left out: {Reason}", dataset, e.Message);
        }
    }
}
