using System.Runtime.CompilerServices;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>
/// A walk through the change feed as one reader sees it: first the changes, in their order; then, where it sees some
/// rows only, the keys that left them, in the order of keys.
/// </summary>
sealed class FeedWalk(DatasetSnapshot snapshot, Reading reading, FeedQuery query)
{
    RowFilter Rows => reading.Access.Rows;

    /// <summary>The changes up to here are told before the keys that left.</summary>
    long End => query.Left is null ? snapshot.Head.Seq : query.After;

    /// <summary>What is to be told, at most so many changes and so many keys that left.</summary>
    public async IAsyncEnumerable<Change> ReadAsync(long limit, [EnumeratorCancellation] CancellationToken cancellation)
    {
        if (!snapshot.Head.Storage)
            yield break;
        if (query.Left is null)
        {
            await using var rows = await snapshot.ReadAsync(snapshot.Reads.Changes(Rows), [query.After, limit], cancellation);
            while (await rows.ReadAsync(cancellation))
                yield return Change.Read(rows);
        }
        if (Rows.IsNone)
            yield break;
        await using var left = await snapshot.ReadAsync(snapshot.Reads.Left(Rows), [End, query.Since, query.Left ?? "", limit], cancellation);
        while (await left.ReadAsync(cancellation))
            yield return Change.ReadLeft(left);
    }

    /// <summary>How much is to be told in all, and how many records are among it.</summary>
    public async Task<(long Changes, long Records)> CountAsync(CancellationToken cancellation)
    {
        if (!snapshot.Head.Storage)
            return default;
        var changes = await snapshot.Connection.FirstOrDefaultAsync(
            snapshot.Reads.CountChanges(Rows), [query.After], row => (Changes: row.GetInt64(0), Records: row.GetInt64(1)), cancellation);
        if (Rows.IsNone)
            return changes;
        var left = await snapshot.Connection.ScalarAsync<long>(snapshot.Reads.CountLeft(Rows), [End, query.Since], cancellation);
        return (changes.Changes + left, changes.Records);
    }

    /// <summary>Where to go on after a change that more follow.</summary>
    public FeedCursor After(Change last) =>
        new(snapshot.ScopeOf(reading.Access), last.Seq ?? End, query.Since, last.Seq is null ? last.Key : null);

    /// <summary>
    /// Where to go on after all was told. What was published since the changes were told is still to come, and the walk
    /// began where it began.
    /// </summary>
    public FeedCursor AfterAll => new(snapshot.ScopeOf(reading.Access), End, End == snapshot.Head.Seq ? End : query.Since);
}
