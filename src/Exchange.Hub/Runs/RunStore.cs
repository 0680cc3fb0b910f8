using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Runs;

/// <summary>The rows of <c>runs.runs</c>: the truth about every run. Every change names the state that it starts from.</summary>
sealed class RunStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Shape of the JSON columns.</summary>
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    static readonly SqlText columns = $"""
        id, dataset, state, phase, trigger, requested_by, requested_at, started_at, ended_at, heartbeat_at, attempt, next_attempt_at,
        read, added, updated, unchanged, deleted, filtered, rejected, row_estimate, publication, error, hold, notes, revisions
        """;

    /// <summary>A run may claim to work for so long without a heartbeat.</summary>
    public static readonly TimeSpan HeartbeatGrace = TimeSpan.FromSeconds(60);

    /// <summary>One run; null when there is none of that id.</summary>
    public Task<Run?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"select {columns} from runs.runs where id = $1", [id], Read, cancellationToken);

    /// <summary>Runs, newest first.</summary>
    /// <param name="dataset">Only of this dataset.</param>
    /// <param name="state">Only in this state.</param>
    /// <param name="before">Only asked for before.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <param name="among">Only of the datasets with these ids.</param>
    public Task<List<Run>> ListAsync(string? dataset, RunState? state, DateTimeOffset? before, int limit, CancellationToken cancellationToken, int[]? among = null) =>
        database.QueryAsync(
            $"""
            select {columns} from runs.runs
            where ($1::text is null or dataset = $1) and ($2::text is null or state = $2) and ($3::timestamptz is null or requested_at < $3)
              and ($5::int[] is null or dataset_id = any($5))
            order by requested_at desc, id limit $4
            """,
            [dataset, state?.Stored(), before, limit, among], Read, cancellationToken);

    /// <summary>Inserts a queued run.</summary>
    /// <returns>False when the dataset already has an active run.</returns>
    public async Task<bool> InsertAsync(
        NpgsqlConnection connection, Guid id, int datasetId, string dataset, string trigger, string requestedBy, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            $"""
            insert into runs.runs (id, dataset_id, dataset, state, trigger, requested_by, requested_at, enqueued_at) values ($1, $2, $3, 'queued', $4, $5, $6, $6)
            on conflict (dataset_id) where state in ('queued', 'running', 'retrying') do nothing
            """,
            [id, datasetId, dataset, trigger, requestedBy, time.GetUtcNow()], cancellationToken) == 1;

    /// <summary>
    /// Takes a run for this worker, who holds the dataset's lock: a run that is marked as running then belongs to a
    /// worker that died, and the raised epoch keeps it from publishing should it only have slept.
    /// </summary>
    public Task<RunClaim?> ClaimAsync(Guid id, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync(
            $"""
            update runs.runs set state = 'running', phase = 'connecting', epoch = epoch + 1, attempt = attempt + 1, next_attempt_at = null,
              started_at = coalesce(started_at, $2), heartbeat_at = $2, error = null, notes = null,
              read = 0, added = 0, updated = 0, unchanged = 0, deleted = 0, filtered = 0, rejected = 0
            where id = $1 and (state in ('queued', 'running') or (state = 'retrying' and next_attempt_at <= $2))
            returning id, dataset_id, dataset, epoch, attempt
            """,
            [id, time.GetUtcNow()],
            row => new RunClaim(row.GetGuid(0), row.GetInt32(1), row.GetString(2), row.GetInt32(3), row.GetInt32(4)),
            cancellationToken);

    /// <summary>Writes counts and a heartbeat, unless the row is being published this moment.</summary>
    public Task<Beat?> BeatAsync(RunClaim claim, string phase, RunCounts counts, long? rowEstimate, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync(
            $"""
            update runs.runs set heartbeat_at = $3, phase = $4, read = $5, added = $6, updated = $7, unchanged = $8, filtered = $9, rejected = $10, row_estimate = $11
            where id = (select id from runs.runs where id = $1 and epoch = $2 and state = 'running' for update skip locked)
            returning cancel_requested
            """,
            [claim.Id, claim.Epoch, time.GetUtcNow(), phase, counts.Read, counts.Added, counts.Updated, counts.Unchanged, counts.Filtered, counts.Rejected, rowEstimate],
            row => new Beat(row.GetBoolean(0)), cancellationToken);

    /// <summary>Whether another worker has taken the run over since this claim.</summary>
    public Task<bool> IsTakenOverAsync(RunClaim claim, CancellationToken cancellationToken) =>
        database.ScalarAsync<bool>($"select epoch <> $2 from runs.runs where id = $1", [claim.Id, claim.Epoch], cancellationToken);

    /// <summary>Ends a claim: only the worker of the current epoch can.</summary>
    /// <returns>False when another worker has taken the run over; then nothing was written.</returns>
    public static async Task<bool> EndAsync(NpgsqlConnection connection, RunClaim claim, RunEnd end, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            $"""
            update runs.runs set state = $3, phase = $4, ended_at = $5, heartbeat_at = coalesce($5, heartbeat_at), next_attempt_at = $6,
              read = $7, added = $8, updated = $9, unchanged = $10, deleted = $11, filtered = $12, rejected = $13,
              publication = $14, error = $15, hold = $16, notes = $17, revisions = $18
            where id = $1 and epoch = $2 and state = 'running'
            """,
            [claim.Id, claim.Epoch, end.State.Stored(), end.State is RunState.Queued or RunState.Retrying ? "waiting" : "done",
             end.At, end.NextAttemptAt, end.Counts.Read, end.Counts.Added, end.Counts.Updated, end.Counts.Unchanged, end.Counts.Deleted,
             end.Counts.Filtered, end.Counts.Rejected, end.Publication, Serialize(end.Error), Serialize(end.Hold),
             end.Notes.Count == 0 ? null : Serialize(end.Notes), end.Revisions], cancellationToken) == 1;

    /// <summary>Moves a run that no worker has from one state to another.</summary>
    public async Task<bool> MoveAsync(NpgsqlConnection connection, Guid id, RunState from, RunState to, int? publication, CancellationToken cancellationToken)
    {
        if (!from.CanBecome(to))
            throw new InvalidOperationException($"A {from.Stored()} run cannot become {to.Stored()}.");
        return await connection.ExecuteAsync(
            $"update runs.runs set state = $3, phase = 'done', ended_at = $4, publication = coalesce($5, publication) where id = $1 and state = $2",
            [id, from.Stored(), to.Stored(), time.GetUtcNow(), publication], cancellationToken) == 1;
    }

    /// <summary>Asks the worker of a running run to stop.</summary>
    public static async Task<bool> RequestCancelAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync($"update runs.runs set cancel_requested = true where id = $1 and state = 'running'", [id], cancellationToken) == 1;

    /// <summary>
    /// Runs whose alarm was lost, and marks them as woken: queued and not taken, due for another attempt, or running
    /// without a heartbeat.
    /// </summary>
    /// <param name="all">True at start, when no alarm of this process can be on its way.</param>
    public Task<List<Guid>> WakeAsync(bool all, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            update runs.runs set enqueued_at = $1
            where (state = 'queued' and ($3 or enqueued_at is null or enqueued_at < $2))
               or (state = 'retrying' and next_attempt_at <= $1 and ($3 or enqueued_at is null or enqueued_at < next_attempt_at or enqueued_at < $2))
               or (state = 'running' and ($3 or (heartbeat_at < $2 and (enqueued_at is null or enqueued_at < $2))))
            returning id
            """,
            [time.GetUtcNow(), time.GetUtcNow() - HeartbeatGrace, all], row => row.GetGuid(0), cancellationToken);

    static string? Serialize<T>(T? value) where T : class => value is null ? null : JsonSerializer.Serialize(value, Json);

    Run Read(NpgsqlDataReader row)
    {
        var state = RunStates.Parse(row.GetString(2));
        var (started, ended, heartbeat) = (Time(row, 7), Time(row, 8), Time(row, 9));
        var read = row.GetInt64(12);
        var seconds = started is { } s ? ((ended ?? heartbeat ?? s) - s).TotalSeconds : 0;
        return new Run
        {
            Id = row.GetGuid(0),
            Dataset = row.GetString(1),
            State = state,
            Phase = row.GetString(3),
            Trigger = row.GetString(4),
            RequestedBy = row.GetString(5),
            RequestedAt = row.GetFieldValue<DateTimeOffset>(6),
            StartedAt = started,
            EndedAt = ended,
            HeartbeatAt = heartbeat,
            Attempt = row.GetInt32(10),
            NextAttemptAt = Time(row, 11),
            Counts = new RunCounts(read, row.GetInt64(13), row.GetInt64(14), row.GetInt64(15), row.GetInt64(16), row.GetInt64(17), row.GetInt64(18)),
            RowEstimate = row.IsDBNull(19) ? null : row.GetInt64(19),
            RowsPerSecond = seconds > 0 ? (long)(read / seconds) : null,
            Stalled = state == RunState.Running && heartbeat < time.GetUtcNow() - HeartbeatGrace,
            Publication = row.IsDBNull(20) ? null : row.GetInt32(20),
            Error = Deserialize<RunError>(row, 21),
            Hold = Deserialize<Hold>(row, 22),
            Notes = Deserialize<string[]>(row, 23) ?? [],
            Revisions = row.IsDBNull(24) ? null : JsonSerializer.Deserialize<JsonElement>(row.GetString(24)),
        };
    }

    static DateTimeOffset? Time(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

    static T? Deserialize<T>(NpgsqlDataReader row, int column) where T : class =>
        row.IsDBNull(column) ? null : JsonSerializer.Deserialize<T>(row.GetString(column), Json);
}

/// <summary>A worker's hold on a run. Its epoch fences every write.</summary>
sealed record RunClaim(Guid Id, int DatasetId, string Dataset, int Epoch, int Attempt);

/// <summary>Answer to a heartbeat.</summary>
sealed record Beat(bool CancelRequested);

/// <summary>How a claim ends.</summary>
sealed record RunEnd(RunState State, DateTimeOffset? At, RunCounts Counts)
{
    public int? Publication { get; init; }
    public DateTimeOffset? NextAttemptAt { get; init; }
    public RunError? Error { get; init; }
    public Hold? Hold { get; init; }
    public IReadOnlyList<string> Notes { get; init; } = [];
    public string? Revisions { get; init; }
}
