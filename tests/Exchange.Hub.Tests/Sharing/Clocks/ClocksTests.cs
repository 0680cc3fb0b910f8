using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Mail;
using Exchange.Hub.Sharing.Tasks;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Clocks;

public sealed class ClocksTests
{
    const string Subject = "request:7";

    static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A Wednesday.</summary>
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 9, 30, 2, 0, 0, TimeSpan.Zero));

    NpgsqlDataSource database = null!;
    Hub.Sharing.Clocks.Clocks clocks = null!;
    Hub.Sharing.Tasks.Tasks tasks = null!;

    [SetUp]
    public async Task Prepare()
    {
        database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        var options = new HubOptions { TimeZone = "Asia/Shanghai" };
        tasks = new Hub.Sharing.Tasks.Tasks(database, new Outbox(database, options, time), options, time);
        clocks = new Hub.Sharing.Clocks.Clocks(new Calendars(options), tasks, time);
    }

    [TearDown]
    public ValueTask Close() => database.DisposeAsync();

    [TestCase(ClockKind.PreCheck, "2026-10-02")]
    [TestCase(ClockKind.UnconditionalAnswer, "2026-10-01")]
    [TestCase(ClockKind.ConditionalAnswer, "2026-10-14")]
    [TestCase(ClockKind.Delivery, "2026-10-28")]
    [TestCase(ClockKind.Correction, "2026-10-14")]
    [TestCase(ClockKind.CatalogueUpdate, "2026-10-14")]
    public async Task Without_documents_the_default_numbers_hold_and_weekends_are_free(ClockKind kind, string dueOn)
    {
        var clock = await StartAsync(kind);
        Assert.That(clock.DueOn, Is.EqualTo(DateOnly.ParseExact(dueOn, "O")));
        Assert.That(clock.DueAt.ToOffset(TimeSpan.FromHours(8)).DateTime, Is.EqualTo(clock.DueOn.AddDays(1).ToDateTime(TimeOnly.MinValue)), "till the end of that day where the hub is");
    }

    [Test]
    public async Task A_clock_that_runs_is_not_started_again()
    {
        var first = await StartAsync(ClockKind.PreCheck);
        time.Advance(TimeSpan.FromDays(1));
        Assert.That((await StartAsync(ClockKind.PreCheck)).StartedAt, Is.EqualTo(first.StartedAt));
    }

    [Test]
    public async Task A_clock_that_was_stopped_starts_afresh()
    {
        var first = await StartAsync(ClockKind.PreCheck);
        var stopped = await StopAsync(ClockKind.PreCheck);
        var second = await StartAsync(ClockKind.PreCheck);
        Assert.That(stopped?.StoppedAt, Is.EqualTo(time.GetUtcNow()));
        Assert.That(second.Id, Is.Not.EqualTo(first.Id));
    }

    [Test]
    public async Task Stopping_what_does_not_run_changes_nothing() => Assert.That(await StopAsync(ClockKind.Delivery), Is.Null);

    [Test]
    public async Task A_clock_is_breached_from_the_first_instant_after_its_last_day()
    {
        var clock = await StartAsync(ClockKind.PreCheck);
        Assert.That(clock.IsBreached(clock.DueAt.AddTicks(-1)), Is.False);
        Assert.That(clock.IsBreached(clock.DueAt), Is.True);
        var inTime = (await StopAsync(ClockKind.PreCheck))!;
        Assert.That(inTime.IsBreached(clock.DueAt.AddDays(1)), Is.False);
    }

    [Test]
    public async Task An_extension_counts_from_the_start_moves_the_task_and_says_so()
    {
        var clock = await StartAsync(ClockKind.ConditionalAnswer);
        await InTransactionAsync(c => tasks.OpenAsync(c, new NewTask("decide", Subject, Role.Steward, "tax", "Decide", clock.DueAt), None));
        var extended = await InTransactionAsync(c => clocks.ExtendAsync(c, ClockKind.ConditionalAnswer, Subject, None));
        Assert.That(extended.DueOn, Is.EqualTo(new DateOnly(2026, 10, 28)));
        Assert.That(extended.Moves.Single(), Is.EqualTo(new ClockMove(time.GetUtcNow(), clock.DueOn, extended.DueOn, "Extended by 10 working days.")));
        var task = (await tasks.ListAsync(new Caller("token:1", "Steward", Role.Steward, "tax"), None)).Single();
        Assert.That(task.DueAt, Is.EqualTo(extended.DueAt));
    }

    [Test]
    public async Task A_clock_is_extended_once()
    {
        await StartAsync(ClockKind.ConditionalAnswer);
        await InTransactionAsync(c => clocks.ExtendAsync(c, ClockKind.ConditionalAnswer, Subject, None));
        Assert.That(async () => await InTransactionAsync(c => clocks.ExtendAsync(c, ClockKind.ConditionalAnswer, Subject, None)), Refused("clock-extended"));
    }

    [Test]
    public async Task A_kind_without_extension_is_not_extended()
    {
        await StartAsync(ClockKind.PreCheck);
        Assert.That(async () => await InTransactionAsync(c => clocks.ExtendAsync(c, ClockKind.PreCheck, Subject, None)), Refused("clock-fixed"));
    }

    [Test]
    public void What_does_not_run_is_not_extended() =>
        Assert.That(async () => await InTransactionAsync(c => clocks.ExtendAsync(c, ClockKind.ConditionalAnswer, Subject, None)), Refused("clock-not-running"));

    static NUnit.Framework.Constraints.IResolveConstraint Refused(string code) =>
        Throws.TypeOf<HubException>().With.Property(nameof(HubException.Code)).EqualTo(code);

    Task<Clock> StartAsync(ClockKind kind) => InTransactionAsync(c => clocks.StartAsync(c, kind, Subject, "tax", None));

    Task<Clock?> StopAsync(ClockKind kind) => InTransactionAsync(c => clocks.StopAsync(c, kind, Subject, None));

    Task<T> InTransactionAsync<T>(Func<NpgsqlConnection, Task<T>> work) => database.InTransactionAsync(work, None);

    Task InTransactionAsync(Func<NpgsqlConnection, Task> work) => database.InTransactionAsync(work, None);
}
