using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>
/// Whoever holds it is the only one who refreshes the dataset. An advisory lock of a session: it is gone the moment
/// the worker's connection is, however the worker dies.
/// </summary>
sealed class DatasetLock : IAsyncDisposable
{
    /// <summary>Class of the advisory locks on datasets: "runs" in hexadecimal ASCII.</summary>
    const int LockClass = 0x72756e73;

    readonly NpgsqlConnection connection;
    readonly int datasetId;

    DatasetLock(NpgsqlConnection connection, int datasetId)
    {
        this.connection = connection;
        this.datasetId = datasetId;
    }

    /// <summary>Takes the lock; null when somebody else holds it.</summary>
    public static async Task<DatasetLock?> TryTakeAsync(NpgsqlDataSource database, int datasetId, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.ScalarAsync<bool>($"select pg_try_advisory_lock($1, $2)", [LockClass, datasetId], cancellationToken))
            return new DatasetLock(connection, datasetId);
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Lets go. The pool keeps connections open, so the lock is released by name.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.ExecuteAsync($"select pg_advisory_unlock($1, $2)", [LockClass, datasetId], CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session is gone, and the lock with it.
        }
        await connection.DisposeAsync();
    }
}
