using System.Data.Common;
using Exchange.Hub.Delivery.Exports;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>What a delivery did to a table.</summary>
/// <param name="State">How far the table is now.</param>
/// <param name="Deleted">Rows that were deleted.</param>
/// <param name="IsReload">Whether everything was read, and not only what had changed.</param>
/// <param name="IsBehind">Whether the table is ahead of what this worker has seen: it must look again.</param>
sealed record TableDone(TableState State, long Deleted, bool IsReload, bool IsBehind = false);

/// <summary>
/// Brings a table from one publication to another in one transaction, with the place in the feed: whoever looks sees the
/// one or the other, and however hub and database die, what counts is what was committed.
/// </summary>
sealed class TableDelivery(ExportColumns schemas, SubscriptionStore subscriptions, TimeProvider time)
{
    /// <summary>Columns that the table is to have.</summary>
    public Task<IReadOnlyList<TableColumn>> ColumnsAsync(PushReading opened, CancellationToken cancellationToken) => ColumnsAsync(opened, opened.Snapshot.Head.Publication, cancellationToken);

    /// <summary>Columns that the table has as of a publication.</summary>
    public async Task<IReadOnlyList<TableColumn>> ColumnsAsync(PushReading opened, int publication, CancellationToken cancellationToken) =>
        TableColumn.Of(await schemas.SchemaAsync(opened.Snapshot, publication, cancellationToken), opened.Reading.Access.View);

    /// <summary>Delivers.</summary>
    /// <exception cref="TableMisfitException">The table is not as it must be.</exception>
    /// <exception cref="TableValueException">A column cannot hold a value.</exception>
    public async Task<TableDone> ExecuteAsync(TableTarget target, PushReading opened, Subscription subscription, CancellationToken cancellationToken)
    {
        var (shape, wasMade) = await PrepareAsync(target, await ColumnsAsync(opened, cancellationToken), cancellationToken);
        await using var transaction = await target.Connection.BeginTransactionAsync(cancellationToken);
        var before = await TableState.LockAsync(target, transaction, subscription, Now, cancellationToken);
        await RequireAloneAsync(target, transaction, subscription, cancellationToken);
        var head = opened.Snapshot.Head;
        if (before.Fences(head.Epoch, subscription.Revision))
            throw HubException.Conflict("table-fenced", "The table was written under a later revision of the subscription, so this delivery is out of date. It is tried again as the subscription stands then.");
        if (before.Epoch == head.Epoch && before.Publication > head.Publication)
            return new TableDone(before, 0, false, IsBehind: true);
        var load = new TableLoad(target, transaction, opened, shape.Columns);
        var walk = wasMade || before.Layout != shape.Layout ? null : WalkOf(opened, before, subscription);
        var next = walk?.AfterAll;
        if (walk is not null && before.Place == opened.Write(next!.Value) && before.Revision == subscription.Revision)
            return new TableDone(before, 0, false);
        if (walk is null)
            await load.ReloadAsync(cancellationToken);
        else
            await load.ApplyAsync(walk, cancellationToken);
        await load.ClearAsync(await WithdrawnAsync(target, transaction, before, shape, cancellationToken), cancellationToken);
        var after = new TableState(
            next is { } place ? opened.Write(place) : opened.CursorAt(head.Seq), ReadingOf(before, subscription, walk is null), head.Publication, head.Epoch, subscription.Revision, shape.Layout);
        await after.WriteAsync(target, transaction, subscription, Now, cancellationToken);
        opened.Reading.Stop.ThrowIfCancellationRequested();
        await transaction.CommitAsync(cancellationToken);
        return new TableDone(after, load.Deleted, walk is null);
    }

    DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>The table as it is written to; made and mended before, where the hub may do so.</summary>
    static async Task<(TableShape Shape, bool WasMade)> PrepareAsync(TableTarget target, IReadOnlyList<TableColumn> wanted, CancellationToken cancellationToken)
    {
        var shape = await target.ShapeAsync(wanted, null, cancellationToken);
        var hasState = (await target.ColumnsAsync(TableState.Table, null, cancellationToken)).Count > 0;
        string[] statements = hasState ? [.. shape.Statements] : [TableState.Create(target), .. shape.Statements];
        var problems = target.Options.Create ? shape.Problems : [.. shape.Problems, .. statements.Select(statement => $"Run: {statement};")];
        if (problems.Count > 0)
            throw new TableMisfitException(problems);
        foreach (var statement in statements)
            await target.ExecuteAsync(null, statement, cancellationToken);
        if (shape.Statements.Count == 0)
            return (shape, false);
        var made = await target.ShapeAsync(wanted, null, cancellationToken);
        return made.Statements.Count + made.Problems.Count == 0 ? (made, true) : throw new TableMisfitException([.. made.Problems, .. made.Statements.Select(statement => $"Run: {statement};")]);
    }

    /// <summary>Two subscriptions in one table would drop each other's rows. One that is over leaves it to the next.</summary>
    async Task RequireAloneAsync(TableTarget target, DbTransaction transaction, Subscription subscription, CancellationToken cancellationToken)
    {
        foreach (var other in await TableState.OthersAsync(target, transaction, subscription, cancellationToken))
        {
            if (Guid.TryParse(other, out var id) && await subscriptions.FindAsync(id, cancellationToken) is { State: SubscriptionState.Ended })
                await TableState.ForgetAsync(target, transaction, other, cancellationToken);
            else
                throw new TableMisfitException([$"The table is kept by subscription {other}. Name another table; or, if that subscription is no more, delete its row from {target.State}."]);
        }
    }

    /// <summary>
    /// Where to go on: where the table is, unless a person has said from where to send again since. Null to read
    /// everything, as the place is of no use any more.
    /// </summary>
    static FeedWalk? WalkOf(PushReading opened, TableState state, Subscription subscription)
    {
        var cursor = subscription.Place.Reading > state.Reading ? null : subscription.Revision > state.Revision ? subscription.Place.Cursor : state.Place;
        try
        {
            return cursor is null ? null : opened.WalkFrom(cursor);
        }
        catch (HubException over) when (PushReading.IsOver(over))
        {
            return null;
        }
    }

    static long ReadingOf(TableState state, Subscription subscription, bool isReload) =>
        Math.Max(subscription.Place.Reading, state.Reading + (isReload ? 1 : 0));

    /// <summary>Columns that were written once, are not now, and are still there.</summary>
    static async Task<IReadOnlyList<string>> WithdrawnAsync(TableTarget target, DbTransaction transaction, TableState before, TableShape shape, CancellationToken cancellationToken)
    {
        var once = TableShape.NamesIn(before.Layout).Except(shape.Columns.Select(column => column.Name)).ToList();
        return once.Count == 0 ? [] : [.. once.Intersect((await target.ColumnsAsync(target.Options.Table, transaction, cancellationToken)).Select(column => column.Name))];
    }
}
