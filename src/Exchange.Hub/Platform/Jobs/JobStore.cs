using Hangfire;
using Hangfire.Common;
using Hangfire.PostgreSql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Where Hangfire keeps its jobs. Hangfire is an at-least-once alarm clock and no more: the truth about runs and
/// deliveries stands in their own tables, arguments are ids only, and nothing is tried again by Hangfire itself.
/// </summary>
public static class JobStore
{
    /// <summary>Schema of Hangfire's tables.</summary>
    public const string Schema = "hangfire";

    /// <summary>Where the dashboard is.</summary>
    public const string DashboardPath = "/jobs";

    static JobStore() => GlobalConfiguration.Configuration
        .SetDataCompatibilityLevel(CompatibilityLevel.Version_180)
        .UseSimpleAssemblyNameTypeSerializer()
        .UseRecommendedSerializerSettings(settings => settings.TypeNameHandling = Newtonsoft.Json.TypeNameHandling.None);

    /// <summary>
    /// How long the lock of a hub that was killed stands. Hangfire's own calls hold one for milliseconds and wait 15
    /// seconds for one, so that the next hub starts, and a schedule can be changed, whoever died with it in hand. Hubs
    /// on one database keep their clocks closer together than this.
    /// </summary>
    public static readonly TimeSpan AbandonedLock = TimeSpan.FromSeconds(10);

    /// <summary>What every job passes through: no retries, and counts for the dashboard.</summary>
    public static IJobFilterProvider Filters { get; } = new JobFilterProviderCollection(new JobFilterCollection
    {
        new AutomaticRetryAttribute { Attempts = 0 },
        new StatisticsHistoryAttribute(),
    });

    /// <summary>Opens the store.</summary>
    public static PostgreSqlStorage Open(JobConnections connections) => new(
        connections,
        new PostgreSqlStorageOptions
        {
            SchemaName = Schema,
            PrepareSchemaIfNecessary = false, // the Migrator did
            UseSlidingInvisibilityTimeout = true, // the default runs what takes longer than 30 minutes twice
            InvisibilityTimeout = TimeSpan.FromMinutes(3),
            DistributedLockTimeout = AbandonedLock,
            EnableLongPolling = false, // each worker would hold a connection that listens
            QueuePollInterval = TimeSpan.FromSeconds(2),
            AllowDegradedModeWithoutStorage = false,
        });
}
