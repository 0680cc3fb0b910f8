using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>Which clocks to show; null for all.</summary>
/// <param name="Running">Those that run, or those that were stopped.</param>
/// <param name="Breached">Those that were or are late, or those in time.</param>
/// <param name="Before">Only clocks started before the one with this id: the <c>next</c> of the page before.</param>
public sealed record ClockQuery(ClockKind? Kind, string? Subject, bool? Running, bool? Breached, long? Before, int Limit);

/// <summary>A clock as the API shows it.</summary>
/// <param name="Breached">Whether it was stopped too late, or runs and is late.</param>
public sealed record ClockView(
    long Id, ClockKind Kind, string Subject, string Department, DateTimeOffset StartedAt, int Days, int Extension, DateOnly DueOn, DateTimeOffset DueAt,
    DateTimeOffset? StoppedAt, bool Breached, IReadOnlyList<ClockMove> Moves)
{
    internal static ClockView Of(Clock clock, DateTimeOffset now) => new(
        clock.Id, clock.Kind, clock.Subject, clock.Department, clock.StartedAt, clock.Days, clock.Extension, clock.DueOn, clock.DueAt,
        clock.StoppedAt, clock.IsBreached(now), clock.Moves);
}

/// <summary>Clocks, newest first.</summary>
/// <param name="Next">What to give as <c>before</c> for the next page; null on the last.</param>
public sealed record ClockPage(IReadOnlyList<ClockView> Items, long? Next) : IPage
{
    object? IPage.Next => Next;
}

/// <summary>How a department kept one kind of time.</summary>
/// <param name="Running">Clocks that run and are in time.</param>
/// <param name="Overdue">Clocks that run and are late.</param>
/// <param name="Kept">Clocks that were stopped in time.</param>
/// <param name="Missed">Clocks that were stopped late.</param>
public sealed record ClockCount(string Department, ClockKind Kind, long Running, long Overdue, long Kept, long Missed);

/// <summary>Shows clocks, and counts breaches. A breach is a fact of a clock's times; nobody has to have noticed it.</summary>
sealed class ClockList(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>The clocks of the caller's department, or of all.</summary>
    public async Task<ClockPage> ListAsync(ClockQuery query, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var items = await database.QueryAsync(
            $"""
            select {Clock.Columns} from sharing.clocks
            where ($1::text is null or department = $1) and ($2::text is null or kind = $2) and ($3::text is null or subject = $3)
              and ($4::boolean is null or (stopped_at is null) = $4) and ($5::boolean is null or (coalesce(stopped_at, $6) >= due_at) = $5)
              and ($7::bigint is null or id < $7)
            order by id desc limit $8
            """,
            [caller.Department, query.Kind?.ToName(), query.Subject, query.Running, query.Breached, now, query.Before, query.Limit + 1],
            Clock.Read, cancellationToken);
        var page = items.Take(query.Limit).Select(clock => ClockView.Of(clock, now)).ToList();
        return new ClockPage(page, items.Count > query.Limit ? page[^1].Id : null);
    }

    /// <summary>Counts by department and kind.</summary>
    /// <param name="since">Only clocks started at or after it.</param>
    public Task<List<ClockCount>> CountAsync(DateTimeOffset? since, Caller caller, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select department, kind,
                   count(*) filter (where stopped_at is null and due_at > $1), count(*) filter (where stopped_at is null and due_at <= $1),
                   count(*) filter (where stopped_at < due_at), count(*) filter (where stopped_at >= due_at)
            from sharing.clocks where ($2::text is null or department = $2) and ($3::timestamptz is null or started_at >= $3)
            group by department, kind order by department, kind
            """,
            [time.GetUtcNow(), caller.Department, since?.ToUniversalTime()],
            row => new ClockCount(row.GetString(0), ClockKinds.Parse(row.GetString(1)), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5)),
            cancellationToken);
}
