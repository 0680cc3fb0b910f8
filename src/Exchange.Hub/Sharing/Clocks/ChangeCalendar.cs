using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>The working calendar changed.</summary>
sealed record CalendarChanged(int Revision, int ClocksMoved) : IAuditEvent
{
    public string Subject => "calendar:default";
}

/// <summary>What changing the calendar did, or would do.</summary>
/// <param name="Change"><c>created</c>, <c>updated</c> or <c>unchanged</c>.</param>
/// <param name="ClocksMoved">Running clocks that end at another time now.</param>
public sealed record CalendarChange(string Change, int Revision, IReadOnlyList<ValueChange> Changes, int ClocksMoved);

/// <summary>Changes the calendar, and moves with it what is due by it: one transaction, audited.</summary>
sealed class ChangeCalendar(NpgsqlDataSource database, Calendars calendars, Clocks clocks, IAuditTrail audit, TimeProvider time)
{
    const int NamedDays = 5;

    /// <summary>Puts a whole calendar.</summary>
    /// <exception cref="HubException">No clock could run by it.</exception>
    public Task<CalendarChange> PutAsync(CalendarDefinition calendar, Caller caller, bool dryRun, CancellationToken cancellationToken) =>
        ChangeAsync(_ => calendar, caller, dryRun, cancellationToken);

    /// <summary>Enters the days of a file; what it does not name stays as it was.</summary>
    public Task<CalendarChange> ImportAsync(IReadOnlyList<ImportedDay> days, Caller caller, bool dryRun, CancellationToken cancellationToken) =>
        ChangeAsync(calendar => CalendarImport.Into(calendar, days), caller, dryRun, cancellationToken);

    async Task<CalendarChange> ChangeAsync(Func<CalendarDefinition, CalendarDefinition> edit, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var before = await calendars.HoldForChangeAsync(connection, cancellationToken);
        var after = edit(before);
        after.Check();
        var body = JsonSerializer.SerializeToElement(after, ApiJson.Options);
        var change = await DocumentStore.PutAsync(connection, Calendars.CalendarKind, Calendars.Name, body, caller.Id, time.GetUtcNow(), cancellationToken);
        if (change.Change == DocumentChange.Unchanged)
            return new CalendarChange(change.Change, change.Revision, change.Changes, 0);
        var moved = await clocks.RecountAsync(connection, new WorkingCalendar(after), Note(change.Revision, before, after), cancellationToken);
        if (!dryRun)
        {
            await audit.AppendAsync(connection, caller, new CalendarChanged(change.Revision, moved), cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }
        return new CalendarChange(change.Change, change.Revision, change.Changes, moved);
    }

    /// <summary>Says at every clock that moves what changed: which days are free or worked on now.</summary>
    static string Note(int revision, CalendarDefinition before, CalendarDefinition after)
    {
        var (was, becomes) = (new WorkingCalendar(before), new WorkingCalendar(after));
        var named = before.Holidays.Concat(before.Workdays).Concat(after.Holidays).Concat(after.Workdays);
        var changed = named.Select(day => day.Date).Distinct().Where(day => was.IsWorkingDay(day) != becomes.IsWorkingDay(day)).Order().ToList();
        var days = changed.Take(NamedDays).Select(day => $"{day:O} is {(becomes.IsWorkingDay(day) ? "worked on" : "free")} now");
        var more = changed.Count > NamedDays ? $"; and {changed.Count - NamedDays} more days" : "";
        var zone = before.TimeZone == after.TimeZone ? "" : $" Days begin by {after.TimeZone} now.";
        var weekend = before.Weekend.ToHashSet().SetEquals(after.Weekend) ? "" : " The weekend changed.";
        return $"The calendar changed (revision {revision}).{(changed.Count == 0 ? "" : $" {string.Join("; ", days)}{more}.")}{weekend}{zone}";
    }
}
