using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>
/// Whoever holds it is the only one who writes the export. An advisory lock of a session: it is gone the moment the
/// worker's connection is, however the worker dies.
/// </summary>
sealed class ExportLock : IAsyncDisposable
{
    /// <summary>Class of the advisory locks on exports: "expo" in hexadecimal ASCII.</summary>
    const int LockClass = 0x6578706f;

    readonly NpgsqlConnection connection;
    readonly string id;

    ExportLock(NpgsqlConnection connection, string id) => (this.connection, this.id) = (connection, id);

    /// <summary>Takes the lock; null when somebody else holds it.</summary>
    public static async Task<ExportLock?> TryTakeAsync(NpgsqlDataSource database, Guid export, CancellationToken cancellationToken)
    {
        var id = export.ToString();
        var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await connection.ScalarAsync<bool>($"select pg_try_advisory_lock($1, hashtext($2))", [LockClass, id], cancellationToken))
            return new ExportLock(connection, id);
        await connection.DisposeAsync();
        return null;
    }

    /// <summary>Lets go. The pool keeps connections open, so the lock is released by name.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await connection.ExecuteAsync($"select pg_advisory_unlock($1, hashtext($2))", [LockClass, id], CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The session is gone, and the lock with it.
        }
        await connection.DisposeAsync();
    }
}
