using System.Data;
using System.Data.Common;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>An open connection to a consumer's database, with the names of what is written there.</summary>
sealed class TableTarget : IAsyncDisposable
{
    TableTarget(ITableDialect dialect, DbConnection connection, TableOptions options)
    {
        Dialect = dialect;
        Connection = connection;
        Options = options;
        Schema = options.Schema ?? dialect.UsualSchema ?? options.Database;
        Table = Named(options.Table);
        State = Named(TableState.Table);
    }

    public ITableDialect Dialect { get; }

    public DbConnection Connection { get; }

    public TableOptions Options { get; }

    /// <summary>The schema, or the database where there are none.</summary>
    public string Schema { get; }

    /// <summary>The table, quoted.</summary>
    public string Table { get; }

    /// <summary>The table of states, quoted.</summary>
    public string State { get; }

    /// <summary>Connects to the first address of the host that answers; all of them were judged.</summary>
    /// <exception cref="HubException">The hub may not send there, or there is no such host.</exception>
    /// <exception cref="DbException">Nobody answers, or lets the user in.</exception>
    public static async Task<TableTarget> OpenAsync(ITableDialect dialect, OutboundGuard guard, TableOptions options, CancellationToken cancellationToken)
    {
        var addresses = await guard.ResolveAsync(options.Host, cancellationToken);
        foreach (var (index, address) in addresses.Index())
        {
            try
            {
                return await OfAsync(dialect, dialect.Connect(options, address), options, cancellationToken);
            }
            catch (DbException) when (index < addresses.Length - 1)
            {
                // the next may answer
            }
        }
        throw HubException.Unavailable("host-not-found", $"The host \"{options.Host}\" has no address.");
    }

    /// <summary>Opens a connection, which it takes over.</summary>
    public static async Task<TableTarget> OfAsync(ITableDialect dialect, DbConnection connection, TableOptions options, CancellationToken cancellationToken)
    {
        var target = new TableTarget(dialect, connection, options);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await target.ExecuteAsync(null, dialect.Settings, cancellationToken);
            return target;
        }
        catch
        {
            await target.DisposeAsync();
            throw;
        }
    }

    /// <summary>The columns of a table, by its unquoted name; none when there is no such table.</summary>
    public Task<List<TargetColumn>> ColumnsAsync(string table, DbTransaction? transaction, CancellationToken cancellationToken) => QueryAsync(
        transaction, Dialect.Columns,
        row => Dialect.Describe(
            row.GetString(0), row.GetString(1), Number(row, 2) == 1,
            new ColumnLimits(Number(row, 3), Number(row, 4), null, (int?)Number(row, 5), (int?)(Number(row, 6) ?? Number(row, 7)))),
        cancellationToken, Schema, table);

    /// <summary>Holds the table against what is wanted of it.</summary>
    public async Task<TableShape> ShapeAsync(IReadOnlyList<TableColumn> wanted, DbTransaction? transaction, CancellationToken cancellationToken)
    {
        var found = await ColumnsAsync(Options.Table, transaction, cancellationToken);
        var isKeyed = (await QueryAsync(transaction, Dialect.KeyIndexes, row => Number(row, 0), cancellationToken, Schema, Options.Table))[0] > 0;
        return TableShape.Of(Dialect, Table, wanted, found, isKeyed);
    }

    /// <summary>Executes one statement; its arguments are <c>@p0</c>, <c>@p1</c>, …</summary>
    public async Task<int> ExecuteAsync(DbTransaction? transaction, string sql, CancellationToken cancellationToken, params object?[] arguments)
    {
        await using var command = Prepare(transaction, sql, arguments);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Reads all rows.</summary>
    public async Task<List<T>> QueryAsync<T>(DbTransaction? transaction, string sql, Func<DbDataReader, T> map, CancellationToken cancellationToken, params object?[] arguments)
    {
        await using var command = Prepare(transaction, sql, arguments);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
            rows.Add(map(reader));
        return rows;
    }

    /// <summary>A statement.</summary>
    public DbCommand Prepare(DbTransaction? transaction, string sql, params object?[] arguments)
    {
        var command = Connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (index, value) in arguments.Index())
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"p{index}";
            parameter.Value = value ?? DBNull.Value;
            if (value is null)
                parameter.DbType = DbType.String;
            command.Parameters.Add(parameter);
        }
        return command;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Connection.DisposeAsync();
        }
        catch (Exception error) when (error is DbException or IOException or InvalidOperationException)
        {
            // the server went first
        }
    }

    string Named(string table) => $"{Dialect.Quote(Schema)}.{Dialect.Quote(table)}";

    static long? Number(DbDataReader row, int column) =>
        row.IsDBNull(column) ? null : Convert.ToInt64(row.GetValue(column), System.Globalization.CultureInfo.InvariantCulture);
}
