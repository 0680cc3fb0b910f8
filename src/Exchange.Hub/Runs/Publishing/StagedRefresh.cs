using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// A read compared by the database: everything is copied into a stage and joined with what is published. It serves
/// incremental reads, tombstones, and datasets with more keys than a run's memory holds.
/// </summary>
sealed class StagedRefresh : IIntake
{
    readonly IntakePlan plan;
    readonly KeyHashes hashes;
    readonly KeyFilter seen;
    readonly CopyWriter copy;
    readonly StageRow stageRow;
    long staged;
    bool suspected;
    bool keep;

    StagedRefresh(IntakePlan plan, NpgsqlConnection connection, CopyWriter copy)
    {
        this.plan = plan;
        this.copy = copy;
        Connection = connection;
        stageRow = new StageRow(plan.Filters);
        hashes = new KeyHashes(plan.HashSeed);
        seen = new KeyFilter(plan.MemoryBytes / 8);
    }

    public NpgsqlConnection Connection { get; }

    public NpgsqlTransaction? Transaction => null;

    /// <summary>Makes the stage.</summary>
    public static async Task<StagedRefresh> OpenAsync(IntakePlan plan, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            await connection.ExecuteAsync($"{plan.Changes.CreateStage}; {plan.Changes.CreateChanges}", [], cancellationToken);
            var copy = await CopyWriter.OpenAsync(connection, $"copy {plan.Changes.Stage} ({plan.Changes.Columns}) from stdin (format binary)", cancellationToken);
            return new StagedRefresh(plan, connection, copy);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task TakeAsync(MappedBatch batch, CancellationToken cancellationToken)
    {
        var records = batch.Records;
        hashes.Compute(records);
        for (var i = 0; i < records.Count; i++)
        {
            if (i + KeyHashes.Ahead < records.Count)
                seen.Prefetch(hashes[i + KeyHashes.Ahead]);
            var suspect = seen.AddAndSuspect(hashes[i]);
            suspected |= suspect;
            stageRow.Write(copy.Page, ++staged, records, i, suspect ? plan.RawRowOf(batch.Source, records.SourceRow(i)) : null);
            if (copy.Page.IsFull)
                await copy.SendIfFullAsync(cancellationToken);
        }
    }

    public async Task<Changes> CompleteAsync(bool deriveDeletes, CancellationToken cancellationToken)
    {
        await copy.CompleteAsync(cancellationToken);
        var (stage, changed, gone, records) = (plan.Changes.Stage, plan.Changes.Changed, plan.Changes.Gone, plan.Tables.Records);
        var duplicates = suspected ? await RemoveDuplicatesAsync(cancellationToken) : [];
        await Connection.ExecuteAsync($"analyze {stage}", [], cancellationToken);
        await Connection.ExecuteAsync($"""
            insert into {changed} ({plan.Changes.Columns})
              select s.pos, s.key, s.hash, s.doc, s.deleted, s.row_number, s.byte_offset, s.origin, s.raw{plan.Tables.FilterList("s")}
              from {stage} s left join {records} r on r.key = s.key
              where case when s.deleted then not coalesce(r.deleted, true)
                         else coalesce(r.deleted, true) or r.hash <> s.hash end
            """, [], cancellationToken);
        if (deriveDeletes)
        {
            await Connection.ExecuteAsync($"""
                insert into {gone} select r.seq from {records} r
                  where not r.deleted and not exists (select 1 from {stage} s where s.key = r.key)
                """, [], cancellationToken);
        }
        return await CountAsync(staged - duplicates.Count, duplicates, cancellationToken);
    }

    public Task ApplyAsync(int publication, long seq, CancellationToken cancellationToken) =>
        plan.Changes.ApplyAsync(Connection, publication, seq, cancellationToken);

    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        await Connection.ExecuteAsync($"{plan.Changes.Keep}; drop table {plan.Changes.Stage}", [], cancellationToken);
        keep = true;
    }

    public async ValueTask DisposeAsync()
    {
        seen.Dispose();
        await copy.DisposeAsync();
        await Connection.LeaveAsync(keep ? null : plan.Changes.Drop);
    }

    Task<List<RecordReject>> RemoveDuplicatesAsync(CancellationToken cancellationToken)
    {
        var stage = plan.Changes.Stage;
        return Connection.QueryAsync($"""
            delete from {stage} s
            using (select pos, row_number() over (partition by key order by pos) n from {stage}
                   where key in (select key from {stage} where raw is not null)) ranked
            where ranked.pos = s.pos and ranked.n > 1
            returning s.key, s.row_number, s.byte_offset, s.origin, s.raw
            """, [], DuplicateKey.Read, cancellationToken);
    }

    async Task<Changes> CountAsync(long rows, List<RecordReject> duplicates, CancellationToken cancellationToken)
    {
        var (added, updated, removed, gone) = await Connection.FirstOrDefaultAsync(
            $"""
            select count(*) filter (where not c.deleted and coalesce(r.deleted, true)),
                   count(*) filter (where not c.deleted and not coalesce(r.deleted, true)),
                   count(*) filter (where c.deleted),
                   (select count(*) from {plan.Changes.Gone})
            from {plan.Changes.Changed} c left join {plan.Tables.Records} r on r.key = c.key
            """,
            [],
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)),
            cancellationToken);
        return new Changes(added, updated, rows - added - updated - removed, removed + gone, removed, duplicates);
    }
}
