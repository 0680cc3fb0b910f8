using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery.Webhooks;

/// <summary>A page of dead letters, newest first.</summary>
/// <param name="Next">What to give as <c>before</c> for the page after; null at the end.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Items, Guid? Next);

/// <summary>The rows of <c>delivery.dead_letters</c>.</summary>
sealed class DeadLetterStore(NpgsqlDataSource database, SharingKeySource keys, TimeProvider time)
{
    /// <summary>Letters that are done with are kept for so long.</summary>
    static readonly TimeSpan kept = TimeSpan.FromDays(90);

    static readonly SqlText columns = $"""
        id, subscription_id, message, after_cursor, up_to_cursor, reading, publication, changes, bytes, tries, status, answer, at,
        state, state_reason, state_changed_at, state_changed_by
        """;

    /// <summary>Those of a subscription, newest first.</summary>
    public async Task<DeadLetterPage> ListAsync(Guid subscription, DeadLetterState? state, Guid? before, int limit, CancellationToken cancellationToken)
    {
        var opener = await keys.GetAsync(cancellationToken);
        var items = await database.QueryAsync(
            $"""
            select {columns} from delivery.dead_letters
            where subscription_id = $1 and ($2::text is null or state = $2) and ($3::uuid is null or id < $3) order by id desc limit $4
            """,
            [subscription, state?.Stored(), before, limit], row => Read(row) is var letter && letter.SealedAnswer is { } box ? letter with { Answer = opener.Open(box) } : letter, cancellationToken);
        return new DeadLetterPage(items, items.Count == limit ? items[^1].Id : null);
    }

    /// <summary>The oldest that is to be sent again; null when none is.</summary>
    public static Task<DeadLetter?> NextDueAsync(NpgsqlConnection connection, Guid subscription, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync(
            $"select {columns} from delivery.dead_letters where subscription_id = $1 and state = 'replaying' order by id limit 1", [subscription], Read, cancellationToken);

    /// <summary>One, kept from others until the transaction ends.</summary>
    /// <exception cref="HubException">The subscription has no such letter.</exception>
    public static async Task<DeadLetter> LockAsync(NpgsqlConnection connection, Guid subscription, Guid id, CancellationToken cancellationToken) =>
        await connection.FirstOrDefaultAsync($"select {columns} from delivery.dead_letters where id = $1 and subscription_id = $2 for update", [id, subscription], Read, cancellationToken)
        ?? throw HubException.NotFound("dead-letter-not-found", $"The subscription has no dead letter {id}. GET …/dead-letters lists them.");

    /// <summary>Adds one, or writes down how one stands now.</summary>
    public static Task WriteAsync(NpgsqlConnection connection, DeadLetter letter, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            insert into delivery.dead_letters ({columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::bytea, $13, $14, $15, $16, $17)
            on conflict (id) do update set tries = excluded.tries, status = excluded.status, answer = excluded.answer, at = excluded.at,
              state = excluded.state, state_reason = excluded.state_reason, state_changed_at = excluded.state_changed_at, state_changed_by = excluded.state_changed_by
            """,
            [letter.Id, letter.Subscription, letter.Message, letter.After, letter.UpTo, letter.Reading, letter.Publication, letter.Changes, letter.Bytes, letter.Tries, letter.Status,
             letter.SealedAnswer, letter.At, letter.State.Stored(), letter.StateReason, letter.StateChangedAt, letter.StateChangedBy],
            cancellationToken);

    /// <summary>Whether none of a subscription's letters waits for anybody.</summary>
    public static async Task<bool> IsDoneAsync(NpgsqlConnection connection, Guid subscription, CancellationToken cancellationToken) =>
        !await connection.ScalarAsync<bool>($"select exists (select from delivery.dead_letters where subscription_id = $1 and state in ('open', 'replaying'))", [subscription], cancellationToken);

    /// <summary>How often the call at hand was refused before, and how many calls became letters since the target last took one.</summary>
    /// <param name="delivered">When it last took one.</param>
    /// <param name="refusals">Statuses that refuse a call for what it holds.</param>
    public Task<(int Refused, int Letters)> CountAsync(Guid subscription, DateTimeOffset? delivered, int[] refusals, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync(
            $"""
            with recent as (select id, delivery, cause, outcome, response from delivery.attempts where subscription_id = $1 and cause <> 'test' order by id desc limit 50)
            select (select count(*) from recent a
                    where a.cause = 'changes' and a.outcome = 'failed' and (a.response->>'status')::int = any($3) and a.id > coalesce((
                      select max(r.id) from recent r
                      where r.outcome = 'delivered' or r.delivery in (select d.message from delivery.dead_letters d where d.subscription_id = $1)), 0))::int,
                   (select count(*) from delivery.dead_letters d where d.subscription_id = $1 and d.at >= coalesce($2::timestamptz, '-infinity'))::int
            """,
            [subscription, delivered, refusals], row => (row.GetInt32(0), row.GetInt32(1)), cancellationToken);

    /// <summary>Forgets letters that are done with. Called by the clock.</summary>
    public Task PruneAsync(CancellationToken cancellationToken) => database.ExecuteAsync(
        $"""
        delete from delivery.dead_letters d where d.state_changed_at < $1
          and (d.state in ('replayed', 'dismissed') or exists (select from delivery.subscriptions s where s.id = d.subscription_id and s.state = 'ended'))
        """,
        [time.GetUtcNow() - kept], cancellationToken);

    static DeadLetter Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        Subscription = row.GetGuid(1),
        Message = row.GetString(2),
        After = row.Maybe<string>(3),
        UpTo = row.GetString(4),
        Reading = row.GetInt64(5),
        Publication = row.GetInt32(6),
        Changes = row.GetInt32(7),
        Bytes = row.GetInt64(8),
        Tries = row.GetInt32(9),
        Status = row.GetInt32(10),
        SealedAnswer = row.Maybe<byte[]>(11),
        At = row.GetFieldValue<DateTimeOffset>(12),
        State = DeadLetterStates.Parse(row.GetString(13)),
        StateReason = row.Maybe<string>(14),
        StateChangedAt = row.GetFieldValue<DateTimeOffset>(15),
        StateChangedBy = row.GetString(16),
    };
}
