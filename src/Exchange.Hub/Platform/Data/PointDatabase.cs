using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// The way into the database for single statements that every other request repeats, such as who holds a token and one
/// record by its key. Its statements are prepared after their second use, and its connections are handed on as they are:
/// nobody may begin a transaction or change a setting on them.
/// </summary>
public sealed class PointDatabase(DatabaseLogins logins) : IAsyncDisposable
{
    /// <summary>Such a statement takes the server less than a millisecond: more connections would only wait for its cores.</summary>
    const int PoolSize = 4;

    const int PreparedStatements = 100;

    NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(logins.Application)
    {
        ApplicationName = "exchange points",
        MaxPoolSize = PoolSize,
        MaxAutoPrepare = PreparedStatements,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
        Multiplexing = true,
    });

    /// <summary>
    /// Reads. A connection that died while nobody used it, as they all do when the server is started again, is found out
    /// by the read that gets it: then the others are let go too, and it is done once more.
    /// </summary>
    public async Task<T> ReadAsync<T>(Func<NpgsqlDataSource, Task<T>> read)
    {
        try
        {
            return await read(Source);
        }
        catch (NpgsqlException dead) when (dead is not PostgresException { SqlState: not PostgresErrorCodes.AdminShutdown })
        {
            Source.Clear();
            return await read(Source);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
