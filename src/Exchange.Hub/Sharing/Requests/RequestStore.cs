using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Requests in <c>sharing.requests</c>, and every step that was taken with them in <c>sharing.request_steps</c>.</summary>
static class RequestStore
{
    static readonly SqlText columns =
        $"id, state, revision, dataset_id, dataset, provider, consumer, application, asked, approved, schema, grant_id, created_at, changed_at";

    /// <summary>One request; null when there is none of this id.</summary>
    public static Task<Request?> FindAsync(NpgsqlDataSource database, Guid id, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"select {columns} from sharing.requests where id = $1", [id], Read, cancellationToken);

    /// <summary>One request as it is now, locked until the transaction ends: of two who decide at once, the second sees what the first did.</summary>
    public static Task<Request?> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync($"select {columns} from sharing.requests where id = $1 for update", [id], Read, cancellationToken);

    /// <summary>Requests, the last changed first; drafts only those of the department that writes them.</summary>
    /// <param name="department">Asking or providing; null for all.</param>
    public static Task<List<Request>> ListAsync(
        NpgsqlDataSource database, string? department, string? dataset, RequestState? state, DateTimeOffset? before, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select {columns} from sharing.requests
            where (consumer = $1 or (state <> 'Draft' and ($1::text is null or provider = $1)))
              and ($2::text is null or dataset = $2) and ($3::text is null or state = $3) and ($4::timestamptz is null or changed_at < $4)
            order by changed_at desc, id limit $5
            """,
            [department, dataset, state?.ToString(), before?.ToUniversalTime(), limit], Read, cancellationToken);

    /// <summary>Every step of a request, the first first.</summary>
    public static Task<List<RequestStep>> HistoryAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.QueryAsync(
            $"""
            select revision, at, by_id, by_name, by_role, by_department, deed, from_state, to_state, reason, detail
            from sharing.request_steps where request_id = $1 order by revision
            """,
            [id], ReadStep, cancellationToken);

    /// <summary>Writes a new request.</summary>
    public static Task InsertAsync(NpgsqlConnection connection, Request request, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            insert into sharing.requests (id, state, revision, dataset_id, dataset, provider, consumer, application, created_at, changed_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
            """,
            [request.Id, request.State.ToString(), request.Revision, request.DatasetId, request.Dataset, request.Provider, request.Consumer,
             Json(request.Application), request.CreatedAt], cancellationToken);

    /// <summary>Writes what became of a request that is locked.</summary>
    public static Task UpdateAsync(NpgsqlConnection connection, Request request, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            update sharing.requests
            set state = $2, revision = $3, provider = $4, application = $5, asked = $6, approved = $7, schema = $8, grant_id = $9, changed_at = $10
            where id = $1
            """,
            [request.Id, request.State.ToString(), request.Revision, request.Provider, Json(request.Application), Json(request.Asked),
             Json(request.Approved), request.Schema, request.Grant, request.ChangedAt], cancellationToken);

    /// <summary>Writes one step.</summary>
    public static Task AddStepAsync(NpgsqlConnection connection, Guid id, RequestStep step, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            insert into sharing.request_steps (request_id, revision, at, by_id, by_name, by_role, by_department, deed, from_state, to_state, reason, detail)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            """,
            [id, step.Revision, step.At, step.By, step.Name, step.Role.ToName(), step.Department, step.Deed.ToString(), step.From.ToString(),
             step.To.ToString(), step.Reason, step.Detail?.GetRawText()], cancellationToken);

    static string? Json<T>(T? value) where T : class => value is null ? null : JsonSerializer.Serialize(value, ApiJson.Options);

    static Request Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), Enum.Parse<RequestState>(row.GetString(1)), row.GetInt32(2), row.GetInt32(3), row.GetString(4), row.GetString(5), row.GetString(6),
        Parse<Application>(row, 7)!, Parse<Terms>(row, 8), Parse<Terms>(row, 9), row.Maybe<string>(10), row.Maybe<Guid?>(11),
        row.GetFieldValue<DateTimeOffset>(12), row.GetFieldValue<DateTimeOffset>(13));

    static RequestStep ReadStep(NpgsqlDataReader row) => new(
        row.GetInt32(0), row.GetFieldValue<DateTimeOffset>(1), row.GetString(2), row.GetString(3), RoleNames.Parse(row.GetString(4)), row.Maybe<string>(5),
        Enum.Parse<RequestDeed>(row.GetString(6)), Enum.Parse<RequestState>(row.GetString(7)), Enum.Parse<RequestState>(row.GetString(8)),
        row.Maybe<string>(9), row.IsDBNull(10) ? null : JsonSerializer.Deserialize<JsonElement>(row.GetString(10)));

    static T? Parse<T>(NpgsqlDataReader row, int column) where T : class =>
        row.IsDBNull(column) ? null : JsonSerializer.Deserialize<T>(row.GetString(column), ApiJson.Options);
}
