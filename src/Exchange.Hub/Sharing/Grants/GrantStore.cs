using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Which grants are looked for; null matches everything.</summary>
/// <param name="Party">A department that is provider or consumer.</param>
/// <param name="Dataset">Name of a dataset.</param>
/// <param name="State">Where they stand.</param>
/// <param name="Before">Only grants issued before this instant.</param>
/// <param name="Limit">Most grants.</param>
sealed record GrantQuery(string? Party, string? Dataset, GrantState? State, DateTimeOffset? Before, int Limit);

/// <summary>The rows of <c>sharing.grants</c>. Every change is told to all hubs of the database when it is committed.</summary>
sealed class GrantStore(NpgsqlDataSource database)
{
    /// <summary>Where changes are told; the payload is the grant's id.</summary>
    public const string Channel = "exchange_grants";

    static readonly SqlText columns = $"""
        id, revision, version, dataset_id, dataset, schema, provider, consumer, system, purpose, terms,
        state, state_reason, state_changed_at, state_changed_by, request, provider_confirmation, consumer_confirmation, created_at
        """;

    static readonly SqlText open = $"state in ('active', 'suspended')";

    /// <summary>One grant; null when there is none of that id.</summary>
    public Task<Grant?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"select {columns} from sharing.grants where id = $1", [id], Read, cancellationToken);

    /// <summary>One grant, kept from others who would change it until the transaction ends.</summary>
    public static Task<Grant?> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync($"select {columns} from sharing.grants where id = $1 for update", [id], Read, cancellationToken);

    /// <summary>Grants, newest first.</summary>
    public Task<List<Grant>> ListAsync(GrantQuery query, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select {columns} from sharing.grants
            where ($1::text is null or provider = $1 or consumer = $1) and ($2::text is null or dataset = $2)
              and ($3::text is null or state = $3) and ($4::timestamptz is null or created_at < $4)
            order by created_at desc, id limit $5
            """,
            [query.Party, query.Dataset, query.State?.Stored(), query.Before, query.Limit], Read, cancellationToken);

    /// <summary>Every grant that has not ended.</summary>
    public Task<List<Grant>> OpenAsync(CancellationToken cancellationToken) =>
        database.QueryAsync($"select {columns} from sharing.grants where {open}", [], Read, cancellationToken);

    /// <summary>The grants of a department for a dataset, ended ones too, newest first.</summary>
    public Task<List<Grant>> OfReaderAsync(int datasetId, string consumer, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"select {columns} from sharing.grants where dataset_id = $1 and consumer = $2 order by {open} desc, created_at desc limit $3",
            [datasetId, consumer, limit], Read, cancellationToken);

    /// <summary>Departments that hold grants for a line of a dataset's schema, by name.</summary>
    /// <param name="line">Name and major version: <c>company/1</c>.</param>
    public static Task<List<string>> ConsumersAsync(NpgsqlConnection connection, int datasetId, string line, DateTimeOffset now, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            $"""
            select distinct consumer from sharing.grants
            where dataset_id = $1 and {open} and until > $3 and regexp_replace(schema, '[.][^.]*$', '') = $2 order by consumer
            """,
            [datasetId, line, now], row => row.GetString(0), cancellationToken);

    /// <summary>Grants whose time is over and that do not say so yet.</summary>
    public Task<List<Guid>> OverAsync(DateTimeOffset now, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync($"select id from sharing.grants where {open} and until <= $1 order by until limit $2", [now, limit], row => row.GetGuid(0), cancellationToken);

    /// <summary>Grants whose dataset has gone to another department.</summary>
    /// <param name="datasets">The datasets as they stand.</param>
    public Task<List<Guid>> StrayedAsync(IReadOnlyList<DatasetHead> datasets, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select g.id from sharing.grants g join unnest($1::int[], $2::text[]) as d(id, department) on d.id = g.dataset_id
            where {open} and g.provider <> d.department
            """,
            [datasets.Select(dataset => dataset.DatasetId).ToArray(), datasets.Select(dataset => dataset.Department).ToArray()], row => row.GetGuid(0), cancellationToken);

    /// <summary>Adds a grant.</summary>
    public static async Task InsertAsync(NpgsqlConnection connection, Grant grant, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            insert into sharing.grants
              (id, revision, version, dataset_id, dataset, schema, provider, consumer, system, purpose, terms, until,
               state, state_reason, state_changed_at, state_changed_by, request, provider_confirmation, consumer_confirmation, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::jsonb, $12, $13, $14, $15, $16, $17, $18::jsonb, $19::jsonb, $20)
            """,
            [grant.Id, grant.Revision, grant.Version, grant.DatasetId, grant.Dataset, grant.Schema, grant.Provider, grant.Consumer, grant.System,
             grant.Purpose, Write(grant.Terms), grant.Terms.Until, grant.State.Stored(), grant.StateReason, grant.StateChangedAt, grant.StateChangedBy,
             grant.Request, Write(grant.ProviderConfirmation), Write(grant.ConsumerConfirmation), grant.CreatedAt],
            cancellationToken);
        await TellAsync(connection, grant.Id, cancellationToken);
    }

    /// <summary>Writes state, version, terms and provider of a grant that is locked.</summary>
    public static async Task UpdateAsync(NpgsqlConnection connection, Grant grant, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync(
            $"""
            update sharing.grants set revision = $2, version = $3, terms = $4::jsonb, until = $5, state = $6, state_reason = $7,
              state_changed_at = $8, state_changed_by = $9, provider = $10
            where id = $1
            """,
            [grant.Id, grant.Revision, grant.Version, Write(grant.Terms), grant.Terms.Until, grant.State.Stored(), grant.StateReason, grant.StateChangedAt, grant.StateChangedBy, grant.Provider],
            cancellationToken);
        await TellAsync(connection, grant.Id, cancellationToken);
    }

    static Task TellAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"select pg_notify({new Literal(Channel)}, $1)", [id.ToString()], cancellationToken);

    static string Write<T>(T value) => JsonSerializer.Serialize(value, ApiJson.Options);

    static T Parse<T>(NpgsqlDataReader row, int column) => JsonSerializer.Deserialize<T>(row.GetString(column), ApiJson.Options)!;

    static Grant Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Revision = row.GetInt32(1),
        Version = row.GetInt32(2),
        DatasetId = row.GetInt32(3),
        Dataset = row.GetString(4),
        Schema = row.GetString(5),
        Provider = row.GetString(6),
        Consumer = row.GetString(7),
        System = row.Maybe<string>(8),
        Purpose = row.GetString(9),
        Terms = Parse<Terms>(row, 10),
        State = GrantStates.Parse(row.GetString(11)),
        StateReason = row.Maybe<string>(12),
        StateChangedAt = row.GetFieldValue<DateTimeOffset>(13),
        StateChangedBy = row.GetString(14),
        Request = row.Maybe<string>(15),
        ProviderConfirmation = Parse<Confirmation>(row, 16),
        ConsumerConfirmation = Parse<Confirmation>(row, 17),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(18),
    };
}
