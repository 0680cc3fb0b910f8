using System.Data.Common;
using System.Text;
using Exchange.Hub.Delivery.Exports;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>What is done to a table in one transaction, from one snapshot of the dataset.</summary>
sealed class TableLoad(TableTarget target, DbTransaction transaction, PushReading opened, IReadOnlyList<BoundColumn> columns)
{
    const int DeletesEach = 500;
    const int MostGone = 10_000;

    bool staged;

    /// <summary>Rows that were deleted.</summary>
    public long Deleted { get; private set; }

    Reading Reading => opened.Reading;

    string Key => target.Dialect.Quote(TableColumn.Key);

    /// <summary>
    /// Makes the table what the dataset is. An empty table is loaded at once; else what came is merged, so that columns
    /// which are not the hub's keep what they hold, and rows that did not come are dropped.
    /// </summary>
    public async Task ReloadAsync(CancellationToken cancellationToken)
    {
        await Reading.TakeAsync(await CountAsync(cancellationToken));
        if (await IsEmptyAsync(cancellationToken))
        {
            await LoadAsync(target.Table, cancellationToken);
            return;
        }
        await StageAsync(cancellationToken);
        await LoadAsync(target.Dialect.Stage, cancellationToken);
        await MergeAsync(cancellationToken);
        Deleted += await target.ExecuteAsync(
            transaction, $"delete from {target.Table} where not exists (select 1 from {target.Dialect.Stage} where {target.Dialect.Stage}.{Key} = {target.Table}.{Key})", cancellationToken);
    }

    /// <summary>Applies changes: what is new or other, and what is gone.</summary>
    public async Task ApplyAsync(FeedWalk walk, CancellationToken cancellationToken)
    {
        var (changes, records) = await walk.CountAsync(cancellationToken);
        if (changes == 0)
            return;
        await Reading.TakeAsync(records);
        await StageAsync(cancellationToken);
        var gone = new List<string>();
        var load = await BeginAsync(target.Dialect.Stage, cancellationToken);
        try
        {
            await foreach (var change in walk.ReadAsync(long.MaxValue, cancellationToken))
            {
                if (change.Doc is not null)
                {
                    if (load.Add(Encoding.UTF8.GetBytes(change.Key), Reading.Show(change.Doc)))
                        await load.SendAsync(cancellationToken);
                    continue;
                }
                gone.Add(change.Key);
                if (gone.Count < MostGone)
                    continue;
                await EndAsync(load, cancellationToken); // a connection that loads does nothing else
                await DeleteAsync(gone, cancellationToken);
                load = await BeginAsync(target.Dialect.Stage, cancellationToken);
            }
            await load.CompleteAsync(cancellationToken);
        }
        finally
        {
            await load.DisposeAsync();
        }
        await DeleteAsync(gone, cancellationToken);
        await MergeAsync(cancellationToken);
    }

    /// <summary>Empties columns that the hub filled once and may show no longer.</summary>
    public async Task ClearAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        foreach (var column in names.Select(target.Dialect.Quote))
            await target.ExecuteAsync(transaction, $"update {target.Table} set {column} = null where {column} is not null", cancellationToken);
    }

    async Task LoadAsync(string into, CancellationToken cancellationToken)
    {
        if (!opened.Snapshot.Head.Storage)
            return;
        await using var load = await BeginAsync(into, cancellationToken);
        SqlText copy = $"copy ({opened.Snapshot.Reads.AllWithKeys(Reading.Access.Rows)}) to stdout (format binary)";
        await using (var source = await opened.Snapshot.Connection.BeginRawBinaryCopyAsync(copy.ToString(), cancellationToken))
        {
            using var documents = new CopyDocuments(source, blockSize: 256 * 1024);
            while (await documents.ReadBlockAsync(cancellationToken))
            {
                while (documents.TryRead(out var key, out var document))
                {
                    if (load.Add(key, Reading.Show(document)))
                        await load.SendAsync(cancellationToken);
                }
            }
        }
        await load.CompleteAsync(cancellationToken);
    }

    /// <summary>The number of records to come, from the same snapshot as they.</summary>
    async Task<long> CountAsync(CancellationToken cancellationToken) =>
        !opened.Snapshot.Head.Storage ? 0
        : Reading.Access.Rows.IsNone ? opened.Snapshot.Head.Records
        : await opened.Snapshot.Connection.ScalarAsync<long>($"select count(*) from ({opened.Snapshot.Reads.All(Reading.Access.Rows)}) d", [], cancellationToken);

    async Task<bool> IsEmptyAsync(CancellationToken cancellationToken) =>
        (await target.QueryAsync(transaction, $"select case when exists (select 1 from {target.Table}) then 1 else 0 end", row => Convert.ToInt32(row.GetValue(0), System.Globalization.CultureInfo.InvariantCulture), cancellationToken))[0] == 0;

    async Task StageAsync(CancellationToken cancellationToken)
    {
        if (staged)
            return;
        staged = true;
        await target.ExecuteAsync(transaction, target.Dialect.CreateStage(target.Table, [Key, .. columns.Select(column => target.Dialect.Quote(column.Name))]), cancellationToken);
    }

    async Task MergeAsync(CancellationToken cancellationToken)
    {
        foreach (var statement in target.Dialect.Merge(target.Table, columns))
            await target.ExecuteAsync(transaction, statement, cancellationToken);
    }

    async Task DeleteAsync(List<string> gone, CancellationToken cancellationToken)
    {
        foreach (var some in gone.Chunk(DeletesEach))
        {
            var places = string.Join(", ", some.Select((_, index) => $"@p{index}"));
            Deleted += await target.ExecuteAsync(transaction, $"delete from {target.Table} where {Key} in ({places})", cancellationToken, [.. some.Select(target.Dialect.KeyValue)]);
        }
        gone.Clear();
    }

    Task<IRowLoad> BeginAsync(string into, CancellationToken cancellationToken) =>
        target.Dialect.BeginLoadAsync(transaction, into, columns, target.Options.BatchSize, cancellationToken);

    static async Task EndAsync(IRowLoad load, CancellationToken cancellationToken)
    {
        await load.CompleteAsync(cancellationToken);
        await load.DisposeAsync();
    }
}
