using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Exchange.Cli.Following;

/// <summary>
/// A copy in a table of a database: <c>key</c>, <c>record</c> as JSON text, and <c>reading</c>. Records and cursor are
/// committed in one transaction. SQLite and PostgreSQL understand the same statements.
/// </summary>
sealed class SqlCopy : ICopy
{
    readonly DbConnection connection;
    readonly string dataset;
    readonly string table;

    SqlCopy(DbConnection connection, string dataset)
    {
        this.connection = connection;
        this.dataset = dataset;
        table = $"\"{dataset.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    public CopyState State { get; private set; }

    /// <summary>Opens the file, and makes it when it is not there.</summary>
    public static Task<SqlCopy> OpenSqliteAsync(string file, string dataset, CancellationToken cancellationToken) => OpenAsync(
        new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ConnectionString),
        dataset, "pragma journal_mode = wal; pragma synchronous = full", cancellationToken);

    /// <summary>Opens the database; the tables stand in the first schema of its search path.</summary>
    public static Task<SqlCopy> OpenPostgresAsync(string connectionString, string dataset, CancellationToken cancellationToken) => OpenAsync(
        new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, ApplicationName = "exchange follow" }.ConnectionString),
        dataset, "set client_min_messages = warning", cancellationToken);

    static async Task<SqlCopy> OpenAsync(DbConnection connection, string dataset, string setting, CancellationToken cancellationToken)
    {
        var copy = new SqlCopy(connection, dataset);
        try
        {
            await connection.OpenAsync(cancellationToken);
            await copy.ExecuteAsync(null, setting, cancellationToken);
            await copy.ExecuteAsync(null, $"create table if not exists {copy.table} (key text primary key, record text not null, reading bigint not null)", cancellationToken);
            await copy.ExecuteAsync(null, "create table if not exists exchange_follow (dataset text primary key, cursor text, reading bigint not null, whole bigint not null)", cancellationToken);
            await copy.ExecuteAsync(null, "insert into exchange_follow values (@dataset, null, 1, 0) on conflict (dataset) do nothing", cancellationToken, ("dataset", dataset));
            copy.State = await copy.ReadStateAsync(cancellationToken);
            return copy;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public async Task ApplyAsync(IReadOnlyList<Change> changes, string next, bool whole, CancellationToken cancellationToken)
    {
        var state = State with { Cursor = next, Whole = State.Whole || whole };
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await MoveAsync(transaction, state, cancellationToken);
        await ChangeAsync(transaction, changes, cancellationToken);
        if (state.Whole && !State.Whole)
            await ExecuteAsync(transaction, $"delete from {table} where reading < @reading", cancellationToken, ("reading", state.Reading));
        await transaction.CommitAsync(cancellationToken);
        State = state;
    }

    public async Task BeginAgainAsync(CancellationToken cancellationToken)
    {
        var state = new CopyState(null, State.Reading + 1, false);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await MoveAsync(transaction, state, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        State = state;
    }

    public async Task<long> CountAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(null, $"select count(*) from {table}");
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    async Task<CopyState> ReadStateAsync(CancellationToken cancellationToken)
    {
        await using var command = Command(null, "select cursor, reading, whole from exchange_follow where dataset = @dataset", ("dataset", dataset));
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new CopyState(await row.IsDBNullAsync(0, cancellationToken) ? null : row.GetString(0), row.GetInt64(1), row.GetInt64(2) == 1);
    }

    /// <summary>Moves the state on from where this process saw it: two that follow into one table would undo each other.</summary>
    async Task MoveAsync(DbTransaction transaction, CopyState state, CancellationToken cancellationToken)
    {
        var moved = await ExecuteAsync(
            transaction,
            """
            update exchange_follow set cursor = @next, reading = @nextReading, whole = @whole
            where dataset = @dataset and cursor is not distinct from @cursor and reading = @reading
            """,
            cancellationToken,
            ("next", state.Cursor), ("nextReading", state.Reading), ("whole", state.Whole ? 1L : 0L), ("dataset", dataset), ("cursor", State.Cursor), ("reading", State.Reading));
        if (moved != 1)
            throw new CliException(ExitCode.Conflict, $"Another process follows {dataset} into the same place.") { Fix = "Let one of them write; the copy is as the other has left it." };
    }

    async Task ChangeAsync(DbTransaction transaction, IReadOnlyList<Change> changes, CancellationToken cancellationToken)
    {
        await using var put = Command(
            transaction, $"insert into {table} values (@key, @record, @reading) on conflict (key) do update set record = excluded.record, reading = excluded.reading",
            ("key", ""), ("record", ""), ("reading", State.Reading));
        await using var drop = Command(transaction, $"delete from {table} where key = @key", ("key", ""));
        foreach (var change in changes)
        {
            var command = change.Record is null ? drop : put;
            command.Parameters["key"].Value = change.Key;
            if (change.Record is not null)
                command.Parameters["record"].Value = change.Record;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    async Task<int> ExecuteAsync(DbTransaction? transaction, string sql, CancellationToken cancellationToken, params (string Name, object? Value)[] arguments)
    {
        await using var command = Command(transaction, sql, arguments);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    DbCommand Command(DbTransaction? transaction, string sql, params (string Name, object? Value)[] arguments)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Transaction = transaction;
        foreach (var (name, value) in arguments)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = value ?? DBNull.Value;
            if (value is null)
                parameter.DbType = System.Data.DbType.String;
            command.Parameters.Add(parameter);
        }
        return command;
    }
}
