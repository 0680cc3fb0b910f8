using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>Runs and what they left, for the staff of the department whose dataset it is: rejects hold its rows.</summary>
sealed class OwnRuns(NpgsqlDataSource database, RunStore runs)
{
    /// <summary>A run of the caller's own.</summary>
    /// <exception cref="HubException">There is no such run, or it is another department's.</exception>
    public async Task<Run> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken) ?? throw HubException.NotFound("run-not-found", $"There is no run {id}.");
        await RequireAsync(run.Dataset, caller, cancellationToken);
        return run;
    }

    /// <summary>Runs of the caller's own, newest first.</summary>
    public async Task<List<Run>> ListAsync(Caller caller, string? dataset, RunState? state, DateTimeOffset? before, int limit, CancellationToken cancellationToken)
    {
        var own = caller.Department is { } department
            ? (await DatasetHeads.ListAsync(database, cancellationToken)).Where(head => head.Department == department).Select(head => head.DatasetId).ToArray()
            : null;
        return await runs.ListAsync(dataset, state, before, limit, cancellationToken, own);
    }

    /// <summary>Refuses whoever does not act for a dataset's department.</summary>
    /// <exception cref="HubException">There is no such dataset, or it is another department's.</exception>
    public async Task RequireAsync(string dataset, Caller caller, CancellationToken cancellationToken)
    {
        var head = await DatasetHeads.FindAsync(database, dataset, cancellationToken)
            ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
        if (!caller.MayActFor(head.Department))
            throw HubException.Forbidden("other-department", $"Dataset {dataset} belongs to {head.Department}; its runs and their rejects are for its own people.");
    }
}
