using System.Data.Common;
using Exchange.Hub.Delivery.Subscriptions;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// How far a table is, kept in a row of <c>exchange_state</c> beside it: what is committed with the rows is the truth,
/// whatever the hub believes.
/// </summary>
/// <param name="Place">Cursor in the change feed; null before the first load.</param>
/// <param name="Reading">Number of the reading that the rows are of; 0 before the first load.</param>
/// <param name="Publication">The publication that the table shows.</param>
/// <param name="Epoch">Feed epoch of the hub that wrote it.</param>
/// <param name="Revision">Revision of the subscription that it was written under.</param>
/// <param name="Layout">The columns that were written.</param>
sealed record TableState(string? Place, long Reading, int Publication, int Epoch, int Revision, string Layout)
{
    /// <summary>Name of the table that it is kept in.</summary>
    public const string Table = "exchange_state";

    const string Names = "place, reading, publication, epoch, revision, layout";

    /// <summary>Before anything was loaded.</summary>
    public static TableState None { get; } = new(null, 0, 0, 0, 0, "[]");

    /// <summary>Whether a worker of that epoch and revision is behind who wrote here last, and must let it be.</summary>
    public bool Fences(int epoch, int revision) => (Epoch, Revision).CompareTo((epoch, revision)) > 0;

    /// <summary>The statement that makes the table of states.</summary>
    public static string Create(TableTarget target)
    {
        var (text, number) = (target.Dialect.TypeOf(ColumnKind.Text), target.Dialect.TypeOf(ColumnKind.Integer));
        string[] columns =
        [
            "subscription varchar(64) not null", $"table_name {text} not null", $"dataset {text} not null", $"place {text}", $"reading {number} not null", $"publication {number} not null",
            $"epoch {number} not null", $"revision {number} not null", $"layout {text} not null", $"updated_at {target.Dialect.TypeOf(ColumnKind.Instant)} not null",
        ];
        return target.Dialect.CreateTable(target.State, columns, "subscription");
    }

    /// <summary>Reads the state of a subscription, and keeps it from others until the transaction ends.</summary>
    public static async Task<TableState> LockAsync(TableTarget target, DbTransaction transaction, Subscription subscription, DateTime now, CancellationToken cancellationToken)
    {
        var id = subscription.Id.ToString();
        var sql = target.Dialect.Lock(Names, target.State, "subscription = @p0");
        if (await target.QueryAsync(transaction, sql, Read, cancellationToken, id) is [var found])
            return found;
        await target.ExecuteAsync(
            transaction, $"insert into {target.State} (subscription, table_name, dataset, reading, publication, epoch, revision, layout, updated_at) values (@p0, @p1, @p2, 0, 0, 0, 0, '[]', @p3)",
            cancellationToken, id, target.Options.Table, subscription.Dataset, now);
        return None;
    }

    /// <summary>Subscriptions that keep the same table.</summary>
    public static Task<List<string>> OthersAsync(TableTarget target, DbTransaction transaction, Subscription subscription, CancellationToken cancellationToken) =>
        target.QueryAsync(
            transaction, $"select subscription from {target.State} where table_name = @p0 and subscription <> @p1", row => row.GetString(0), cancellationToken,
            target.Options.Table, subscription.Id.ToString());

    /// <summary>Forgets a subscription that is over.</summary>
    public static Task ForgetAsync(TableTarget target, DbTransaction transaction, string subscription, CancellationToken cancellationToken) =>
        target.ExecuteAsync(transaction, $"delete from {target.State} where subscription = @p0", cancellationToken, subscription);

    /// <summary>Writes it, in the transaction of the rows.</summary>
    public Task WriteAsync(TableTarget target, DbTransaction transaction, Subscription subscription, DateTime now, CancellationToken cancellationToken) =>
        target.ExecuteAsync(
            transaction,
            $"update {target.State} set table_name = @p1, place = @p2, reading = @p3, publication = @p4, epoch = @p5, revision = @p6, layout = @p7, updated_at = @p8 where subscription = @p0",
            cancellationToken, subscription.Id.ToString(), target.Options.Table, Place, Reading, Publication, Epoch, Revision, Layout, now);

    static TableState Read(DbDataReader row) => new(
        row.IsDBNull(0) ? null : row.GetString(0), row.GetInt64(1), (int)row.GetInt64(2), (int)row.GetInt64(3), (int)row.GetInt64(4), row.GetString(5));
}
