using System.Data;
using System.Data.SqlTypes;
using Microsoft.Data.SqlClient;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>Loads rows by the server's bulk insert. Not thread-safe.</summary>
sealed class SqlServerLoad : IRowLoad
{
    readonly SqlBulkCopy copy;
    readonly BoundColumn[] columns;
    readonly int batchSize;
    readonly RowBatch batch;
    readonly DataTable rows = new() { Locale = System.Globalization.CultureInfo.InvariantCulture };

    public SqlServerLoad(SqlTransaction transaction, string table, IReadOnlyList<BoundColumn> columns, int batchSize)
    {
        this.columns = [.. columns];
        this.batchSize = batchSize;
        batch = new RowBatch(columns);
        copy = new SqlBulkCopy(transaction.Connection, SqlBulkCopyOptions.KeepNulls | SqlBulkCopyOptions.CheckConstraints, transaction) { DestinationTableName = table, BulkCopyTimeout = 0 };
        Map(TableColumn.Key, typeof(byte[]));
        foreach (var column in columns)
            Map(column.Name, TypeOf(column.Form));
    }

    public bool Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> document)
    {
        batch.Add(key, document);
        return batch.Rows.Count >= batchSize;
    }

    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (batch.Rows.Count == 0)
            return;
        foreach (var row in batch.Rows)
            rows.Rows.Add([row[0], .. columns.Select((column, index) => ValueOf(column.Form, row[index + 1]))]);
        await copy.WriteToServerAsync(rows, cancellationToken);
        rows.Clear();
        batch.Clear();
    }

    public async Task CompleteAsync(CancellationToken cancellationToken) => await SendAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        ((IDisposable)copy).Dispose();
        rows.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>A value as the bulk insert takes it.</summary>
    public static object ValueOf(ColumnKind form, object? value) => (form, value) switch
    {
        (_, null) => DBNull.Value,
        (ColumnKind.Number, string text) => SqlDecimal.Parse(text),
        (_, DateOnly date) => date.ToDateTime(TimeOnly.MinValue),
        (_, DateTime instant) => new DateTimeOffset(instant),
        _ => value,
    };

    void Map(string name, Type type)
    {
        rows.Columns.Add(new DataColumn(name, type));
        copy.ColumnMappings.Add(name, name);
    }

    static Type TypeOf(ColumnKind form) => form switch
    {
        ColumnKind.Integer => typeof(long),
        ColumnKind.Number => typeof(SqlDecimal),
        ColumnKind.Boolean => typeof(bool),
        ColumnKind.Date => typeof(DateTime),
        ColumnKind.Instant => typeof(DateTimeOffset),
        _ => typeof(string),
    };
}
