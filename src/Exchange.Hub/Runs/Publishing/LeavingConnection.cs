using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Closing a run's connection, whatever state the run left it in.</summary>
static class LeavingConnection
{
    /// <summary>Executes a last statement if that is still possible, and closes.</summary>
    public static async ValueTask LeaveAsync(this NpgsqlConnection connection, SqlText? last)
    {
        try
        {
            if (last is not null && connection.FullState == System.Data.ConnectionState.Open)
                await connection.ExecuteAsync(last, [], CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // The database went away or the transaction failed: the reconciler drops what is left behind.
        }
        finally
        {
            await connection.DisposeAsync();
        }
    }
}
