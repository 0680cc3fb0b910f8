using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs.Guards;
using Exchange.Hub.Runs.Publishing;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>
/// Commits a run in one transaction: records, tombstones, seqs of the change feed, checkpoint, counts, the run's state
/// and the audit event. Readers see the publication before until the commit, and all of this one after it.
/// </summary>
sealed class Publisher(NpgsqlDataSource database, IAuditTrail audit, TimeProvider time, ILogger<Publisher> log)
{
    /// <summary>Publishes what the run came to, or holds it for a person.</summary>
    /// <exception cref="RunFencedException">Another worker has taken the run over.</exception>
    /// <exception cref="FiltersChangedException">The dataset has other filterable fields than when the run began.</exception>
    /// <exception cref="RunFailedException">There is nothing that could be a first publication.</exception>
    public async Task PublishAsync(Outcome outcome, IIntake intake, CancellationToken cancellationToken)
    {
        if (!outcome.Plan.Head.Storage && outcome.Changes.Added == 0)
            throw new RunFailedException(EmptySource(outcome));
        if (outcome.Plan.Dataset.Limits.CheckDeletes(outcome.Plan.Head.Records, outcome.Changes) is { } hold)
            await HoldAsync(outcome, hold, intake, cancellationToken);
        else
            await CommitAsync(outcome, intake, cancellationToken);
    }

    /// <summary>Holds a run whose source no longer shows the columns that the mapping reads.</summary>
    public Task HoldForColumnsAsync(RunClaim claim, RunPlan plan, Hold hold, IReadOnlyList<string> notes, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            connection => HoldAsync(connection, claim, plan, hold, new RunCounts(0, 0, 0, 0, 0, 0, 0), notes, cancellationToken),
            cancellationToken);

    /// <summary>Ends a run that published nothing.</summary>
    public Task EndAsync(RunClaim claim, RunEnd end, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async connection =>
            {
                if (!await RunStore.EndAsync(connection, claim, end, cancellationToken))
                    return;
                if (end.State is RunState.Failed)
                    await audit.AppendAsync(connection, Caller.System, new RunFailed(claim.Dataset, claim.Id, end.Error!.Kind, end.Error.Message), cancellationToken);
                else if (end.State is RunState.Cancelled)
                    await audit.AppendAsync(connection, Caller.System, new RunCancelled(claim.Dataset, claim.Id), cancellationToken);
            },
            cancellationToken);

    async Task CommitAsync(Outcome outcome, IIntake intake, CancellationToken cancellationToken)
    {
        var (claim, plan, changes) = (outcome.Claim, outcome.Plan, outcome.Changes);
        var connection = intake.Connection;
        await using var transaction = intake.Transaction ?? await connection.BeginTransactionAsync(cancellationToken);
        var head = await DatasetHeads.LockAsync(connection, claim.DatasetId, cancellationToken);
        if (!head.Filters.SequenceEqual(plan.Head.Filters))
            throw new FiltersChangedException(claim.Dataset);
        var columns = JsonSerializer.Serialize(outcome.Columns, RunStore.Json);
        var checkpoint = outcome.End.Checkpoint ?? head.Checkpoint;
        int? number = null;
        var published = head;
        if (changes.None)
        {
            await DatasetHeads.KeepAsync(connection, head.DatasetId, checkpoint, columns, cancellationToken);
        }
        else
        {
            number = head.Publication + 1;
            await intake.ApplyAsync(head.Publication + 1, head.Seq, cancellationToken);
            var publication = PublicationOf(claim.Id, head, changes, plan.Revisions, time.GetUtcNow());
            await DatasetHeads.AdvanceAsync(connection, publication, checkpoint, columns, cancellationToken);
            published = head with { Publication = publication.Number, Run = claim.Id, Seq = publication.LastSeq, Records = publication.Records };
            await audit.AppendAsync(connection, Caller.System, PublicationCommitted.Of(claim.Dataset, publication), cancellationToken);
        }
        var end = outcome.EndAs(RunState.Succeeded, time.GetUtcNow()) with { Publication = number };
        if (!await RunStore.EndAsync(connection, claim, end, cancellationToken))
            throw new RunFencedException(claim.Id);
        await HeldPublications.SupersedeAsync(connection, audit, claim, time.GetUtcNow(), cancellationToken);
        if (changes.None)
            await audit.AppendAsync(connection, Caller.System, new RunFoundNothingNew(claim.Dataset, claim.Id, outcome.Counts.Read), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        Remember(intake, published);
    }

    /// <summary>A run that cannot be remembered is published all the same: the next one asks the database.</summary>
    void Remember(IIntake intake, DatasetHead head)
    {
        try
        {
            intake.Remember(head);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            log.LogWarning(error, "The digest of {Dataset} was not written; the next run will take longer", head.Name);
        }
    }

    async Task HoldAsync(Outcome outcome, Hold hold, IIntake intake, CancellationToken cancellationToken)
    {
        await intake.KeepAsync(cancellationToken);
        await using var transaction = await intake.Connection.BeginTransactionAsync(cancellationToken);
        await HoldAsync(intake.Connection, outcome.Claim, outcome.Plan, hold, outcome.Counts, outcome.Notes, cancellationToken);
        await HeldPublications.StoreAsync(intake.Connection, outcome, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    async Task HoldAsync(NpgsqlConnection connection, RunClaim claim, RunPlan plan, Hold hold, RunCounts counts, IReadOnlyList<string> notes, CancellationToken cancellationToken)
    {
        await HeldPublications.SupersedeAsync(connection, audit, claim, time.GetUtcNow(), cancellationToken);
        var end = new RunEnd(RunState.Held, null, counts) { Hold = hold, Notes = notes, Revisions = plan.RevisionsJson };
        if (!await RunStore.EndAsync(connection, claim, end, cancellationToken))
            throw new RunFencedException(claim.Id);
        await audit.AppendAsync(connection, Caller.System, new PublicationHeld(claim.Dataset, claim.Id, hold.Reason, hold.Detail), cancellationToken);
    }

    /// <summary>The publication that comes after a head.</summary>
    public static Publication PublicationOf(Guid run, DatasetHead head, Changes changes, RunRevisions revisions, DateTimeOffset at) => new(
        head.DatasetId, head.Publication + 1, run, at, head.Records + changes.Added - changes.Deleted,
        changes.Added, changes.Updated, changes.Deleted, head.Seq + 1, head.Seq + changes.Added + changes.Updated + changes.Deleted,
        revisions.Schema, $"{revisions.MappingName}@{revisions.Mapping}");

    static RunError EmptySource(Outcome outcome) => new(
        "EmptySource",
        $"The first read of {outcome.Claim.Dataset} gave no record ({outcome.Counts.Read} rows read, {outcome.Counts.Filtered} filtered, {outcome.Counts.Rejected} rejected). Nothing was published.",
        "Look at the rejects and preview the source; run again when it has rows.");
}

/// <summary>What a run came to before it is published.</summary>
sealed record Outcome(
    RunClaim Claim, RunPlan Plan, IReadOnlyList<SourceColumn> Columns, ReadEnd End, RunCounts Counts, Changes Changes, IReadOnlyList<string> Notes)
{
    public RunEnd EndAs(RunState state, DateTimeOffset? at) => new(state, at, Counts) { Notes = Notes, Revisions = Plan.RevisionsJson };
}
