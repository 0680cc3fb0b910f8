using Cronos;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Runs;

/// <summary>When datasets run by themselves: Hangfire's recurring jobs, one per dataset.</summary>
sealed class Schedules(IJobQueue jobs, HubOptions options, TimeProvider time)
{
    /// <summary>Brings the alarm of a dataset in line with its document.</summary>
    public void Apply(string dataset, ScheduleDefinition? schedule)
    {
        if (schedule is null)
            jobs.StopRecurring(IdOf(dataset));
        else
            jobs.Recur<RunDataset>(IdOf(dataset), JobQueues.Upkeep, run => run.ExecuteScheduledAsync(dataset, CancellationToken.None), schedule.Cron, ZoneOf(schedule));
    }

    /// <summary>The next time a dataset runs by itself; null when it does not.</summary>
    public DateTimeOffset? NextRun(ScheduleDefinition? schedule) =>
        schedule is null ? null : CronExpression.Parse(schedule.Cron).GetNextOccurrence(time.GetUtcNow(), ZoneOf(schedule));

    /// <summary>What is wrong with a schedule.</summary>
    public static IEnumerable<FieldError> Check(ScheduleDefinition? schedule)
    {
        if (schedule is null)
            yield break;
        if (!CronExpression.TryParse(schedule.Cron, out _))
            yield return new FieldError("/schedule/cron", $"\"{schedule.Cron}\" is not a cron expression", "Write five fields, minute hour day month weekday: \"0 6 * * *\" is every day at six.");
        if (schedule.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
            yield return new FieldError("/schedule/timeZone", $"\"{zone}\" is not a time zone", "Write an IANA name such as Asia/Shanghai or Europe/Berlin.");
    }

    TimeZoneInfo ZoneOf(ScheduleDefinition schedule) => TimeZoneInfo.FindSystemTimeZoneById(schedule.TimeZone ?? options.TimeZone);

    static string IdOf(string dataset) => $"dataset:{dataset}";
}
