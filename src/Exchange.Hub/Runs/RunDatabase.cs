using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>
/// Connections for publishing: statements take as long as they take (an index over ten million records takes minutes),
/// and a broken connection is noticed by keep-alives instead.
/// </summary>
sealed class RunDatabase(DatabaseLogins logins) : IAsyncDisposable
{
    readonly NpgsqlDataSource source = new NpgsqlDataSourceBuilder(new NpgsqlConnectionStringBuilder(logins.Application)
    {
        CommandTimeout = 0,
        KeepAlive = 30,
        ApplicationName = "exchange-runs",
        MaxPoolSize = 50,
        ReadBufferSize = 64 * 1024,
    }.ConnectionString).Build();

    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) => await source.OpenConnectionAsync(cancellationToken);

    public ValueTask DisposeAsync() => source.DisposeAsync();
}
