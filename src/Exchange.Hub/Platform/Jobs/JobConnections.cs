using Hangfire.PostgreSql;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Hangfire's connections, from a pool that goes with the hub. Given a connection string, Hangfire would take them from
/// Npgsql's process-wide pool, where they outlive the hub.
/// </summary>
public sealed class JobConnections(DatabaseLogins logins, HubOptions options) : IConnectionFactory, IAsyncDisposable
{
    /// <summary>Connections that Hangfire wants besides one per worker.</summary>
    const int ServiceConnections = 10;

    readonly NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(logins.Jobs)
    {
        ApplicationName = "exchange jobs",
        MaxPoolSize = options.Workers + JobServers.ShortWorkers + JobServers.ExportWorkers + ServiceConnections,
    });

    /// <summary>A connection that is not open yet; whoever asks closes it.</summary>
    public NpgsqlConnection GetOrCreateConnection() => source.CreateConnection();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();
}
