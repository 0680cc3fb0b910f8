using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>Where every dataset stands. The row of a dataset is locked by the transaction that publishes it.</summary>
public static class DatasetHeads
{
    /// <summary>On which every publication is notified as it commits: the dataset's number.</summary>
    public const string Channel = "exchange_publications";

    static readonly SqlText select = $"""
        select d.id, d.name, d.department, h.seq, h.publication, h.records, h.epoch, h.hash_seed, h.checkpoint, h.columns, h.published_at,
               (select p.run_id from catalog.publications p where p.dataset_id = d.id and p.number = h.publication), h.storage,
               coalesce((select array_agg(f.pointer || ' ' || f.column_name || ' ' || f.type order by f.column_name)
                         from catalog.filter_columns f where f.dataset_id = d.id), array[]::text[]),
               (select p.schema from catalog.publications p where p.dataset_id = d.id and p.number = h.publication), d.small_count
        from catalog.datasets d join catalog.heads h on h.dataset_id = d.id
        """;

    /// <summary>The head of one dataset; null when there is no such dataset.</summary>
    public static Task<DatasetHead?> FindAsync(NpgsqlConnection connection, string dataset, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync($"{select} where d.name = $1", [dataset], Read, cancellationToken);

    /// <summary>The head of one dataset; null when there is no such dataset.</summary>
    public static async Task<DatasetHead?> FindAsync(NpgsqlDataSource database, string dataset, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        return await FindAsync(connection, dataset, cancellationToken);
    }

    /// <summary>The heads of all datasets, by name.</summary>
    public static Task<List<DatasetHead>> ListAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        database.QueryAsync($"{select} order by d.name", [], Read, cancellationToken);

    /// <summary>The head as it is now, locked until the transaction ends: nobody else publishes this dataset meanwhile.</summary>
    public static async Task<DatasetHead> LockAsync(NpgsqlConnection connection, int datasetId, CancellationToken cancellationToken) =>
        await connection.FirstOrDefaultAsync($"{select} where d.id = $1 for update of h", [datasetId], Read, cancellationToken)
        ?? throw new InvalidOperationException($"Dataset {datasetId} is gone.");

    /// <summary>Makes the row of a new dataset.</summary>
    public static async Task<int> CreateAsync(NpgsqlConnection connection, string dataset, string department, DateTimeOffset at, CancellationToken cancellationToken)
    {
        var id = await connection.ScalarAsync<int>(
            $"insert into catalog.datasets (name, department, created_at) values ($1, $2, $3) returning id",
            [dataset, department, at], cancellationToken);
        var seed = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(8));
        await connection.ExecuteAsync($"insert into catalog.heads (dataset_id, hash_seed) values ($1, $2)", [id, seed], cancellationToken);
        return id;
    }

    /// <summary>Gives a dataset to another department.</summary>
    public static Task HandOverAsync(NpgsqlConnection connection, int datasetId, string department, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update catalog.datasets set department = $2 where id = $1", [datasetId, department], cancellationToken);

    /// <summary>Says how counts are told outside of the department; null for exactly.</summary>
    public static Task SetSmallCountAsync(NpgsqlConnection connection, int datasetId, int? smallCount, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update catalog.datasets set small_count = $2 where id = $1", [datasetId, smallCount], cancellationToken);

    /// <summary>Moves the head to a new publication.</summary>
    /// <param name="columns">Source columns that it was read from, as JSON.</param>
    public static async Task AdvanceAsync(
        NpgsqlConnection connection, Publication publication, string? checkpoint, string columns, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            insert into catalog.publications
              (dataset_id, number, run_id, at, records, added, updated, deleted, first_seq, last_seq, schema, mapping)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [publication.DatasetId, publication.Number, publication.Run, publication.At, publication.Records, publication.Added,
             publication.Updated, publication.Deleted, publication.FirstSeq, publication.LastSeq, publication.Schema, publication.Mapping],
            cancellationToken);
        await connection.ExecuteAsync(
            $"""
            update catalog.heads set seq = $2, publication = $3, records = $4, checkpoint = $5, columns = $6, published_at = $7, storage = true
            where dataset_id = $1
            """,
            [publication.DatasetId, publication.LastSeq, publication.Number, publication.Records, checkpoint, columns, publication.At],
            cancellationToken);
        await connection.ExecuteAsync($"select pg_notify({new Literal(Channel)}, $1::text)", [publication.DatasetId], cancellationToken);
    }

    /// <summary>Notes that a read found nothing new: only the source position and columns move.</summary>
    public static Task KeepAsync(NpgsqlConnection connection, int datasetId, string? checkpoint, string? columns, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"update catalog.heads set checkpoint = $2, columns = coalesce($3, columns) where dataset_id = $1",
            [datasetId, checkpoint, columns], cancellationToken);

    /// <summary>Takes whatever columns the source shows next as the expected ones.</summary>
    public static Task ForgetColumnsAsync(NpgsqlConnection connection, int datasetId, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update catalog.heads set columns = null where dataset_id = $1", [datasetId], cancellationToken);

    /// <summary>The publications of a dataset up to a number, newest first.</summary>
    public static Task<List<Publication>> PublicationsAsync(NpgsqlConnection connection, int datasetId, int upTo, int limit, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            $"""
            select dataset_id, number, run_id, at, records, added, updated, deleted, first_seq, last_seq, schema, mapping
            from catalog.publications where dataset_id = $1 and number <= $2 order by number desc limit $3
            """,
            [datasetId, upTo, limit],
            row => new Publication(row.GetInt32(0), row.GetInt32(1), row.GetGuid(2), row.GetFieldValue<DateTimeOffset>(3), row.GetInt64(4),
                row.GetInt64(5), row.GetInt64(6), row.GetInt64(7), row.GetInt64(8), row.GetInt64(9), row.GetString(10), row.GetString(11)),
            cancellationToken);

    /// <summary>When each dataset that is published was first published, by its id.</summary>
    public static async Task<IReadOnlyDictionary<int, DateTimeOffset>> FirstPublishedAsync(NpgsqlDataSource database, CancellationToken cancellationToken) =>
        (await database.QueryAsync($"select dataset_id, at from catalog.publications where number = 1", [], row => (Id: row.GetInt32(0), At: row.GetFieldValue<DateTimeOffset>(1)), cancellationToken))
            .ToDictionary(first => first.Id, first => first.At);

    static DatasetHead Read(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetInt32(4), row.GetInt64(5), row.GetInt32(6),
        row.GetInt64(7), row.Maybe<string>(8), row.Maybe<string>(9), row.IsDBNull(10) ? null : row.GetFieldValue<DateTimeOffset>(10),
        row.IsDBNull(11) ? null : row.GetGuid(11), row.GetBoolean(12), [.. row.GetFieldValue<string[]>(13).Select(ReadFilter)])
    {
        Schema = row.Maybe<string>(14),
        SmallCount = row.Maybe<int?>(15),
    };

    /// <summary>A filterable field as <see cref="ReadFilter"/> reads it.</summary>
    internal static string WriteFilter(FilterColumn filter) => $"{filter.Pointer} {filter.Column} {filter.Type.ToString().ToLowerInvariant()}";

    internal static FilterColumn ReadFilter(string stored)
    {
        var parts = stored.Split(' ');
        return new FilterColumn(string.Join(' ', parts[..^2]), parts[^2], Enum.Parse<FilterType>(parts[^1], ignoreCase: true));
    }
}

/// <summary>The immutable accepted outcome of one run.</summary>
/// <param name="Records">Records alive after it.</param>
/// <param name="FirstSeq">First seq of its changes.</param>
/// <param name="LastSeq">Last seq of its changes.</param>
/// <param name="Schema">Schema that its records follow, such as <c>company/1.0</c>.</param>
/// <param name="Mapping">Mapping and revision that made them, such as <c>company@3</c>.</param>
public sealed record Publication(
    int DatasetId, int Number, Guid Run, DateTimeOffset At, long Records, long Added, long Updated, long Deleted,
    long FirstSeq, long LastSeq, string Schema, string Mapping);
