using System.Collections.Concurrent;
using System.Data;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Npgsql;
using NpgsqlTypes;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>
/// Finds single records in one round trip. Where a dataset stands is remembered, and every statement brings the stamp of
/// how it stands now beside the record, from one snapshot of the database: what was remembered wrongly is never used, but
/// read anew. The stamp holds everything that a decision on the record may rest on: feed epoch, publication, department,
/// revision of the declaration, typed columns.
/// </summary>
public sealed class KnownDatasets(NpgsqlDataSource database, PointDatabase points)
{
    readonly ConcurrentDictionary<string, KnownDataset> known = new(StringComparer.Ordinal);

    internal static SqlText SelectStamp => $"""
        select h.epoch || ' ' || h.publication || ' ' || d.department || ' '
            || coalesce((select max(v.revision) from catalog.documents v where v.kind = 'dataset' and v.name = d.name), 0)
            || coalesce((select string_agg(' ' || f.column_name || ' ' || f.type || ' ' || f.pointer, '' order by f.column_name) from catalog.filter_columns f where f.dataset_id = d.id), '')
        """;

    internal static SqlText FromHead => $"from catalog.datasets d join catalog.heads h on h.dataset_id = d.id";

    /// <summary>The dataset as it is remembered, or as it stands.</summary>
    /// <exception cref="HubException">There is no such dataset.</exception>
    public async ValueTask<KnownDataset> FindAsync(string name, CancellationToken cancellationToken) =>
        known.TryGetValue(name, out var remembered) ? remembered : await LoadAsync(name, cancellationToken);

    /// <summary>Reads the dataset anew.</summary>
    /// <exception cref="HubException">There is no such dataset.</exception>
    public async Task<KnownDataset> LoadAsync(string name, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var head = await DatasetHeads.FindAsync(connection, name, cancellationToken)
            ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset '{name}'. GET /api/v1/datasets lists those there are.");
        var stamp = await connection.ScalarAsync<string>($"{SelectStamp} {FromHead} where d.id = $1", [head.DatasetId], cancellationToken);
        var document = await DocumentStore.FindAsync(connection, DatasetCatalog.Kind, name, cancellationToken);
        return known[name] = new KnownDataset(head, document is null ? [] : DatasetDefinition.Parse(document.Json).Lookup, stamp!);
    }

    /// <summary>Whether the dataset stands as it is remembered.</summary>
    public async Task<bool> IsCurrentAsync(KnownDataset dataset, CancellationToken cancellationToken) =>
        await points.ReadAsync(source => source.ScalarAsync<string>($"{SelectStamp} {FromHead} where d.id = $1", [dataset.Head.DatasetId], cancellationToken)) == dataset.Stamp;

    /// <summary>The records that a query finds among some rows; two at most, as more than one is as bad as many.</summary>
    /// <returns>Null when the dataset does not stand as it is remembered: load it, and ask again.</returns>
    public async Task<IReadOnlyList<PointRecord>?> ReadAsync(KnownDataset dataset, PointQuery query, RowFilter rows, CancellationToken cancellationToken)
    {
        try
        {
            return await points.ReadAsync(source => ReadAsync(source, dataset, query, rows, cancellationToken));
        }
        catch (PostgresException error) when (IsOfAnotherTable(error.SqlState))
        {
            return null;
        }
    }

    static async Task<IReadOnlyList<PointRecord>?> ReadAsync(NpgsqlDataSource source, KnownDataset dataset, PointQuery query, RowFilter rows, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(dataset.StatementOf(query, rows));
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = dataset.Head.DatasetId });
        if (query.Key is { } key)
            command.Parameters.Add(Text(key));
        foreach (var (_, value) in query.Fields)
            command.Parameters.Add(Text(value));
        await using var reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellationToken);
        return await ReadAsync(reader, dataset.Stamp, cancellationToken);
    }

    static async Task<IReadOnlyList<PointRecord>?> ReadAsync(NpgsqlDataReader reader, string stamp, CancellationToken cancellationToken)
    {
        PointRecord? first = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            if (reader.GetString(0) != stamp)
                return null;
            if (reader.IsDBNull(1))
                return [];
            var record = reader.GetBoolean(3)
                ? new PointRecord(reader.GetString(1), reader.GetInt32(2), null, null)
                : new PointRecord(reader.GetString(1), reader.GetInt32(2), reader.GetFieldValue<byte[]>(4), reader.GetFieldValue<byte[]>(5));
            if (first is not null)
                return [first, record];
            first = record;
        }
        return first is null ? null : [first];
    }

    static NpgsqlParameter<string> Text(string value) => new() { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text };

    /// <summary>A column that a declaration has taken away since, or given another type.</summary>
    static bool IsOfAnotherTable(string state) =>
        state is PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction or PostgresErrorCodes.FeatureNotSupported;
}
