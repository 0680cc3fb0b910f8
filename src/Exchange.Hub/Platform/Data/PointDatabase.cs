using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// The way into the database for single statements that every other request repeats, such as who holds a token and one
/// record by its key. They share few connections and round trips (Npgsql's multiplexing), are prepared after their second
/// use, and find a connection as the last one left it: nobody may begin a transaction or change a setting.
/// </summary>
public sealed class PointDatabase(DatabaseLogins logins) : IAsyncDisposable
{
    /// <summary>Such a statement takes the server less than a millisecond: more connections would only wait for its cores.</summary>
    const int PoolSize = 4;

    const int PreparedStatements = 100;

    NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(Settings(new NpgsqlConnectionStringBuilder(logins.Application)));

    static NpgsqlConnectionStringBuilder Settings(NpgsqlConnectionStringBuilder settings)
    {
        settings.ApplicationName = "exchange points";
        settings.Pooling = true;
        (settings.MinPoolSize, settings.MaxPoolSize) = (0, PoolSize);
        settings.KeepAlive = 0; // not among what shared connections can do
        (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages) = (PreparedStatements, 2);
        settings.NoResetOnClose = true;
        settings.Multiplexing = settings.Host?.Contains(',', StringComparison.Ordinal) != true; // with several servers each statement has a connection to itself
        return settings;
    }

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
