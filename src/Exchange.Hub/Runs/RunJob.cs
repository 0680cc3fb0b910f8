using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Runs.Guards;
using Exchange.Hub.Runs.Publishing;
using Exchange.Hub.Runs.Quarantine;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>
/// One run, from the alarm to the publication. Hangfire may wake us twice or never: the dataset's lock lets one worker
/// in, the claim's epoch fences the others, and what the run came to stands in <c>runs.runs</c>.
/// </summary>
sealed class RunJob(
    NpgsqlDataSource database, RunDatabase publishing, RunStore runs, RunPlans plans, Publisher publisher, RunOptions options,
    TimeProvider time, ILogger<RunJob> log)
{
    /// <summary>Does one run. Called by the job server with the id alone.</summary>
    public async Task ExecuteAsync(Guid runId, CancellationToken shutdown)
    {
        var run = await runs.FindAsync(runId, shutdown);
        if (run is null || run.State.IsFinal() || await DatasetHeads.FindAsync(database, run.Dataset, shutdown) is not { } head)
            return;
        await using var alone = await DatasetLock.TryTakeAsync(database, head.DatasetId, shutdown);
        if (alone is null || await runs.ClaimAsync(runId, shutdown) is not { } claim)
            return;
        var progress = new Progress();
        await using var pulse = Pulse.Start(runs, claim, progress, time, log, shutdown);
        log.LogInformation("Run {Run} of {Dataset} begins, attempt {Attempt}", claim.Id, claim.Dataset, claim.Attempt);
        RunPlan? plan = null;
        try
        {
            plan = await plans.LoadAsync(claim.Dataset, pulse.Token);
            await RefreshWithinMemoryAsync(claim, plan, progress, pulse.Token);
        }
        catch (Exception error)
        {
            await EndAfterAsync(error, claim, plan, progress, pulse, shutdown);
        }
    }

    async Task RefreshWithinMemoryAsync(RunClaim claim, RunPlan plan, Progress progress, CancellationToken cancellationToken)
    {
        try
        {
            await RefreshAsync(claim, plan, progress, staged: false, cancellationToken);
        }
        catch (KeyIndexFullException)
        {
            log.LogInformation("Run {Run} of {Dataset} has more keys than its memory holds; it begins again and lets the database compare", claim.Id, claim.Dataset);
            progress.Reset();
            await RefreshAsync(claim, plan, progress, staged: true, cancellationToken);
        }
    }

    /// <summary>Connect, guard, read, map, validate, publish.</summary>
    async Task RefreshAsync(RunClaim claim, RunPlan plan, Progress progress, bool staged, CancellationToken cancellationToken)
    {
        var request = new ReadRequest(await plan.StreamAsync(cancellationToken))
        {
            Mode = plan.Mode,
            CursorColumn = plan.Dataset.Read.Cursor,
            Checkpoint = plan.Mode == ReadMode.Incremental ? plan.Head.Checkpoint : null,
        };
        await using var reader = await plan.Source.Connector.OpenAsync(request, plan.Source.Context, cancellationToken);
        progress.RowEstimate = plan.Head.Records > 0 ? plan.Head.Records : null;

        var fit = MappingFit.Of(plan, reader.Columns);
        if (fit.Drift.Hold is { } hold)
        {
            await publisher.HoldForColumnsAsync(claim, plan, hold, fit.Drift.Notes, cancellationToken);
            return;
        }
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

        var rejects = new RejectWriter(database, claim);
        await rejects.ResetAsync(cancellationToken);
        using var second = SecondValidation.For(plan.Schema, reader.Columns);
        var rules = second is null ? fit.Mapping.RulesOn(today) : null; // what is checked twice is checked in every run
        await using var intake = await Intakes.OpenAsync(plan, claim, reader.Columns, rules, options, staged, publishing.OpenAsync, cancellationToken);
        progress.Phase = "reading";
        var end = await ReadAllAsync(reader, () => new MappedBatch(fit.Mapping.CreateMapper(plan.Head.HashSeed, today), intake.MatchRows()), second, intake, rejects, progress, plan, cancellationToken);
        progress.Phase = "publishing";
        var changes = await intake.CompleteAsync(end.Complete && plan.Capabilities.Deletes == DeleteDetection.FullDiff && plan.Mode == ReadMode.Full, cancellationToken);
        progress.Add(0, 0, changes.LateRejects.Count);
        await rejects.AddAsync(changes.LateRejects, cancellationToken);
        await rejects.FlushAsync(cancellationToken);

        RunArithmetic.Check(end, progress, changes);
        if (plan.Dataset.Limits.CheckRejects(progress.Read, progress.Rejected) is { } tooMany)
            throw new RunFailedException(tooMany);
        await publisher.PublishAsync(new Outcome(claim, plan, reader.Columns, end, progress.Counts(changes), changes, [.. fit.Drift.Notes, .. second?.Notes ?? []]), intake, cancellationToken);
    }

    static async Task<ReadEnd> ReadAllAsync(
        IRecordReader reader, Func<MappedBatch> createBatch, SecondValidation? second, IIntake intake, RejectWriter rejects, Progress progress, RunPlan plan,
        CancellationToken cancellationToken)
    {
        ReadEnd? end = null;
        await foreach (var batch in MappedBatches.ReadAsync(reader, createBatch, cancellationToken))
        {
            var records = batch.Records;
            second?.Apply(batch.Source, records);
            await intake.TakeAsync(batch, cancellationToken);
            await rejects.AddAsync(records.Rejects, cancellationToken);
            progress.Add(records.Read, records.Filtered, records.Rejects.Count);
            end = batch.End;
            if (end is null && plan.Dataset.Limits.MaxRejects is { } most && progress.Rejected > most)
                throw new RunFailedException(plan.Dataset.Limits.CheckRejects(progress.Read, progress.Rejected)!);
        }
        return end!;
    }

    /// <summary>Says of a run that did not publish why, and what happens next.</summary>
    async Task EndAfterAsync(Exception error, RunClaim claim, RunPlan? plan, Progress progress, Pulse pulse, CancellationToken shutdown)
    {
        if (error is RunFencedException || pulse.TakenOver || (error is NpgsqlException and not PostgresException { IsTransient: false }))
        {
            // Another worker has the run, or the hub's own database is away: the reconciler wakes the run again.
            log.LogWarning(error, "Run {Run} of {Dataset} lost its place and published nothing", claim.Id, claim.Dataset);
            return;
        }
        var end = RunEnding.Of(error, claim, plan, progress.Counts(), pulse.CancelRequested, shutdown.IsCancellationRequested, time.GetUtcNow());
        if (end.State == RunState.Failed)
            log.LogError(error, "Run {Run} of {Dataset} failed and published nothing", claim.Id, claim.Dataset);
        else
            log.LogInformation("Run {Run} of {Dataset} published nothing: it is now {State}", claim.Id, claim.Dataset, end.State);
        await publisher.EndAsync(claim, end, CancellationToken.None);
    }
}
