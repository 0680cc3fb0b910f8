using System.Linq.Expressions;
using Hangfire;
using Hangfire.Annotations;
using Hangfire.Storage;

namespace Exchange.Hub.Platform;

/// <summary>The queues, each with workers of its own, so that long runs hold up nothing else.</summary>
public static class JobQueues
{
    /// <summary>Runs of datasets.</summary>
    public const string Runs = "runs";

    /// <summary>Deliveries to subscribers.</summary>
    public const string Deliveries = "deliveries";

    /// <summary>Exports that are prepared as files.</summary>
    public const string Exports = "exports";

    /// <summary>Short upkeep: reconciling, clearing up.</summary>
    public const string Upkeep = "upkeep";
}

/// <summary>
/// Wakes jobs. A job is a method of a service that is made anew for each call; it takes ids, and a
/// <see cref="CancellationToken"/> that is cancelled when the hub stops. It may be called more than once.
/// </summary>
public interface IJobQueue
{
    /// <summary>Wakes a job now. Call it after the transaction that made its work has been committed.</summary>
    void Enqueue<TJob>(string queue, Expression<Func<TJob, Task>> call);

    /// <summary>Wakes a job later.</summary>
    void Schedule<TJob>(string queue, Expression<Func<TJob, Task>> call, TimeSpan delay);

    /// <summary>Wakes a job by the clock, replacing what the same id did before.</summary>
    /// <param name="id">Id of the schedule.</param>
    /// <param name="queue">One of <see cref="JobQueues"/>.</param>
    /// <param name="call">The job.</param>
    /// <param name="cron">Five fields, or six with seconds.</param>
    /// <param name="zone">Time zone that the fields are meant in.</param>
    void Recur<TJob>(string id, string queue, Expression<Func<TJob, Task>> call, string cron, TimeZoneInfo zone);

    /// <summary>Ends a schedule; does nothing when there is none.</summary>
    void StopRecurring(string id);
}

/// <summary>Wakes jobs by Hangfire.</summary>
public sealed class JobQueue(IBackgroundJobClientV2 client, IRecurringJobManagerV2 recurring) : IJobQueue
{
    /// <inheritdoc/>
    public void Enqueue<TJob>(string queue, Expression<Func<TJob, Task>> call) => client.Enqueue(queue, call);

    /// <inheritdoc/>
    public void Schedule<TJob>(string queue, Expression<Func<TJob, Task>> call, TimeSpan delay) => client.Schedule(queue, call, delay);

    /// <inheritdoc/>
    public void Recur<TJob>(string id, string queue, Expression<Func<TJob, Task>> call, string cron, TimeZoneInfo zone) =>
        recurring.AddOrUpdate(id, queue, call, cron, new RecurringJobOptions { TimeZone = zone, MisfireHandling = MisfireHandlingMode.Relaxed });

    /// <inheritdoc/>
    public void StopRecurring(string id) => recurring.RemoveIfExists(id);
}
