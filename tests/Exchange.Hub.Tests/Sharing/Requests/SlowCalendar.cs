namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>Working days counted on the fingers: one day at a time, and the wall clock read minute by minute.</summary>
sealed class SlowCalendar(string zone, DayOfWeek[] weekend)
{
    const int FarEnough = 1000;

    readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(zone);
    readonly Dictionary<DateOnly, bool> entered = [];
    readonly Dictionary<DateOnly, DateTimeOffset> beginnings = [];

    /// <summary>A day is worked on, or not, whatever its weekday.</summary>
    public void Enter(DateOnly day, bool worked) => entered[day] = worked;

    /// <summary>The day that a calendar on the wall shows.</summary>
    public DateOnly DayAt(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTimeFromUtc(instant.UtcDateTime, zone));

    /// <summary>The n-th working day after a day, or before it; the day itself when n is 0.</summary>
    public DateOnly Count(DateOnly day, int workingDays) => workingDays == 0
        ? day
        : Enumerable.Range(1, FarEnough).Select(n => day.AddDays(n * Math.Sign(workingDays))).Where(IsWorked).ElementAt(Math.Abs(workingDays) - 1);

    /// <summary>The first minute at which the wall shows a day, or a later one.</summary>
    public DateTimeOffset BeginningOf(DateOnly day)
    {
        if (!beginnings.TryGetValue(day, out var minute))
        {
            minute = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero).AddHours(-15); // no place is further ahead
            while (DayAt(minute) < day)
                minute = minute.AddMinutes(1);
            beginnings[day] = minute;
        }
        return minute;
    }

    bool IsWorked(DateOnly day) => entered.TryGetValue(day, out var worked) ? worked : !weekend.Contains(day.DayOfWeek);
}
