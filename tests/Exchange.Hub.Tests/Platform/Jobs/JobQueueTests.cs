using System.Threading.Channels;
using Exchange.Hub.Platform;
using Hangfire;
using Hangfire.PostgreSql;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Hub.Tests.Platform;

public sealed class JobQueueTests
{
    const string Schedule = "dataset/1";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Test]
    public async Task A_job_is_made_anew_and_called_with_its_id_soon()
    {
        await using var hub = await StartAsync();
        hub.Services.GetRequiredService<IJobQueue>().Enqueue<Bell>(JobQueues.Runs, bell => bell.RingAsync(7));
        Assert.That(await RungAsync(hub), Is.EqualTo(7));
    }

    [Test]
    public async Task A_job_that_fails_is_not_tried_again_by_Hangfire()
    {
        await using var hub = await StartAsync();
        var queue = hub.Services.GetRequiredService<IJobQueue>();
        queue.Enqueue<Bell>(JobQueues.Upkeep, bell => bell.BreakAsync(1));
        Assert.That(await RungAsync(hub), Is.EqualTo(1));
        queue.Enqueue<Bell>(JobQueues.Upkeep, bell => bell.RingAsync(2));
        Assert.That(await RungAsync(hub), Is.EqualTo(2));
        Assert.That(hub.Services.GetRequiredService<PostgreSqlStorage>().GetMonitoringApi().ScheduledCount(), Is.Zero);
    }

    [Test]
    public async Task A_schedule_keeps_its_time_zone_and_queue_is_replaced_by_id_and_can_be_ended()
    {
        await using var hub = await StartAsync();
        var queue = hub.Services.GetRequiredService<IJobQueue>();
        var shanghai = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
        queue.Recur<Bell>(Schedule, JobQueues.Runs, bell => bell.RingAsync(1), "0 2 * * *", shanghai);
        queue.Recur<Bell>(Schedule, JobQueues.Runs, bell => bell.RingAsync(1), "30 2 * * *", shanghai);

        var schedule = Schedules(hub).Single();
        Assert.That((schedule.Cron, schedule.TimeZoneId, schedule.Job.Queue, schedule.NextExecution?.TimeOfDay), Is.EqualTo(("30 2 * * *", "Asia/Shanghai", JobQueues.Runs, new TimeSpan(18, 30, 0))));
        hub.Services.GetRequiredService<IRecurringJobManagerV2>().Trigger(Schedule);
        Assert.That(await RungAsync(hub), Is.EqualTo(1));

        queue.StopRecurring(Schedule);
        Assert.That(Schedules(hub), Is.Empty);
    }

    [Test]
    public async Task A_hub_starts_over_the_locks_of_one_that_was_killed_with_them_in_hand()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        List<string> schedules;
        await using (var first = await TestHub.StartAsync(logins: logins))
        {
            using var connection = first.Services.GetRequiredService<PostgreSqlStorage>().GetConnection();
            schedules = [.. Hangfire.Storage.StorageConnectionExtensions.GetRecurringJobs(connection).Select(schedule => schedule.Id)];
        }
        Assert.That(schedules, Is.Not.Empty);
        await using (var owner = new NpgsqlConnection(logins.Owner))
        {
            await owner.OpenAsync();
            await owner.ExecuteAsync(
                $"insert into hangfire.lock (resource, acquired) select 'hangfire:lock:recurring-job:' || id, $2 from unnest($1) id",
                [schedules.ToArray(), TimeProvider.System.GetUtcNow().UtcDateTime - JobStore.AbandonedLock], CancellationToken.None);
        }
        await using var next = await TestHub.StartAsync(logins: logins);
        Assert.That(next.Address.IsLoopback, Is.True);
    }

    [Test]
    public async Task The_dashboard_shows_jobs_and_changes_nothing()
    {
        await using var hub = await StartAsync();
        hub.Services.GetRequiredService<IJobQueue>().Recur<Bell>(Schedule, JobQueues.Runs, bell => bell.RingAsync(1), "30 2 * * *", TimeZoneInfo.Utc);
        var administrator = await hub.ClientAsync(Role.Administrator);
        Assert.That(await administrator.GetStringAsync("/jobs/recurring"), Does.Contain(Schedule));

        using var body = new FormUrlEncodedContent([new("jobs[]", Schedule)]);
        using var answer = await administrator.PostAsync("/jobs/recurring/remove", body);

        Assert.That(answer.IsSuccessStatusCode, Is.False);
        Assert.That(Schedules(hub), Has.Count.EqualTo(1));
    }

    static Task<TestHub> StartAsync() => TestHub.StartAsync(services: services => services.AddSingleton(Channel.CreateUnbounded<long>()).AddTransient<Bell>());

    static async Task<long> RungAsync(TestHub hub)
    {
        using var patience = new CancellationTokenSource(Patience);
        return await hub.Services.GetRequiredService<Channel<long>>().Reader.ReadAsync(patience.Token);
    }

    static List<Hangfire.Storage.RecurringJobDto> Schedules(TestHub hub)
    {
        using var connection = hub.Services.GetRequiredService<PostgreSqlStorage>().GetConnection();
        return [.. Hangfire.Storage.StorageConnectionExtensions.GetRecurringJobs(connection).Where(schedule => schedule.Id == Schedule)]; // the hub has others of its own
    }

    /// <summary>A job that can be heard.</summary>
    public sealed class Bell(Channel<long> rung)
    {
        public Task RingAsync(long id) => rung.Writer.WriteAsync(id).AsTask();

        public async Task BreakAsync(long id)
        {
            await RingAsync(id);
            throw new InvalidOperationException("This job always fails.");
        }
    }
}
