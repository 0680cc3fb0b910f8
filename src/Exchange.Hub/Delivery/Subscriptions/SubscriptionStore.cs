using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>The rows of <c>delivery.subscriptions</c>.</summary>
sealed class SubscriptionStore(NpgsqlDataSource database)
{
    static readonly SqlText columns = $"""
        id, revision, dataset_id, dataset, department, system, purpose, title, kind, target::text, state, state_reason, state_changed_at, state_changed_by,
        cursor, reading, whole, publication, deliveries, records, delivered_at, failures, failing_since, problem_code, problem, due_at, created_at, created_by
        """;

    const int ClaimColumn = 28; // behind the columns

    /// <summary>One subscription; null when there is none of that id.</summary>
    public Task<Subscription?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"select {columns} from delivery.subscriptions where id = $1", [id], Read, cancellationToken);

    /// <summary>One subscription, kept from others who would change it until the transaction ends.</summary>
    public static Task<Subscription?> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync($"select {columns} from delivery.subscriptions where id = $1 for update", [id], Read, cancellationToken);

    /// <summary>Subscriptions, newest first.</summary>
    /// <param name="query">Which.</param>
    /// <param name="provided">Ids of the datasets of the department that asks: it sees who gets its data.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public Task<List<Subscription>> ListAsync(SubscriptionQuery query, int[] provided, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select {columns} from delivery.subscriptions
            where ($1::text is null or department = $1 or dataset_id = any($2)) and ($3::text is null or dataset = $3)
              and ($4::text is null or state = $4) and ($5::text is null or kind = $5) and ($6::uuid is null or id < $6)
            order by id desc limit $7
            """,
            [query.Department, provided, query.Dataset, query.State?.Stored(), query.Kind, query.Before, query.Limit], Read, cancellationToken);

    /// <summary>Adds one, to be looked at at once.</summary>
    public static Task InsertAsync(NpgsqlConnection connection, Subscription subscription, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            insert into delivery.subscriptions
              (id, revision, dataset_id, dataset, department, system, purpose, title, kind, target, state, state_changed_at, state_changed_by, due_at, created_at, created_by)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::jsonb, $11, $12, $13, $12, $12, $13)
            """,
            [subscription.Id, subscription.Revision, subscription.DatasetId, subscription.Dataset, subscription.Department, subscription.System, subscription.Purpose,
             subscription.Title, subscription.Kind, subscription.Target!.Value.GetRawText(), subscription.State.Stored(), subscription.CreatedAt, subscription.CreatedBy],
            cancellationToken);

    /// <summary>
    /// Writes what a person or the hub decided of one that is locked. Whoever is at work on it loses it: what it was
    /// doing may no longer be wanted.
    /// </summary>
    /// <param name="dueAt">When it is looked at next; null for not before it is decided anew.</param>
    public static Task UpdateAsync(NpgsqlConnection connection, Subscription subscription, DateTimeOffset? dueAt, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            update delivery.subscriptions set revision = $2, purpose = $3, title = $4, target = $5::jsonb, state = $6, state_reason = $7,
              state_changed_at = $8, state_changed_by = $9, cursor = $10, reading = $11, whole = $12, publication = $13,
              failures = $14, failing_since = $15::timestamptz, problem_code = $16, problem = $17,
              due_at = $18::timestamptz, woken = woken + 1, lease = null, lease_until = null
            where id = $1
            """,
            [subscription.Id, subscription.Revision, subscription.Purpose, subscription.Title, subscription.Target!.Value.GetRawText(), subscription.State.Stored(), subscription.StateReason,
             subscription.StateChangedAt, subscription.StateChangedBy, subscription.Place.Cursor, subscription.Place.Reading, subscription.Place.Whole, subscription.Place.Publication,
             subscription.Failures, subscription.FailingSince, subscription.ProblemCode, subscription.Problem, dueAt],
            cancellationToken);

    /// <summary>Makes active subscriptions due: those of datasets that were published, or all where news may have been missed.</summary>
    public Task WakeAsync(int[]? datasets, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"""
            update delivery.subscriptions set woken = woken + 1, due_at = case when failures = 0 then $2 else due_at end
            where state = 'active' and ($1::int[] is null or dataset_id = any($1))
            """,
            [datasets, now], cancellationToken);

    /// <summary>Takes subscriptions that are due, for one worker.</summary>
    /// <param name="ailing">True for those whose last attempt failed, false for the others.</param>
    public Task<List<PushClaim>> ClaimAsync(bool ailing, int most, DateTimeOffset now, TimeSpan lease, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            update delivery.subscriptions set lease = gen_random_uuid(), lease_until = $1 + $2
            where id in (
                select id from delivery.subscriptions
                where state = 'active' and due_at <= $1 and (lease_until is null or lease_until <= $1) and (failures > 0) = $3
                order by due_at limit $4 for update skip locked)
            returning {columns}, lease, woken
            """,
            [now, lease, ailing, most], row => new PushClaim(Read(row), row.GetGuid(ClaimColumn), row.GetInt64(ClaimColumn + 1)), cancellationToken);

    /// <summary>Keeps leases from running out.</summary>
    /// <returns>Those that are still the worker's.</returns>
    public Task<List<Guid>> RenewAsync(Guid[] leases, DateTimeOffset until, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"update delivery.subscriptions set lease_until = $2 where lease = any($1) and state = 'active' returning lease",
            [leases, until], row => row.GetGuid(0), cancellationToken);

    /// <summary>When the next one is due; null when none is.</summary>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) =>
        database.ScalarAsync<DateTimeOffset?>(
            $"select min(greatest(due_at, lease_until)) from delivery.subscriptions where state = 'active' and due_at is not null", [], cancellationToken);

    static Subscription Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Revision = row.GetInt32(1),
        DatasetId = row.GetInt32(2),
        Dataset = row.GetString(3),
        Department = row.GetString(4),
        System = row.Maybe<string>(5),
        Purpose = row.Maybe<string>(6),
        Title = row.GetString(7),
        Kind = row.GetString(8),
        Target = JsonSerializer.Deserialize<JsonElement>(row.GetString(9)),
        State = SubscriptionStates.Parse(row.GetString(10)),
        StateReason = row.Maybe<string>(11),
        StateChangedAt = row.GetFieldValue<DateTimeOffset>(12),
        StateChangedBy = row.GetString(13),
        Place = new PushPlace(row.Maybe<string>(14), row.GetInt64(15), row.GetBoolean(16), row.GetInt32(17)),
        Deliveries = row.GetInt64(18),
        Records = row.GetInt64(19),
        DeliveredAt = row.Maybe<DateTimeOffset?>(20),
        Failures = row.GetInt32(21),
        FailingSince = row.Maybe<DateTimeOffset?>(22),
        ProblemCode = row.Maybe<string>(23),
        Problem = row.Maybe<string>(24),
        DueAt = row.Maybe<DateTimeOffset?>(25),
        CreatedAt = row.GetFieldValue<DateTimeOffset>(26),
        CreatedBy = row.GetString(27),
    };
}

/// <summary>Which subscriptions are looked for; null matches everything.</summary>
/// <param name="Department">The department that asks.</param>
/// <param name="Before">Only subscriptions made before this one.</param>
sealed record SubscriptionQuery(string? Department, string? Dataset, SubscriptionState? State, string? Kind, Guid? Before, int Limit);

/// <summary>A subscription that a worker has taken.</summary>
/// <param name="Subscription">As it stands.</param>
/// <param name="Lease">What it was taken by: nothing is written under another.</param>
/// <param name="Woken">How often it had been made due.</param>
sealed record PushClaim(Subscription Subscription, Guid Lease, long Woken);
