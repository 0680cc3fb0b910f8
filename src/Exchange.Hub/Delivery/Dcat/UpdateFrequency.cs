using Cronos;
using Exchange.Hub.Catalog.Datasets;

namespace Exchange.Hub.Delivery.Dcat;

/// <summary>How often a dataset is refreshed, in the words of the EU's authority table <c>frequency</c>.</summary>
static class UpdateFrequency
{
    const int DaysWatched = 728;

    /// <summary>Any span will do that begins on the first day of a year and holds a leap day and whole weeks.</summary>
    static readonly DateTime start = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>Each code with the least number of runs in a year that it stands for.</summary>
    static readonly (double Runs, string Code, string Title)[] codes =
    [
        (365.25 * 36, "CONT", "continuous"), (365.25 * 15, "HOURLY", "hourly"), (365.25 * 1.5, "DAILY_2", "twice a day"), (200, "DAILY", "daily"),
        (80, "WEEKLY_2", "twice a week"), (35, "WEEKLY", "weekly"), (20, "MONTHLY_2", "twice a month"), (8, "MONTHLY", "monthly"),
        (3, "QUARTERLY", "quarterly"), (1.5, "ANNUAL_2", "twice a year"), (0.9, "ANNUAL", "annual"),
    ];

    /// <summary>The nearest word for a schedule; <c>IRREG</c> without one.</summary>
    public static (string Code, string Title) Of(ScheduleDefinition? schedule)
    {
        const string Irregular = "IRREG";
        if (schedule is null)
            return (Irregular, "irregular");
        // More runs than make it continuous need not be counted.
        var most = (int)(codes[0].Runs * 2) + 1;
        var runs = CronExpression.Parse(schedule.Cron).GetOccurrences(start, start.AddDays(DaysWatched)).Take(most).Count() * 365.25 / DaysWatched;
        var found = Array.Find(codes, code => runs >= code.Runs);
        return found.Code is null ? (Irregular, "irregular") : (found.Code, found.Title);
    }
}
