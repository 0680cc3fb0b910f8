using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>Starts, extends and stops clocks, in the transaction of the deed that does so.</summary>
sealed class Clocks(Calendars calendars, Tasks.Tasks tasks, TimeProvider time)
{
    /// <summary>Starts a clock; one that runs already for this subject keeps running as it is.</summary>
    /// <param name="subject">What it runs for, as <c>kind:id</c>.</param>
    /// <param name="department">The department that must act.</param>
    /// <param name="at">Since when it has to act; now when left out.</param>
    public async Task<Clock> StartAsync(
        NpgsqlConnection connection, ClockKind kind, string subject, string department, CancellationToken cancellationToken, DateTimeOffset? at = null)
    {
        var calendar = new WorkingCalendar(await calendars.HoldAsync(connection, cancellationToken));
        var rule = (await Calendars.RulesAsync(connection, cancellationToken)).Of(kind);
        var start = at ?? time.GetUtcNow();
        var dueOn = calendar.Add(calendar.DayOf(start), rule.Days);
        await connection.ExecuteAsync(
            $"""
            insert into sharing.clocks (kind, subject, department, started_at, days, remind_before, due_on, due_at, remind_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (subject, kind) where stopped_at is null do nothing
            """,
            [kind.ToName(), subject, department, start, rule.Days, rule.RemindBefore, dueOn, calendar.EndOf(dueOn), RemindAt(dueOn, rule.RemindBefore, calendar)],
            cancellationToken);
        return (await RunningAsync(connection, kind, subject, cancellationToken))!;
    }

    /// <summary>Stops a clock, in time or not; null when none of this kind runs for the subject.</summary>
    /// <param name="at">When what it waited for was done; now when left out.</param>
    public async Task<Clock?> StopAsync(NpgsqlConnection connection, ClockKind kind, string subject, CancellationToken cancellationToken, DateTimeOffset? at = null)
    {
        await calendars.HoldAsync(connection, cancellationToken);
        await tasks.CloseAsync(connection, subject, WatchClocks.OverdueTask(kind), cancellationToken);
        return await connection.FirstOrDefaultAsync(
            $"update sharing.clocks set stopped_at = $3 where subject = $1 and kind = $2 and stopped_at is null returning {Clock.Columns}",
            [subject, kind.ToName(), at ?? time.GetUtcNow()], Clock.Read, cancellationToken);
    }

    /// <summary>Extends a running clock by the working days of its rule, once.</summary>
    /// <exception cref="HubException">None runs, it was extended before, or its kind is not extended.</exception>
    public async Task<Clock> ExtendAsync(NpgsqlConnection connection, ClockKind kind, string subject, CancellationToken cancellationToken)
    {
        var calendar = new WorkingCalendar(await calendars.HoldAsync(connection, cancellationToken));
        var extension = (await Calendars.RulesAsync(connection, cancellationToken)).Of(kind).Extension;
        var clock = await RunningAsync(connection, kind, subject, cancellationToken)
            ?? throw HubException.Conflict("clock-not-running", $"No clock runs for {subject} that could be extended.");
        if (clock.Extension > 0)
            throw HubException.Conflict("clock-extended", $"The time for {subject} was extended before; it is due on {clock.DueOn:O}.");
        if (extension == 0)
            throw HubException.Conflict("clock-fixed", $"The time for {subject} is not extended; it is due on {clock.DueOn:O}.");
        var extended = clock with { Extension = extension };
        return await MoveAsync(connection, clock, extended with { DueOn = EndOf(extended, calendar) }, calendar, $"Extended by {extension} working days.", cancellationToken);
    }

    /// <summary>
    /// Counts all running clocks anew after the calendar changed, and moves those that now end at another time. A change
    /// makes no clock overdue by itself: one that was in time stays so till the end of the current day.
    /// </summary>
    /// <returns>How many moved.</returns>
    public async Task<int> RecountAsync(NpgsqlConnection connection, WorkingCalendar calendar, string note, CancellationToken cancellationToken)
    {
        var running = await connection.QueryAsync($"select {Clock.Columns} from sharing.clocks where stopped_at is null order by id for update", [], Clock.Read, cancellationToken);
        var moved = 0;
        foreach (var clock in running)
        {
            var end = EndOf(clock, calendar);
            if (calendar.EndOf(end) == clock.DueAt)
            {
                await MoveReminderAsync(connection, clock, calendar, cancellationToken);
                continue;
            }
            await MoveAsync(connection, clock, clock with { DueOn = end }, calendar, note, cancellationToken);
            moved++;
        }
        return moved;
    }

    /// <summary>The last day in time of a clock by a calendar; today at the earliest for one that is in time now.</summary>
    DateOnly EndOf(Clock clock, WorkingCalendar calendar)
    {
        var now = time.GetUtcNow();
        var end = calendar.Add(calendar.DayOf(clock.StartedAt), clock.Days + clock.Extension);
        var today = calendar.DayOf(now);
        return clock.IsBreached(now) || end > today ? end : today;
    }

    static DateTimeOffset RemindAt(DateOnly dueOn, int remindBefore, WorkingCalendar calendar) => calendar.StartOf(calendar.Add(dueOn, -remindBefore));

    /// <summary>A day that was made up for may leave the end as it was and still move the working days before it.</summary>
    async Task MoveReminderAsync(NpgsqlConnection connection, Clock clock, WorkingCalendar calendar, CancellationToken cancellationToken)
    {
        var remindAt = RemindAt(clock.DueOn, clock.RemindBefore, calendar);
        if (remindAt == clock.RemindAt)
            return;
        await connection.ExecuteAsync(
            $"update sharing.clocks set remind_at = $2, reminded_at = case when $2 > $3 then null else reminded_at end where id = $1",
            [clock.Id, remindAt, time.GetUtcNow()], cancellationToken);
    }

    /// <summary>The clock of this kind that runs for a subject; null when there is none.</summary>
    public static Task<Clock?> RunningAsync(NpgsqlConnection connection, ClockKind kind, string subject, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync(
            $"select {Clock.Columns} from sharing.clocks where subject = $1 and kind = $2 and stopped_at is null for update",
            [subject, kind.ToName()], Clock.Read, cancellationToken);

    /// <summary>Writes a clock that ends on another day, and moves its tasks with it.</summary>
    async Task<Clock> MoveAsync(NpgsqlConnection connection, Clock before, Clock after, WorkingCalendar calendar, string note, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var moved = await connection.FirstOrDefaultAsync(
            $"""
            update sharing.clocks
            set extension = $2, due_on = $3, due_at = $4, remind_at = $5, moves = moves || $6::jsonb,
                reminded_at = case when $5 > $7 then null else reminded_at end, escalated_at = case when $4 > $7 then null else escalated_at end
            where id = $1 returning {Clock.Columns}
            """,
            [after.Id, after.Extension, after.DueOn, calendar.EndOf(after.DueOn), RemindAt(after.DueOn, after.RemindBefore, calendar),
             JsonSerializer.Serialize(new ClockMove(now, before.DueOn, after.DueOn, note), ApiJson.Options), now],
            Clock.Read, cancellationToken);
        await Tasks.Tasks.MoveAsync(connection, after.Subject, before.DueAt, moved!.DueAt, cancellationToken);
        if (!moved.IsBreached(now))
            await tasks.CloseAsync(connection, moved.Subject, WatchClocks.OverdueTask(moved.Kind), cancellationToken);
        return moved;
    }
}
