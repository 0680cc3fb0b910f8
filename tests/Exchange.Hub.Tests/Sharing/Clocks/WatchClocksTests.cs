using Exchange.Hub.Audit;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Mail;
using Exchange.Hub.Sharing.Tasks;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Clocks;

public sealed class WatchClocksTests
{
    const string Subject = "request:7";

    static readonly CancellationToken None = CancellationToken.None;
    static readonly Caller Steward = new("token:1", "Steward", Role.Steward, "tax");
    static readonly Caller Administrator = new("token:2", "Administrator", Role.Administrator, null);

    /// <summary>A Wednesday.</summary>
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 9, 30, 2, 0, 0, TimeSpan.Zero));

    NpgsqlDataSource database = null!;
    Outbox outbox = null!;
    Hub.Sharing.Tasks.Tasks tasks = null!;
    Hub.Sharing.Clocks.Clocks clocks = null!;
    WatchClocks watch = null!;

    [SetUp]
    public async Task Prepare()
    {
        database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        var options = new HubOptions { SmtpHost = "127.0.0.1", MailFrom = "exchange@city.example" };
        outbox = new Outbox(database, options, time);
        tasks = new Hub.Sharing.Tasks.Tasks(database, outbox, options, time);
        var calendars = new Calendars(options);
        clocks = new Hub.Sharing.Clocks.Clocks(calendars, tasks, time);
        watch = new WatchClocks(database, calendars, tasks, new AuditLog(database, time), time);
        await EnterContactsAsync("tax", """{"steward":["steward@tax.example"]}""");
        await EnterContactsAsync("-hub", """{"administrator":["admin@city.example"]}""");
    }

    [TearDown]
    public ValueTask Close() => database.DisposeAsync();

    [Test]
    public async Task A_reminder_goes_out_once_on_the_morning_of_its_day()
    {
        var clock = await StartAsync();
        time.SetUtcNow(clock.RemindAt.AddTicks(-10));
        await watch.ExecuteAsync(None);
        Assert.That(await LettersAsync(), Is.EqualTo(new[] { "steward@tax.example Decide request 7" }), "the task itself, and no reminder yet");
        time.SetUtcNow(clock.RemindAt);
        await watch.ExecuteAsync(None);
        await watch.ExecuteAsync(None);
        Assert.That(await LettersAsync(), Is.EqualTo(new[] { "steward@tax.example Decide request 7", "steward@tax.example Reminder: Decide request 7" }));
        Assert.That((await tasks.ListAsync(Steward, None)).Single().RemindedAt, Is.EqualTo(clock.RemindAt));
    }

    [Test]
    public async Task What_is_overdue_goes_to_the_administrators_once_and_into_the_audit_log()
    {
        var clock = await StartAsync();
        time.SetUtcNow(clock.DueAt);
        await watch.ExecuteAsync(None);
        await watch.ExecuteAsync(None);
        var task = (await tasks.ListAsync(Administrator, None)).Single();
        Assert.That((task.Kind, task.Subject, task.Title), Is.EqualTo(("overdue-conditional-answer", Subject, "tax has not acted in time: conditional-answer of request:7, due on 2026-10-14")));
        Assert.That((await LettersAsync()).Skip(1), Is.EquivalentTo(new[] { "steward@tax.example Overdue: Decide request 7", $"admin@city.example {task.Title}" }));
        Assert.That(await BreachesAsync(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_clock_that_was_stopped_in_time_is_left_in_peace()
    {
        var clock = await StartAsync();
        await StopAsync();
        time.SetUtcNow(clock.DueAt);
        await watch.ExecuteAsync(None);
        Assert.That(await tasks.ListAsync(Administrator, None), Is.Empty);
        Assert.That(await BreachesAsync(), Is.Zero);
    }

    [Test]
    public async Task Acting_late_ends_the_administrators_task_and_stays_a_breach()
    {
        var clock = await StartAsync();
        time.SetUtcNow(clock.DueAt);
        await watch.ExecuteAsync(None);
        var stopped = await StopAsync();
        Assert.That(await tasks.ListAsync(Administrator, None), Is.Empty);
        Assert.That(stopped!.IsBreached(time.GetUtcNow()), Is.True);
    }

    [Test]
    public async Task An_extension_of_a_late_clock_starts_the_watch_afresh()
    {
        var clock = await StartAsync();
        time.SetUtcNow(clock.DueAt);
        await watch.ExecuteAsync(None);
        var extended = await database.InTransactionAsync(c => clocks.ExtendAsync(c, ClockKind.ConditionalAnswer, Subject, None), None);
        Assert.That(await tasks.ListAsync(Administrator, None), Is.Empty);
        time.SetUtcNow(extended.DueAt);
        await watch.ExecuteAsync(None);
        Assert.That(await tasks.ListAsync(Administrator, None), Has.Count.EqualTo(1));
        Assert.That(await BreachesAsync(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_reminder_moves_with_the_days_before_the_end_also_when_the_end_stays()
    {
        await StartAsync();
        var madeUp = new CalendarDefinition
        {
            TimeZone = new HubOptions().TimeZone,
            Holidays = [new(new DateOnly(2026, 10, 13), "Free")],
            Workdays = [new(new DateOnly(2026, 10, 4), "Made up")],
        };
        var moved = await database.InTransactionAsync(c => clocks.RecountAsync(c, new WorkingCalendar(madeUp), "Made up for", None), None);
        time.SetUtcNow(new DateTimeOffset(2026, 10, 8, 12, 0, 0, TimeSpan.Zero));
        await watch.ExecuteAsync(None);
        Assert.That(moved, Is.Zero);
        Assert.That((await LettersAsync()).Last(), Is.EqualTo("steward@tax.example Reminder: Decide request 7"), "a day earlier than before");
    }

    [Test]
    public async Task More_than_one_batch_is_watched_in_one_go()
    {
        const int Many = 230;
        await database.InTransactionAsync(
            async connection =>
            {
                foreach (var number in Enumerable.Range(0, Many))
                    await clocks.StartAsync(connection, ClockKind.PreCheck, $"request:{number}", "tax", None);
            },
            None);
        time.Advance(TimeSpan.FromDays(30));
        await watch.ExecuteAsync(None);
        Assert.That(await tasks.ListAsync(Administrator, None), Has.Count.EqualTo(Many));
    }

    Task<Clock> StartAsync() => database.InTransactionAsync(
        async connection =>
        {
            var clock = await clocks.StartAsync(connection, ClockKind.ConditionalAnswer, Subject, "tax", None);
            await tasks.OpenAsync(connection, new NewTask("decide", Subject, Role.Steward, "tax", "Decide request 7", clock.DueAt), None);
            return clock;
        },
        None);

    Task<Clock?> StopAsync() => database.InTransactionAsync(c => clocks.StopAsync(c, ClockKind.ConditionalAnswer, Subject, None), None);

    async Task<IEnumerable<string>> LettersAsync() => (await outbox.WaitingAsync(None)).Select(letter => $"{letter.Recipient} {letter.Subject}");

    Task<long> BreachesAsync() => database.ScalarAsync<long>($"select count(*) from audit.events where type = 'ClockBreached'", [], None);

    Task EnterContactsAsync(string name, string body) =>
        database.ExecuteAsync($"insert into catalog.documents (kind, name, revision, body, changed_at, changed_by) values ('contacts', $1, 1, $2, now(), 'test')", [name, body], None);
}
