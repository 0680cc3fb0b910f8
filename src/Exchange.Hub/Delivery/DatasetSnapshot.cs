using System.Data;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>
/// One dataset as one snapshot of the database shows it: head and rows belong together, whatever is published
/// meanwhile. Holds a connection until it is disposed.
/// </summary>
sealed class DatasetSnapshot : IAsyncDisposable
{
    DatasetSnapshot(NpgsqlConnection connection, DatasetHead head)
    {
        Connection = connection;
        Head = head;
        Reads = new RecordReads(new DatasetTables(head.DatasetId, head.Filters), null);
    }

    public NpgsqlConnection Connection { get; }

    /// <summary>Where the dataset stands, as whoever was let in may see it.</summary>
    public DatasetHead Head { get; private set; }

    public RecordReads Reads { get; private set; }

    /// <summary>Takes a snapshot.</summary>
    /// <exception cref="HubException">There is no such dataset.</exception>
    public static async Task<DatasetSnapshot> OpenAsync(NpgsqlDataSource database, string dataset, CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            // Ends with the connection: nothing is written, so there is nothing to commit.
            await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            var head = await DatasetHeads.FindAsync(connection, dataset, cancellation)
                ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset '{dataset}'. GET /api/v1/datasets lists those there are.");
            return new DatasetSnapshot(connection, head);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Asks the gate whether a request may read. Whoever may read a line of the schema that is over is shown the dataset
    /// as it stood at the end of that line, from here on: its head, its rows, its history.
    /// </summary>
    /// <exception cref="HubException">The caller may not.</exception>
    public async ValueTask<ReadAccess> AdmitAsync(AccessGate gate, HttpContext http, DeliveryMode mode)
    {
        var access = await gate.DecideAsync(http, Head, mode, cancellation => SchemaLines.PastAsync(Connection, Head, cancellation));
        if (access.Line is { } line)
        {
            Head = line.HeadOf(Head);
            Reads = new RecordReads(new DatasetTables(Head.DatasetId, Head.Filters), line.Last.Number);
            PastSchema.Announce(http, line);
        }
        return access;
    }

    /// <summary>What the cursors of a reader belong to.</summary>
    public CursorScope ScopeOf(ReadAccess access) => new(Head.DatasetId, Head.Epoch, access.GrantId, access.Version);

    /// <summary>Reads rows one by one, none of them kept.</summary>
    public async Task<NpgsqlDataReader> ReadAsync(SqlText sql, object[] arguments, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql.ToString(), Connection);
        foreach (var argument in arguments)
            command.Parameters.Add(new NpgsqlParameter { Value = argument });
        return await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellation);
    }

    /// <summary>Answers a query. A snapshot keeps rows, not columns: a filter's column may be dropped between the head and the rows.</summary>
    public async Task WhileDeclaredAsync(RecordQuery query, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (PostgresException error) when (!query.Rows.IsNone && error.SqlState is PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedFunction)
        {
            throw Changing(error);
        }
    }

    /// <summary>The dataset is declared anew while a request is answered.</summary>
    public HubException Changing(Exception? cause = null) =>
        new(ErrorKind.Unavailable, "dataset-changing", $"Schema or filterable fields of dataset '{Head.Name}' were changed this moment. Ask again.", cause) { RetryAfter = TimeSpan.FromSeconds(1) };

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
