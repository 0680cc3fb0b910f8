using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>
/// Runs the clock <c>catalogue-update</c> of a dataset while its source is not what the catalogue's entry says: from the
/// run that was held because columns had changed, until somebody accepted the columns, decided against them, or published
/// with an amended mapping. A run that is held anew in the place of another goes on with its clock. Called by the clock;
/// the times that count are those of the runs.
/// </summary>
sealed class WatchCatalogue(NpgsqlDataSource database, RunStore runs, Clocks clocks, Tasks.Tasks tasks, TimeProvider time)
{
    /// <summary>Kind of the provider's task.</summary>
    public const string UpdateTask = "update-catalogue";

    static readonly Role[] providers = [Role.ItStaff, Role.Steward];

    /// <summary>Starts and stops what has to be.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var held = (await runs.ListAsync(null, RunState.Held, null, int.MaxValue, cancellationToken))
            .Where(run => run.Hold?.Reason == Hold.ColumnsChanged).ToDictionary(run => run.Dataset);
        var running = await database.QueryAsync(
            $"select {Clock.Columns} from sharing.clocks where kind = $1 and stopped_at is null order by id", [ClockKind.CatalogueUpdate.ToName()], Clock.Read, cancellationToken);
        foreach (var clock in running.Where(clock => !held.ContainsKey(DatasetOf(clock.Subject))))
            await StopAsync(clock, cancellationToken);
        foreach (var run in held.Values.ExceptBy(running.Select(clock => DatasetOf(clock.Subject)), run => run.Dataset))
            await StartAsync(run, cancellationToken);
    }

    async Task StartAsync(Run run, CancellationToken cancellationToken)
    {
        if (await DatasetHeads.FindAsync(database, run.Dataset, cancellationToken) is not { } head)
            return;
        await database.InTransactionAsync(
            async connection =>
            {
                var clock = await clocks.StartAsync(connection, ClockKind.CatalogueUpdate, SubjectOf(run.Dataset), head.Department, cancellationToken, run.HeartbeatAt); // the last sign of the worker, which found the change
                foreach (var role in providers)
                    await tasks.OpenAsync(connection, new NewTask(UpdateTask, clock.Subject, role, clock.Department, $"The source of {run.Dataset} has changed: amend the mapping or accept its columns", clock.DueAt), cancellationToken);
            },
            cancellationToken);
    }

    async Task StopAsync(Clock clock, CancellationToken cancellationToken)
    {
        var at = await DecidedAtAsync(clock, cancellationToken);
        await database.InTransactionAsync(
            async connection =>
            {
                await clocks.StopAsync(connection, clock.Kind, clock.Subject, cancellationToken, at);
                await tasks.CloseAsync(connection, clock.Subject, UpdateTask, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>When the last held run was decided, by a person or by a run that took its place.</summary>
    async Task<DateTimeOffset> DecidedAtAsync(Clock clock, CancellationToken cancellationToken)
    {
        DateTimeOffset? last = null;
        foreach (var state in new[] { RunState.Discarded, RunState.Succeeded })
        {
            foreach (var run in await runs.ListAsync(DatasetOf(clock.Subject), state, null, 10, cancellationToken))
                last = run.EndedAt > (last ?? DateTimeOffset.MinValue) ? run.EndedAt : last;
        }
        return last >= clock.StartedAt ? last.Value : time.GetUtcNow();
    }

    static string SubjectOf(string dataset) => $"dataset:{dataset}";

    static string DatasetOf(string subject) => subject["dataset:".Length..];
}
