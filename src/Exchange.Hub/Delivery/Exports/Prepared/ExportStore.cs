using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>The rows of <c>delivery.exports</c>. Every change names the state that it starts from.</summary>
sealed class ExportStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>An export that nobody has touched for so long is woken again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly SqlText columns = $"""
        id, dataset_id, dataset, epoch, department, caller, caller_name, caller_role, purpose, case_number, grant_id, grant_version, format, filters,
        publication, gzip, state, requested_at, started_at, ended_at, expires_at, attempt, total, records, bytes, sha256, problem_code, problem
        """;

    /// <summary>One export of a department; null when it has none of that id.</summary>
    public Task<PreparedExport?> FindAsync(Guid id, string? department, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"select {columns} from delivery.exports where id = $1 and department = $2", [id, department], Read, cancellationToken);

    /// <summary>The exports of a department, newest first.</summary>
    public Task<List<PreparedExport>> ListAsync(string? department, int limit, CancellationToken cancellationToken) =>
        database.QueryAsync($"select {columns} from delivery.exports where department = $1 order by requested_at desc, id limit $2", [department, limit], Read, cancellationToken);

    /// <summary>How many exports of a department are not done yet.</summary>
    public static Task<long> CountOpenAsync(NpgsqlConnection connection, string department, CancellationToken cancellationToken) =>
        connection.ScalarAsync<long>($"select count(*) from delivery.exports where department = $1 and state in ('waiting', 'writing')", [department], cancellationToken);

    public static Task InsertAsync(NpgsqlConnection connection, PreparedExport export, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"""
        insert into delivery.exports (id, dataset_id, dataset, epoch, department, caller, caller_name, caller_role, purpose, case_number, grant_id, grant_version,
          format, filters, publication, gzip, state, requested_at, woken_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 'waiting', $17, $17)
        """,
        [export.Id, export.DatasetId, export.Dataset, export.Epoch, export.Caller.Department, export.Caller.Id, export.Caller.Name, export.Caller.Role.ToName(),
         export.Purpose, export.Case, export.Grant, export.GrantVersion, RecordFormats.NameOf(export.Format), JsonSerializer.Serialize(export.Filters),
         export.Publication, export.Gzip, export.RequestedAt], cancellationToken);

    /// <summary>
    /// Takes an export for this worker, who holds its lock: one that is marked as being written then belongs to a worker
    /// that died.
    /// </summary>
    public Task<PreparedExport?> ClaimAsync(Guid id, CancellationToken cancellationToken) => database.FirstOrDefaultAsync(
        $"""
        update delivery.exports set state = 'writing', attempt = attempt + 1, started_at = $2, woken_at = $2, total = null, records = 0
        where id = $1 and state in ('waiting', 'writing') returning {columns}
        """,
        [id, time.GetUtcNow()], Read, cancellationToken);

    /// <summary>Writes how far a worker has come.</summary>
    /// <returns>False when the export is not its any more.</returns>
    public async Task<bool> BeatAsync(PreparedExport claim, long? total, long records, CancellationToken cancellationToken) => await database.ExecuteAsync(
        $"update delivery.exports set woken_at = $3, total = $4, records = $5 where id = $1 and attempt = $2 and state = 'writing'",
        [claim.Id, claim.Attempt, time.GetUtcNow(), total, records], cancellationToken) == 1;

    /// <summary>The file is whole; the row stays locked until the transaction ends.</summary>
    /// <returns>False when the export is not this worker's any more.</returns>
    public async Task<bool> ReadyAsync(NpgsqlConnection connection, PreparedExport claim, long records, MadeFile file, TimeSpan kept, CancellationToken cancellationToken) => await connection.ExecuteAsync(
        $"""
        update delivery.exports set state = 'ready', ended_at = $3, expires_at = $4, total = $5, records = $5, bytes = $6, sha256 = $7
        where id = $1 and attempt = $2 and state = 'writing'
        """,
        [claim.Id, claim.Attempt, time.GetUtcNow(), time.GetUtcNow() + kept, records, file.Bytes, file.Sha256], cancellationToken) == 1;

    /// <summary>There will be no file.</summary>
    public async Task<bool> FailAsync(NpgsqlConnection connection, PreparedExport claim, ExportProblem problem, CancellationToken cancellationToken) => await connection.ExecuteAsync(
        $"update delivery.exports set state = 'failed', ended_at = $3, problem_code = $4, problem = $5 where id = $1 and attempt = $2 and state = 'writing'",
        [claim.Id, claim.Attempt, time.GetUtcNow(), problem.Code, problem.Detail], cancellationToken) == 1;

    /// <summary>The worker stops, and another goes on.</summary>
    public Task LetGoAsync(PreparedExport claim, CancellationToken cancellationToken) => database.ExecuteAsync(
        $"update delivery.exports set state = 'waiting', total = null, records = 0 where id = $1 and attempt = $2 and state = 'writing'", [claim.Id, claim.Attempt], cancellationToken);

    /// <summary>There is no file any more.</summary>
    public static async Task<bool> ExpireAsync(NpgsqlConnection connection, Guid id, ExportProblem problem, CancellationToken cancellationToken) => await connection.ExecuteAsync(
        $"update delivery.exports set state = 'expired', problem_code = $2, problem = $3 where id = $1 and state = 'ready'", [id, problem.Code, problem.Detail], cancellationToken) == 1;

    /// <summary>Forgets an export, whatever state it is in.</summary>
    public static async Task<bool> DeleteAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync($"delete from delivery.exports where id = $1", [id], cancellationToken) == 1;

    /// <summary>Exports whose alarm was lost or whose worker died, and marks them as woken; at start all that are not done.</summary>
    public Task<List<Guid>> WakeAsync(bool all, CancellationToken cancellationToken) => database.QueryAsync(
        $"update delivery.exports set woken_at = $1 where state in ('waiting', 'writing') and ($3 or woken_at < $2) returning id",
        [time.GetUtcNow(), time.GetUtcNow() - Patience, all], row => row.GetGuid(0), cancellationToken);

    /// <summary>Files whose time is over.</summary>
    public Task<List<PreparedExport>> OverAsync(CancellationToken cancellationToken) =>
        database.QueryAsync($"select {columns} from delivery.exports where state = 'ready' and expires_at <= $1 limit 100", [time.GetUtcNow()], Read, cancellationToken);

    /// <summary>Forgets exports of which nothing is left for longer than that.</summary>
    public Task PruneAsync(TimeSpan age, CancellationToken cancellationToken) =>
        database.ExecuteAsync($"delete from delivery.exports where state in ('failed', 'expired') and ended_at < $1", [time.GetUtcNow() - age], cancellationToken);

    /// <summary>Of these exports those that have, or are getting, a file, each with its attempt.</summary>
    public async Task<Dictionary<Guid, int>> WithFilesAsync(Guid[] ids, CancellationToken cancellationToken) =>
        (await database.QueryAsync($"select id, attempt from delivery.exports where id = any($1) and state in ('writing', 'ready')", [ids], row => (Id: row.GetGuid(0), Attempt: row.GetInt32(1)), cancellationToken))
            .ToDictionary(row => row.Id, row => row.Attempt);

    static PreparedExport Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), new Caller(row.GetString(5), row.GetString(6), RoleNames.Parse(row.GetString(7)), row.GetString(4)),
        row.Maybe<string>(8), row.Maybe<string>(9), row.Maybe<Guid?>(10), row.GetInt32(11), RecordFormats.ParseExport(row.GetString(12))!.Value,
        JsonSerializer.Deserialize<Dictionary<string, string>>(row.GetString(13))!, row.GetInt32(14), row.GetBoolean(15), ExportStates.Parse(row.GetString(16)),
        row.GetFieldValue<DateTimeOffset>(17))
    {
        StartedAt = row.Maybe<DateTimeOffset?>(18),
        EndedAt = row.Maybe<DateTimeOffset?>(19),
        ExpiresAt = row.Maybe<DateTimeOffset?>(20),
        Attempt = row.GetInt32(21),
        Total = row.Maybe<long?>(22),
        Records = row.GetInt64(23),
        Bytes = row.Maybe<long?>(24),
        Sha256 = row.Maybe<byte[]>(25),
        Problem = row.IsDBNull(26) ? null : new ExportProblem(row.GetString(26), row.GetString(27)),
    };
}
