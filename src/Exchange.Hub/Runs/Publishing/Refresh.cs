using System.Text;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// A complete read beside what is published, compared while it streams: published keys and hashes stand in memory,
/// rows that stand as they stood are not even mapped, and only new and changed records are written. Deletions are the
/// keys that never came.
/// </summary>
sealed class Refresh : IIntake
{
    readonly IntakePlan plan;
    readonly KeyIndex index;
    readonly KeyHashes hashes;
    readonly CopyWriter copy;
    readonly StageRow stageRow;
    long added;
    long updated;
    long unchanged;
    long mapped;
    long lastSeq;
    bool deletes;
    bool keep;

    Refresh(IntakePlan plan, NpgsqlConnection connection, KeyIndex index, CopyWriter copy)
    {
        this.plan = plan;
        this.index = index;
        this.copy = copy;
        Connection = connection;
        stageRow = new StageRow(plan.Filters);
        hashes = new KeyHashes(plan.HashSeed);
    }

    public NpgsqlConnection Connection { get; }

    public NpgsqlTransaction? Transaction => null;

    /// <summary>True when the published keys fit into the run's memory.</summary>
    public static bool Fits(IntakePlan plan) => plan.Head.Records <= KeyIndex.Limit(plan.IndexBytes);

    /// <summary>Loads the published keys.</summary>
    public static async Task<Refresh> OpenAsync(IntakePlan plan, NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var remembered = plan.Digest.Load(plan.Head, plan.Rules, plan.IndexBytes);
        var index = remembered ?? new KeyIndex(plan.Head.Records, plan.IndexBytes);
        try
        {
            if (remembered is null)
                await PublishedKeys.LoadAsync(plan, index, connection, cancellationToken);
            await connection.ExecuteAsync(plan.Changes.CreateChanges, [], cancellationToken);
            var copy = await CopyWriter.OpenAsync(connection, $"copy {plan.Changes.Changed} ({plan.Changes.Columns}) from stdin (format binary)", cancellationToken);
            return new Refresh(plan, connection, index, copy);
        }
        catch
        {
            index.Dispose();
            await connection.DisposeAsync();
            throw;
        }
    }

    public RowMatches? MatchRows() => plan.Rules is null ? null : new RowMatches(index, plan.HashSeed);

    public async Task TakeAsync(MappedBatch batch, CancellationToken cancellationToken)
    {
        var records = batch.Records;
        var nextRow = 0;
        mapped += records.Count;
        hashes.Compute(records);
        for (var i = 0; i < records.Count; i++)
        {
            if (i + KeyHashes.Ahead < records.Count)
                index.Prefetch(hashes[i + KeyHashes.Ahead]);
            TakeKnown(batch, ref nextRow, records.SourceRow(i)); // of two rows with one key the earlier stands
            Take(batch, i);
            if (copy.Page.IsFull)
                await copy.SendIfFullAsync(cancellationToken);
        }
        TakeKnown(batch, ref nextRow, batch.Matches?.Rows ?? 0);
    }

    public async Task<Changes> CompleteAsync(bool deriveDeletes, CancellationToken cancellationToken)
    {
        deletes = deriveDeletes;
        await copy.CompleteAsync(cancellationToken);
        var deleted = deriveDeletes ? await CopyGoneAsync(cancellationToken) : 0;
        return new Changes(added, updated, unchanged, deleted, 0, []);
    }

    public Task ApplyAsync(int publication, long seq, CancellationToken cancellationToken)
    {
        lastSeq = seq;
        return plan.Changes.ApplyAsync(Connection, publication, seq, cancellationToken);
    }

    public void Remember(DatasetHead head)
    {
        if (head.Publication != plan.Head.Publication || mapped > 0)
            plan.Digest.Save(head, plan.Rules, index, lastSeq, deletes);
    }

    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        await Connection.ExecuteAsync(plan.Changes.Keep, [], cancellationToken);
        keep = true;
    }

    public async ValueTask DisposeAsync()
    {
        index.Dispose();
        await copy.DisposeAsync();
        await Connection.LeaveAsync(keep ? null : plan.Changes.Drop);
    }

    void Take(MappedBatch batch, int i)
    {
        var records = batch.Records;
        var row = batch.Matches?.Fingerprint(records.SourceRow(i)) ?? default;
        switch (index.Match(hashes[i], records.Hash(i), row, added + updated + 1))
        {
            case KeyMatch.Unchanged:
                unchanged++;
                break;
            case KeyMatch.New:
                added++;
                stageRow.Write(copy.Page, added + updated, records, i, raw: null);
                break;
            case KeyMatch.Changed:
                updated++;
                stageRow.Write(copy.Page, added + updated, records, i, raw: null);
                break;
            default:
                Reject(batch, records.SourceRow(i), records.Key(i));
                break;
        }
    }

    /// <summary>Takes the known rows up to another row.</summary>
    void TakeKnown(MappedBatch batch, ref int from, int upTo)
    {
        if (batch.Matches is not { } matches)
            return;
        for (; from < upTo; from++)
        {
            if (matches.Entry(from) < 0)
                continue;
            if (index.MatchRow(matches.Entry(from)) == KeyMatch.Unchanged)
                unchanged++;
            else
                Reject(batch, from, batch.KeyOf(from));
        }
    }

    void Reject(MappedBatch batch, int row, ReadOnlySpan<byte> key) =>
        batch.Records.Reject(DuplicateKey.Reject(Encoding.UTF8.GetString(key), batch.Source.Position(row), plan.RawRowOf(batch.Source, row)));

    async Task<long> CopyGoneAsync(CancellationToken cancellationToken)
    {
        var gone = 0L;
        await using var writer = await CopyWriter.OpenAsync(Connection, $"copy {plan.Changes.Gone} (seq) from stdin (format binary)", cancellationToken);
        foreach (var seq in index.Unseen())
        {
            gone++;
            writer.Page.StartRow(1);
            writer.Page.Int64(seq);
            await writer.SendIfFullAsync(cancellationToken);
        }
        await writer.CompleteAsync(cancellationToken);
        return gone;
    }
}
