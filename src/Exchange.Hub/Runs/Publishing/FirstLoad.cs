using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// The first publication of a dataset: records are copied straight into its bare table, which is keyed and indexed
/// afterwards, all in one transaction. Keys that may be duplicates wait beside it and are settled against the key.
/// </summary>
sealed class FirstLoad : IIntake
{
    readonly IntakePlan plan;
    readonly FilterValues filters;
    readonly StageRow stageRow;
    readonly Func<CancellationToken, Task<NpgsqlConnection>> connect;
    readonly KeyHashes hashes;
    readonly KeyFilter seen;
    readonly CopyWriter copy;
    NpgsqlConnection? suspectConnection;
    CopyWriter? suspects;
    long copied;
    long suspected;
    long removed;

    FirstLoad(IntakePlan plan, NpgsqlConnection connection, NpgsqlTransaction transaction, CopyWriter copy, Func<CancellationToken, Task<NpgsqlConnection>> connect)
    {
        Connection = connection;
        Transaction = transaction;
        this.copy = copy;
        this.connect = connect;
        this.plan = plan;
        filters = new FilterValues(plan.Filters);
        stageRow = new StageRow(plan.Filters);
        hashes = new KeyHashes(plan.HashSeed);
        seen = new KeyFilter(plan.MemoryBytes / 8);
    }

    public NpgsqlConnection Connection { get; }

    public NpgsqlTransaction? Transaction { get; }

    /// <summary>Opens the transaction and the COPY.</summary>
    public static async Task<FirstLoad> OpenAsync(IntakePlan plan, Func<CancellationToken, Task<NpgsqlConnection>> connect, CancellationToken cancellationToken)
    {
        var connection = await connect(cancellationToken);
        try
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(plan.Tables.CreateBare, [], cancellationToken);
            var copy = await CopyWriter.OpenAsync(connection, $"copy {plan.Tables.Records} ({plan.Tables.FirstColumns}) from stdin (format binary, freeze)", cancellationToken);
            return new FirstLoad(plan, connection, transaction, copy, connect);
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
            if (records.IsDelete(i))
                removed++;
            else if (seen.AddAndSuspect(hashes[i]))
                await SuspectAsync(batch.Source, records, i, cancellationToken);
            else
                Copy(records, i);
            if (copy.Page.IsFull)
                await copy.SendIfFullAsync(cancellationToken);
        }
    }

    public async Task<Changes> CompleteAsync(bool deriveDeletes, CancellationToken cancellationToken)
    {
        await copy.CompleteAsync(cancellationToken);
        await Connection.ExecuteAsync(plan.Tables.AddKey, [], cancellationToken);
        var duplicates = suspects is null ? [] : await SettleSuspectsAsync(cancellationToken);
        await Connection.ExecuteAsync(plan.Tables.AddIndexes, [], cancellationToken);
        return new Changes(copied + suspected - duplicates.Count, 0, removed, 0, 0, duplicates);
    }

    /// <summary>The records already stand in the table, numbered from seq 1 as publication 1.</summary>
    public Task ApplyAsync(int publication, long seq, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task KeepAsync(CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A first load has nothing published to hold against.");

    public async ValueTask DisposeAsync()
    {
        seen.Dispose();
        await copy.DisposeAsync();
        await Connection.DisposeAsync(); // rolls back what was not committed
        if (suspectConnection is null)
            return;
        await suspects!.DisposeAsync();
        await suspectConnection.LeaveAsync(plan.Changes.Drop);
    }

    void Copy(RecordBatch records, int index)
    {
        var page = copy.Page;
        page.StartRow(4 + filters.Count);
        page.Bytes(records.Key(index));
        page.Int64(++copied);
        page.Hash(records.Hash(index));
        page.Bytes(records.Doc(index));
        filters.Write(records.Doc(index), page);
    }

    async Task SuspectAsync(Batch source, RecordBatch records, int index, CancellationToken cancellationToken)
    {
        if (suspects is null)
        {
            suspectConnection = await connect(cancellationToken);
            await suspectConnection.ExecuteAsync(plan.Changes.CreateStage, [], cancellationToken);
            suspects = await CopyWriter.OpenAsync(suspectConnection, $"copy {plan.Changes.Stage} ({plan.Changes.Columns}) from stdin (format binary)", cancellationToken);
        }
        stageRow.Write(suspects.Page, ++suspected, records, index, plan.RawRowOf(source, records.SourceRow(index)));
        await suspects.SendIfFullAsync(cancellationToken);
    }

    async Task<List<RecordReject>> SettleSuspectsAsync(CancellationToken cancellationToken)
    {
        await suspects!.CompleteAsync(cancellationToken);
        var rejects = await Connection.QueryAsync($"""
            delete from {plan.Changes.Stage} s
            using (select pos, row_number() over (partition by key order by pos) n from {plan.Changes.Stage}) ranked
            where ranked.pos = s.pos
              and (ranked.n > 1 or exists (select 1 from {plan.Tables.Records} r where r.key = s.key))
            returning s.key, s.row_number, s.byte_offset, s.origin, s.raw
            """, [], DuplicateKey.Read, cancellationToken);
        await Connection.ExecuteAsync($"""
            insert into {plan.Tables.Records} ({plan.Tables.FirstColumns})
              select key, $1 + row_number() over (order by pos), hash, doc{plan.Tables.FilterList()} from {plan.Changes.Stage}
            """, [copied], cancellationToken);
        return rejects;
    }
}
