using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Tasks;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>Somebody did not act in time.</summary>
sealed record ClockBreached(string Subject, string Kind, string Department, DateOnly DueOn) : IAuditEvent;

/// <summary>
/// Reminds of what will be due soon, and takes what is overdue to the administrators. Called by the clock; it looks only,
/// and decides nothing: no request is granted because its time ran out.
/// </summary>
sealed class WatchClocks(NpgsqlDataSource database, Calendars calendars, Tasks.Tasks tasks, IAuditTrail audit, TimeProvider time)
{
    const int BatchSize = 100;

    /// <summary>Kind of the administrators' task about a clock that is overdue.</summary>
    public static string OverdueTask(ClockKind kind) => $"overdue-{kind.ToName()}";

    /// <summary>Reminds and escalates, each clock once.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        while (await database.InTransactionAsync(connection => RemindAsync(connection, cancellationToken), cancellationToken) == BatchSize)
        {
        }
        while (await database.InTransactionAsync(connection => EscalateAsync(connection, cancellationToken), cancellationToken) == BatchSize)
        {
        }
    }

    async Task<int> RemindAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var soon = await TakeAsync(connection, $"reminded_at", $"remind_at <= $1 and due_at > $1", cancellationToken);
        foreach (var clock in soon)
            await tasks.RemindAsync(connection, clock.Subject, clock.DueAt, "Reminder", cancellationToken);
        return soon.Count;
    }

    async Task<int> EscalateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var late = await TakeAsync(connection, $"escalated_at", $"due_at <= $1", cancellationToken);
        foreach (var clock in late)
        {
            await tasks.RemindAsync(connection, clock.Subject, clock.DueAt, "Overdue", cancellationToken);
            var title = $"{WhoIsLate(clock)} not acted in time: {clock.Kind.ToName()} of {clock.Subject}, due on {clock.DueOn:O}";
            await tasks.OpenAsync(connection, new NewTask(OverdueTask(clock.Kind), clock.Subject, Role.Administrator, null, title, null), cancellationToken);
        }
        foreach (var clock in late)
            await audit.AppendAsync(connection, Caller.System, new ClockBreached(clock.Subject, clock.Kind.ToName(), clock.Department, clock.DueOn), cancellationToken);
        return late.Count;
    }

    /// <summary>The pre-check is the administrators' own; every other clock is its department's.</summary>
    static string WhoIsLate(Clock clock) => clock.Kind is ClockKind.PreCheck or ClockKind.UnconditionalAnswer ? "The administrators have" : $"{clock.Department} has";

    /// <summary>Marks running clocks that were not marked before, and takes them.</summary>
    async Task<List<Clock>> TakeAsync(NpgsqlConnection connection, SqlText mark, SqlText condition, CancellationToken cancellationToken)
    {
        await calendars.HoldAsync(connection, cancellationToken);
        return await connection.QueryAsync(
            $"""
            update sharing.clocks set {mark} = $1 where id in (
                select id from sharing.clocks where stopped_at is null and {mark} is null and {condition} order by id limit $2 for update skip locked)
            returning {Clock.Columns}
            """,
            [time.GetUtcNow(), BatchSize], Clock.Read, cancellationToken);
    }
}
