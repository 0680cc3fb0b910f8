using System.Data;
using System.Data.Common;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>The rows of a table, in the order of keys by their bytes.</summary>
sealed class RowSide : IAsyncDisposable
{
    readonly DbCommand command;
    readonly DbDataReader reader;

    RowSide(DbCommand command, DbDataReader reader, IReadOnlyList<BoundColumn> columns)
    {
        this.command = command;
        this.reader = reader;
        Row = new CanonicalRow(columns);
    }

    /// <summary>The row that was come to.</summary>
    public CanonicalRow Row { get; }

    public static async Task<RowSide> OpenAsync(TableTarget target, DbTransaction transaction, IReadOnlyList<BoundColumn> columns, CancellationToken cancellationToken)
    {
        var (key, order) = target.Dialect.KeyBytes;
        var list = string.Join(", ", columns.Select(column => target.Dialect.ReadBack(target.Dialect.Quote(column.Name), column.Form)).Prepend(key));
        var command = target.Prepare(transaction, $"select {list} from {target.Table} order by {order}");
        try
        {
            return new RowSide(command, await command.ExecuteReaderAsync(CommandBehavior.SequentialAccess, cancellationToken), columns);
        }
        catch
        {
            await command.DisposeAsync();
            throw;
        }
    }

    /// <summary>Goes on to the next; false at the end.</summary>
    public async ValueTask<bool> NextAsync(CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken))
            return false;
        Row.Set((byte[])reader.GetValue(0), column => reader.IsDBNull(column + 1) ? null : reader.GetString(column + 1));
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await command.DisposeAsync();
    }
}
