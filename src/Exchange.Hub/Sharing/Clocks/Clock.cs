using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>A time within which somebody must act.</summary>
/// <param name="Subject">What it runs for, as <c>kind:id</c>: <c>request:7</c>.</param>
/// <param name="Department">The department that must act.</param>
/// <param name="Days">Working days that it runs, without extension.</param>
/// <param name="RemindBefore">Working days before the last day in time on whose morning people are reminded.</param>
/// <param name="Extension">Working days that an extension added; 0 when there was none.</param>
/// <param name="DueOn">The last day in time.</param>
/// <param name="DueAt">The first instant too late: the end of that day in the calendar's time zone.</param>
/// <param name="RemindAt">When people are reminded.</param>
/// <param name="Moves">Every time that the day moved, and why.</param>
public sealed record Clock(
    long Id, ClockKind Kind, string Subject, string Department, DateTimeOffset StartedAt, int Days, int RemindBefore, int Extension,
    DateOnly DueOn, DateTimeOffset DueAt, DateTimeOffset RemindAt, DateTimeOffset? StoppedAt, IReadOnlyList<ClockMove> Moves)
{
    internal static readonly SqlText Columns =
        $"id, kind, subject, department, started_at, days, remind_before, extension, due_on, due_at, remind_at, stopped_at, moves";

    /// <summary>Whether it was, or by now is, stopped too late.</summary>
    public bool IsBreached(DateTimeOffset now) => (StoppedAt ?? now) >= DueAt;

    internal static Clock Read(NpgsqlDataReader row) => new(
        row.GetInt64(0), ClockKinds.Parse(row.GetString(1)), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetInt32(5),
        row.GetInt32(6), row.GetInt32(7), row.GetFieldValue<DateOnly>(8), row.GetFieldValue<DateTimeOffset>(9), row.GetFieldValue<DateTimeOffset>(10),
        row.Maybe<DateTimeOffset?>(11), JsonSerializer.Deserialize<List<ClockMove>>(row.GetString(12), ApiJson.Options)!);
}

/// <summary>A due date moved.</summary>
/// <param name="From">The last day in time before.</param>
/// <param name="To">The last day in time after.</param>
/// <param name="Note">Why.</param>
public sealed record ClockMove(DateTimeOffset At, DateOnly From, DateOnly To, string Note);
