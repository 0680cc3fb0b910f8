using CsCheck;
using Exchange.Hub.Sharing.Clocks;

namespace Exchange.Hub.Tests.Sharing.Clocks;

public sealed class WorkingCalendarTests
{
    static readonly DateOnly Origin = new(2025, 12, 1);

    /// <summary>Zones whose clocks change at midnight, change twice a year, by half an hour, not at all; and one that skipped a whole day.</summary>
    static readonly string[] Zones = ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "Asia/Beirut", "America/Asuncion"];

    static readonly CalendarDefinition NationalDay = new()
    {
        TimeZone = "Asia/Shanghai",
        Holidays = [.. Enumerable.Range(1, 7).Select(day => new NamedDay(new DateOnly(2026, 10, day), "National Day"))],
        Workdays = [new(new DateOnly(2026, 9, 27), "made up"), new(new DateOnly(2026, 10, 10), "made up")],
    };

    [TestCase("2026-09-28", 1, "2026-09-29")]
    [TestCase("2026-09-26", 1, "2026-09-27", Description = "a Sunday that is made up")]
    [TestCase("2026-09-30", 1, "2026-10-08", Description = "over the golden week")]
    [TestCase("2026-09-30", 3, "2026-10-10", Description = "a Saturday that is made up")]
    [TestCase("2026-10-08", -1, "2026-09-30")]
    [TestCase("2026-10-03", 0, "2026-10-03", Description = "no working day is no move")]
    public void Holidays_are_left_out_and_days_made_up_count(string day, int workingDays, string expected) =>
        Assert.That(new WorkingCalendar(NationalDay).Add(DateOnly.ParseExact(day, "O"), workingDays), Is.EqualTo(DateOnly.ParseExact(expected, "O")));

    [Test]
    public void A_day_begins_when_the_wall_says_so()
    {
        var calendar = new WorkingCalendar(NationalDay);
        Assert.That(calendar.StartOf(new DateOnly(2026, 10, 1)), Is.EqualTo(new DateTimeOffset(2026, 9, 30, 16, 0, 0, TimeSpan.Zero)));
        Assert.That(calendar.DayOf(new DateTimeOffset(2026, 9, 30, 16, 0, 0, TimeSpan.Zero)), Is.EqualTo(new DateOnly(2026, 10, 1)));
        Assert.That(calendar.DayOf(new DateTimeOffset(2026, 9, 30, 15, 59, 59, TimeSpan.Zero)), Is.EqualTo(new DateOnly(2026, 9, 30)));
    }

    [TestCase("America/Havana", "2026-03-08", "2026-03-08T05:00:00Z", Description = "there is no midnight: the clock goes from 0:00 to 1:00")]
    [TestCase("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", Description = "midnight comes twice: the first is the beginning")]
    [TestCase("Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", Description = "a day of 23 hours")]
    [TestCase("Europe/Berlin", "2026-03-30", "2026-03-29T22:00:00Z", Description = "and the day after it")]
    public void A_day_of_changing_clocks_has_one_beginning(string zone, string day, string expected) =>
        Assert.That(
            new WorkingCalendar(new CalendarDefinition { TimeZone = zone }).StartOf(DateOnly.ParseExact(day, "O")),
            Is.EqualTo(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>The slow way walks through the time zone quarter by quarter of an hour and counts the days that the wall shows.</summary>
    [Test]
    public void A_due_instant_is_the_one_found_by_watching_the_wall() =>
        Calendar.SelectMany(definition => Gen.Int[0, 540 * 96].SelectMany(quarter => Gen.Int[1, 25].Select(days => (definition, quarter, days)))).Sample(
            each =>
            {
                var start = new DateTimeOffset(Origin, TimeOnly.MinValue, TimeSpan.Zero).AddMinutes(each.quarter * 15);
                var calendar = new WorkingCalendar(each.definition);
                return calendar.EndOf(calendar.Add(calendar.DayOf(start), each.days)) == EndByWatching(each.definition, start, each.days);
            },
            iter: 150);

    [Test]
    public void Counting_back_undoes_counting_forward_from_a_working_day() =>
        Calendar.SelectMany(definition => Gen.Int[0, 500].SelectMany(day => Gen.Int[0, 30].Select(days => (definition, day, days)))).Sample(each =>
        {
            var calendar = new WorkingCalendar(each.definition);
            var from = calendar.Add(Origin.AddDays(each.day), 1);
            return calendar.Add(calendar.Add(from, each.days), -each.days) == from;
        });

    static Gen<CalendarDefinition> Calendar =>
        from zone in Gen.OneOfConst(Zones)
        from weekend in Gen.OneOfConst<DayOfWeek[]>([DayOfWeek.Saturday, DayOfWeek.Sunday], [DayOfWeek.Friday, DayOfWeek.Saturday], [DayOfWeek.Sunday], [])
        from special in Gen.Select(Gen.Int[0, 600], Gen.Bool).Array[0, 60]
        let days = special.DistinctBy(each => each.Item1).ToLookup(each => each.Item2, each => new NamedDay(Origin.AddDays(each.Item1), "special"))
        select new CalendarDefinition { TimeZone = zone, Weekend = weekend, Holidays = [.. days[true]], Workdays = [.. days[false]] };

    static DateTimeOffset EndByWatching(CalendarDefinition definition, DateTimeOffset start, int days)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(definition.TimeZone);
        var now = start;
        var today = Wall(now);
        for (var left = days; ;)
        {
            now = now.AddMinutes(15);
            var shown = Wall(now);
            if (shown <= today)
                continue;
            if (left == 0)
                return now;
            today = shown;
            if (IsWorkedOn(today))
                left--;
        }

        DateOnly Wall(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime);

        bool IsWorkedOn(DateOnly day)
        {
            foreach (var made in definition.Workdays)
            {
                if (made.Date == day)
                    return true;
            }
            foreach (var free in definition.Holidays)
            {
                if (free.Date == day)
                    return false;
            }
            return !definition.Weekend.Contains(day.DayOfWeek);
        }
    }
}
