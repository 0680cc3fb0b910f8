using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Announcements;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Corrections;
using Exchange.Hub.Sharing.Mail;
using Exchange.Hub.Sharing.Requests;

namespace Exchange.Hub.Sharing;

/// <summary>What the room does by the clock.</summary>
sealed class SharingUpkeep(IJobQueue jobs, HubOptions options) : IHostedService
{
    const string EveryMinute = "* * * * *";
    const string EveryNight = "10 2 * * *";
    const string MailSchedule = "sharing:mail";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.Recur<WatchClocks>("sharing:clocks", JobQueues.Upkeep, watch => watch.ExecuteAsync(CancellationToken.None), EveryMinute, TimeZoneInfo.Utc);
        jobs.Recur<WatchCatalogue>("sharing:catalogue", JobQueues.Upkeep, watch => watch.ExecuteAsync(CancellationToken.None), EveryMinute, TimeZoneInfo.Utc);
        jobs.Recur<CloseCorrections>("sharing:corrections", JobQueues.Upkeep, close => close.ExecuteAsync(CancellationToken.None), EveryMinute, TimeZoneInfo.Utc);
        jobs.Recur<CloseAnnouncements>("sharing:announcements", JobQueues.Upkeep, close => close.ExecuteAsync(CancellationToken.None), EveryMinute, TimeZoneInfo.Utc);
        jobs.Recur<StopDelivery>("sharing:deliveries", JobQueues.Upkeep, stop => stop.ExecuteAsync(CancellationToken.None), EveryMinute, TimeZoneInfo.Utc);
        jobs.Recur<PruneMail>("sharing:mail-pruning", JobQueues.Upkeep, prune => prune.ExecuteAsync(CancellationToken.None), EveryNight, TimeZoneInfo.Utc);
        if (options.SmtpHost is not null)
            jobs.Recur<SendMail>(MailSchedule, JobQueues.Deliveries, mail => mail.ExecuteAsync(CancellationToken.None), EveryMinute, TimeZoneInfo.Utc);
        else
            jobs.StopRecurring(MailSchedule);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
