using System.Data;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// The few calls that all rooms speak SQL through. On a connection they take part in its transaction; on a data source
/// (<see cref="DataSourceCalls"/>) each takes a connection of its own. Arguments are positional: the first is <c>$1</c>.
/// </summary>
public static class ConnectionCalls
{
    extension(NpgsqlConnection connection)
    {
        /// <summary>Reads all rows.</summary>
        public async Task<List<T>> QueryAsync<T>(SqlText sql, object?[] arguments, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
        {
            await using var command = connection.Prepare(sql, arguments);
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellationToken);
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken))
                rows.Add(map(reader));
            return rows;
        }

        /// <summary>Reads the first row; null when there is none.</summary>
        public async Task<T?> FirstOrDefaultAsync<T>(SqlText sql, object?[] arguments, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
        {
            await using var command = connection.Prepare(sql, arguments);
            await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleRow, cancellationToken);
            return await reader.ReadAsync(cancellationToken) ? map(reader) : default;
        }

        /// <summary>Reads the first column of the first row; default when there is none or it is null.</summary>
        public Task<T?> ScalarAsync<T>(SqlText sql, object?[] arguments, CancellationToken cancellationToken) =>
            connection.FirstOrDefaultAsync(sql, arguments, row => row.Maybe<T>(0), cancellationToken);

        /// <summary>Executes, and tells how many rows it touched.</summary>
        public async Task<int> ExecuteAsync(SqlText sql, object?[] arguments, CancellationToken cancellationToken)
        {
            await using var command = connection.Prepare(sql, arguments);
            return await command.ExecuteNonQueryAsync(cancellationToken);
        }

        NpgsqlCommand Prepare(SqlText sql, object?[] arguments)
        {
            var command = new NpgsqlCommand(sql.ToString(), connection);
            foreach (var argument in arguments)
                command.Parameters.Add(new NpgsqlParameter { Value = argument ?? DBNull.Value });
            return command;
        }
    }
}
