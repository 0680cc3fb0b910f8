using System.Text;
using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// A complete read beside what is published, compared while it streams: published keys and hashes stand in memory,
/// and only new and changed records are written. Deletions are the keys that never came.
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
        var index = new KeyIndex(plan.Head.Records, plan.IndexBytes);
        try
        {
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

    public async Task TakeAsync(Batch source, RecordBatch records, CancellationToken cancellationToken)
    {
        hashes.Compute(records);
        for (var i = 0; i < records.Count; i++)
        {
            if (i + KeyHashes.Ahead < records.Count)
                index.Prefetch(hashes[i + KeyHashes.Ahead]);
            switch (index.Match(hashes[i], records.Hash(i)))
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
                    records.Reject(DuplicateKey.Reject(
                        Encoding.UTF8.GetString(records.Key(i)), records.SourcePosition(i), plan.RawRowOf(source, records, i)));
                    break;
            }
            if (copy.Page.IsFull)
                await copy.SendIfFullAsync(cancellationToken);
        }
    }

    public async Task<Changes> CompleteAsync(bool deriveDeletes, CancellationToken cancellationToken)
    {
        await copy.CompleteAsync(cancellationToken);
        var deleted = deriveDeletes ? await CopyGoneAsync(cancellationToken) : 0;
        return new Changes(added, updated, unchanged, deleted, 0, []);
    }

    public Task ApplyAsync(int publication, long seq, CancellationToken cancellationToken) =>
        plan.Changes.ApplyAsync(Connection, publication, seq, cancellationToken);

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
