using System.Text;
using MySqlConnector;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>Inserts many rows by each statement, prepared once. Not thread-safe.</summary>
sealed class MySqlLoad : IRowLoad
{
    /// <summary>Servers take 16 MiB a statement unless told otherwise.</summary>
    const int MostBytes = 4 * 1024 * 1024;
    const int MostParameters = 10_000;

    readonly MySqlTransaction transaction;
    readonly string head;
    readonly int columnCount;
    readonly int rowsEach;
    readonly RowBatch batch;
    MySqlCommand? prepared;

    public MySqlLoad(MySqlTransaction transaction, string table, string[] names, IReadOnlyList<BoundColumn> columns, int batchSize)
    {
        this.transaction = transaction;
        head = $"insert into {table} ({string.Join(", ", names)}) values ";
        columnCount = names.Length;
        rowsEach = Math.Clamp(MostParameters / columnCount, 1, batchSize);
        batch = new RowBatch(columns);
    }

    public bool Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> document)
    {
        batch.Add(key, document);
        return batch.Rows.Count >= rowsEach || batch.Bytes >= MostBytes;
    }

    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (batch.Rows.Count == 0)
            return;
        if (batch.Rows.Count == rowsEach)
        {
            prepared ??= await PrepareAsync(cancellationToken);
            await ExecuteAsync(prepared, cancellationToken);
        }
        else
        {
            await using var once = Make(batch.Rows.Count);
            await ExecuteAsync(once, cancellationToken);
        }
        batch.Clear();
    }

    public async Task CompleteAsync(CancellationToken cancellationToken) => await SendAsync(cancellationToken);

    public ValueTask DisposeAsync() => prepared?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<MySqlCommand> PrepareAsync(CancellationToken cancellationToken)
    {
        var command = Make(rowsEach);
        await command.PrepareAsync(cancellationToken);
        return command;
    }

    MySqlCommand Make(int rows)
    {
        var row = $"({string.Join(',', Enumerable.Repeat('?', columnCount))})";
        var text = new StringBuilder(head, head.Length + (rows * (row.Length + 1))).AppendJoin(',', Enumerable.Repeat(row, rows));
        var command = new MySqlCommand(text.ToString(), transaction.Connection, transaction);
        for (var i = 0; i < rows * columnCount; i++)
            command.Parameters.Add(new MySqlParameter());
        return command;
    }

    async Task ExecuteAsync(MySqlCommand command, CancellationToken cancellationToken)
    {
        var next = 0;
        foreach (var row in batch.Rows)
        {
            foreach (var value in row)
                command.Parameters[next++].Value = value ?? DBNull.Value;
        }
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
