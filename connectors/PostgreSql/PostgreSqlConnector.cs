using Exchange.Sdk;

namespace Exchange.Connectors.PostgreSql;

/// <summary>Tables, views and queries of a PostgreSQL database.</summary>
public sealed class PostgreSqlConnector : IConnector
{
    /// <inheritdoc/>
    public PluginInfo Info { get; } = new("postgresql", "PostgreSQL", typeof(PostgreSqlOptions));

    /// <inheritdoc/>
    public Capabilities CapabilitiesOf(ConnectorContext context) =>
        new(Resumable: true, Ordered: true, ConsistentSnapshot: true, DeleteDetection.FullDiff, FilterPushDown: true);

    /// <inheritdoc/>
    public IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, CancellationToken cancellationToken) =>
        new PostgreSqlCheck(context).RunAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<SourceStream>> DiscoverAsync(ConnectorContext context, CancellationToken cancellationToken)
    {
        var options = context.Options<PostgreSqlOptions>();
        return PostgreSqlErrors.GuardAsync<IReadOnlyList<SourceStream>>(options, async () =>
        {
            await using var connection = await Session.OpenAsync(options, context, cancellationToken);
            var streams = await Catalogue.StreamsAsync(connection, options, cancellationToken);
            return [.. streams.Select(each => each.Stream)];
        });
    }

    /// <inheritdoc/>
    public Task<IRecordReader> OpenAsync(ReadRequest request, ConnectorContext context, CancellationToken cancellationToken)
    {
        var options = context.Options<PostgreSqlOptions>();
        return PostgreSqlErrors.GuardAsync<IRecordReader>(options, async () =>
        {
            var connection = await Session.OpenAsync(options, context, cancellationToken);
            try
            {
                return await PostgreSqlRecordReader.OpenAsync(connection, request, options, cancellationToken);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        });
    }
}
