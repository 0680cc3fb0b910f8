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
    const int PoolSize = 12;

    const int PreparedStatements = 100;

    /// <summary>The connections.</summary>
    public NpgsqlDataSource Source { get; } = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(logins.Application)
    {
        ApplicationName = "exchange points",
        MaxPoolSize = PoolSize,
        MaxAutoPrepare = PreparedStatements,
        AutoPrepareMinUsages = 2,
        NoResetOnClose = true,
    });

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();
}
