using System.Text.Json;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs.Publishing;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>
/// Publications that wait for a person. What a person releases is exactly what the run found: its changes lie in logged
/// tables, and they apply only to the publication that they were compared with, of a dataset that is declared as it was.
/// </summary>
sealed class HeldPublications(NpgsqlDataSource database, RunDatabase publishing, RunStore runs, OwnRuns own, DatasetCatalog datasets, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Publishes what a run held.</summary>
    /// <exception cref="HubException">The run is another department's, is not held, cannot be published as it is, or a later publication overtook it.</exception>
    public async Task PublishAsync(Guid runId, string reason, Caller caller, CancellationToken cancellationToken)
    {
        var run = await HeldAsync(runId, caller, cancellationToken);
        var declared = (await datasets.FindAsync(run.Dataset, cancellationToken)).Definition;
        await using var connection = await publishing.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var found = await DatasetHeads.FindAsync(connection, run.Dataset, cancellationToken);
        var head = await DatasetHeads.LockAsync(connection, found!.DatasetId, cancellationToken);
        if (run.Hold!.Reason == Hold.ColumnsChanged)
            await AcceptColumnsAsync(connection, run, head, reason, caller, cancellationToken);
        else
            await ApplyAsync(connection, run, head, declared.Schema, reason, caller, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Decides against what a run held.</summary>
    /// <exception cref="HubException">The run is another department's, or is not held.</exception>
    public async Task DiscardAsync(Guid runId, string reason, Caller caller, CancellationToken cancellationToken)
    {
        var run = await HeldAsync(runId, caller, cancellationToken);
        await database.InTransactionAsync(
            async connection =>
            {
                await MoveAsync(connection, run, RunState.Discarded, null, cancellationToken);
                await DropAsync(connection, runId, cancellationToken);
                await audit.AppendAsync(connection, caller, new HeldPublicationDiscarded(run.Dataset, runId, reason), cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Notes what a held run would publish.</summary>
    public static Task StoreAsync(NpgsqlConnection connection, Outcome outcome, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"insert into runs.held_changes (run_id, epoch, base, changes, checkpoint, columns, filters) values ($1, $2, $3, $4, $5, $6, $7)",
            [outcome.Claim.Id, outcome.Claim.Epoch, outcome.Plan.Head.Publication,
             JsonSerializer.Serialize(outcome.Changes with { LateRejects = [] }, RunStore.Json), outcome.End.Checkpoint,
             JsonSerializer.Serialize(outcome.Columns, RunStore.Json), JsonSerializer.Serialize(outcome.Plan.Head.Filters, RunStore.Json)],
            cancellationToken);

    /// <summary>A newer run of the same dataset takes the place of one that is held.</summary>
    public static async Task SupersedeAsync(NpgsqlConnection connection, IAuditTrail audit, RunClaim by, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var older = await connection.ScalarAsync<Guid?>(
            $"update runs.runs set state = 'discarded', ended_at = $2 where dataset_id = $1 and state = 'held' returning id",
            [by.DatasetId, at], cancellationToken);
        if (older is not { } run)
            return;
        await DropAsync(connection, run, cancellationToken);
        await audit.AppendAsync(connection, Caller.System, new HeldPublicationDiscarded(by.Dataset, run, $"Superseded by run {by.Id}."), cancellationToken);
    }

    async Task ApplyAsync(NpgsqlConnection connection, Run run, DatasetHead head, string schema, string reason, Caller caller, CancellationToken cancellationToken)
    {
        var held = await connection.FirstOrDefaultAsync(
            $"select base, changes, checkpoint, columns, epoch, filters from runs.held_changes where run_id = $1", [run.Id], Waiting.Read, cancellationToken)
            ?? throw DecidedMeanwhile();
        if (held.Base != head.Publication)
            throw HubException.Conflict("held-publication-overtaken", $"Publication {head.Publication} came after this run compared with {held.Base}. Discard it and run again.");
        var revisions = run.Revisions!.Value.Deserialize<RunRevisions>(RunStore.Json)!;
        if (revisions.Schema != schema || !held.Filters.SequenceEqual(head.Filters))
            throw HubException.Conflict("dataset-changed", $"The schema or the filterable fields of {run.Dataset} were changed after this run, and what it found does not fit them. Discard it and run again.");
        var publication = Publisher.PublicationOf(run.Id, head, held.Changes, revisions, time.GetUtcNow());
        await new ChangeTables(run.Id, held.Epoch, new DatasetTables(head.DatasetId, head.Filters)).ApplyAsync(connection, publication.Number, head.Seq, cancellationToken);
        await DatasetHeads.AdvanceAsync(connection, publication, held.Checkpoint ?? head.Checkpoint, held.Columns, cancellationToken);
        await MoveAsync(connection, run, RunState.Succeeded, publication.Number, cancellationToken);
        await DropAsync(connection, run.Id, cancellationToken);
        await audit.AppendAsync(connection, caller, new HeldPublicationReleased(run.Dataset, run.Id, reason), cancellationToken);
        await audit.AppendAsync(connection, caller, PublicationCommitted.Of(run.Dataset, publication), cancellationToken);
    }

    /// <summary>Takes the columns that the source shows now as the expected ones; the next run reads them.</summary>
    async Task AcceptColumnsAsync(NpgsqlConnection connection, Run run, DatasetHead head, string reason, Caller caller, CancellationToken cancellationToken)
    {
        if (run.Hold!.Changes.FirstOrDefault(c => c.What != "retyped") is { } missing)
            throw HubException.Conflict("mapping-does-not-fit", $"The mapping reads column {missing.Column}, which the source no longer has. {missing.Fix}");
        await DatasetHeads.ForgetColumnsAsync(connection, head.DatasetId, cancellationToken);
        await MoveAsync(connection, run, RunState.Discarded, null, cancellationToken);
        await audit.AppendAsync(connection, caller, new HeldPublicationReleased(run.Dataset, run.Id, reason), cancellationToken);
    }

    async Task<Run> HeldAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var run = await own.FindAsync(id, caller, cancellationToken);
        return run.State == RunState.Held
            ? run
            : throw HubException.Conflict("run-not-held", $"The run is {run.State.Stored()}; only a held run can be published or discarded.");
    }

    async Task MoveAsync(NpgsqlConnection connection, Run run, RunState to, int? publication, CancellationToken cancellationToken)
    {
        if (!await runs.MoveAsync(connection, run.Id, RunState.Held, to, publication, cancellationToken))
            throw DecidedMeanwhile();
    }

    static HubException DecidedMeanwhile() => HubException.Conflict("run-not-held", "Somebody else has decided about this run meanwhile.");

    static async Task DropAsync(NpgsqlConnection connection, Guid run, CancellationToken cancellationToken)
    {
        var epoch = await connection.ScalarAsync<int?>($"delete from runs.held_changes where run_id = $1 returning epoch", [run], cancellationToken);
        if (epoch is { } held)
            await connection.ExecuteAsync(new ChangeTables(run, held, new DatasetTables(0, [])).Drop, [], cancellationToken);
    }

    /// <summary>A row of <c>runs.held_changes</c>.</summary>
    sealed record Waiting(int Base, Changes Changes, string? Checkpoint, string Columns, int Epoch, FilterColumn[] Filters)
    {
        public static Waiting Read(NpgsqlDataReader row) => new(
            row.GetInt32(0), JsonSerializer.Deserialize<Changes>(row.GetString(1), RunStore.Json)!, row.Maybe<string>(2), row.GetString(3),
            row.GetInt32(4), JsonSerializer.Deserialize<FilterColumn[]>(row.GetString(5), RunStore.Json)!);
    }
}
