using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>The document of the working calendar.</summary>
public sealed record CalendarDefinition
{
    /// <summary>Time zone that days begin and end in (IANA name).</summary>
    public required string TimeZone { get; init; }

    /// <summary>Days of the week that nobody works on.</summary>
    public IReadOnlyList<DayOfWeek> Weekend { get; init; } = [DayOfWeek.Saturday, DayOfWeek.Sunday];

    /// <summary>Days that nobody works on, though they are no weekend.</summary>
    public IReadOnlyList<NamedDay> Holidays { get; init; } = [];

    /// <summary>Days that are worked on, though they are a weekend: made up for a bridge between holidays.</summary>
    public IReadOnlyList<NamedDay> Workdays { get; init; } = [];

    /// <summary>Refuses a calendar that no clock could run by.</summary>
    public void Check()
    {
        var validation = new Validation()
            .Require(TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _), "/timeZone", $"\"{TimeZone}\" is not a time zone", "Write an IANA name such as Asia/Shanghai or Europe/Berlin.")
            .Require(Weekend.Distinct().Count() < 7, "/weekend", "leaves no working day", "Leave at least one day of the week out.");
        RequireEachDayOnce(validation, Holidays, "/holidays");
        RequireEachDayOnce(validation, Workdays, "/workdays");
        var holidays = Holidays.Select(each => each.Date).ToHashSet();
        foreach (var (index, workday) in Workdays.Index())
            validation.Require(!holidays.Contains(workday.Date), $"/workdays/{index}/date", $"{workday.Date:O} is also a holiday", "Leave it out of one of the two lists.");
        validation.ThrowIfAny();
    }

    static void RequireEachDayOnce(Validation validation, IReadOnlyList<NamedDay> days, string pointer)
    {
        var seen = new HashSet<DateOnly>();
        foreach (var (index, day) in days.Index())
        {
            validation.Require(seen.Add(day.Date), $"{pointer}/{index}/date", $"{day.Date:O} stands there twice", "Give it once.");
            validation.RequireName(day.Name, $"{pointer}/{index}/name");
        }
    }
}

/// <summary>A day that is not like its weekday.</summary>
/// <param name="Date">The day.</param>
/// <param name="Name">What it is called.</param>
public sealed record NamedDay(DateOnly Date, string Name);
