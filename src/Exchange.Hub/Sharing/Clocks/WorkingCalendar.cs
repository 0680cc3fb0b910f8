namespace Exchange.Hub.Sharing.Clocks;

/// <summary>Which days are worked on, and when a day begins: what clocks are counted by.</summary>
public sealed class WorkingCalendar(CalendarDefinition definition)
{
    readonly HashSet<DayOfWeek> weekend = [.. definition.Weekend];
    readonly HashSet<DateOnly> holidays = [.. definition.Holidays.Select(each => each.Date)];
    readonly HashSet<DateOnly> workdays = [.. definition.Workdays.Select(each => each.Date)];
    readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(definition.TimeZone);

    /// <summary>Whether it is worked on.</summary>
    public bool IsWorkingDay(DateOnly day) => workdays.Contains(day) || (!weekend.Contains(day.DayOfWeek) && !holidays.Contains(day));

    /// <summary>The day of an instant, as the wall shows it in the calendar's time zone.</summary>
    public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

    /// <summary>
    /// The n-th working day after a day, or before it when the number is negative. The day itself does not count; zero
    /// working days after a day are that day.
    /// </summary>
    public DateOnly Add(DateOnly day, int workingDays)
    {
        var step = Math.Sign(workingDays);
        for (var left = Math.Abs(workingDays); left > 0;)
        {
            day = day.AddDays(step);
            if (IsWorkingDay(day))
                left--;
        }
        return day;
    }

    /// <summary>
    /// The first instant of a day. That is not always midnight: where clocks go forward at midnight the day begins at
    /// one, and where they go back it is midnight twice and the first counts.
    /// </summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var wall = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(wall))
            wall = wall.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }

    /// <summary>The first instant after a day.</summary>
    public DateTimeOffset EndOf(DateOnly day) => StartOf(day.AddDays(1));
}
