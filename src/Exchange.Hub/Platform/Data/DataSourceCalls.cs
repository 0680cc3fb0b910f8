using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>The calls of <see cref="ConnectionCalls"/>, each on a connection of its own; and the transaction.</summary>
public static class DataSourceCalls
{
    extension(NpgsqlDataSource database)
    {
        /// <summary>Reads all rows.</summary>
        public async Task<List<T>> QueryAsync<T>(SqlText sql, object?[] arguments, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.QueryAsync(sql, arguments, map, cancellationToken);
        }

        /// <summary>Reads the first row; null when there is none.</summary>
        public async Task<T?> FirstOrDefaultAsync<T>(SqlText sql, object?[] arguments, Func<NpgsqlDataReader, T> map, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.FirstOrDefaultAsync(sql, arguments, map, cancellationToken);
        }

        /// <summary>Reads the first column of the first row; default when there is none or it is null.</summary>
        public async Task<T?> ScalarAsync<T>(SqlText sql, object?[] arguments, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.ScalarAsync<T>(sql, arguments, cancellationToken);
        }

        /// <summary>Executes, and tells how many rows it touched.</summary>
        public async Task<int> ExecuteAsync(SqlText sql, object?[] arguments, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            return await connection.ExecuteAsync(sql, arguments, cancellationToken);
        }

        /// <summary>Does the work in one transaction: committed when it returns, rolled back when it throws.</summary>
        public async Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> work, CancellationToken cancellationToken)
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var result = await work(connection);
            await transaction.CommitAsync(cancellationToken);
            return result;
        }

        /// <summary>Does the work in one transaction: committed when it returns, rolled back when it throws.</summary>
        public Task InTransactionAsync(Func<NpgsqlConnection, Task> work, CancellationToken cancellationToken) =>
            database.InTransactionAsync(
                async connection =>
                {
                    await work(connection);
                    return true;
                },
                cancellationToken);
    }
}
