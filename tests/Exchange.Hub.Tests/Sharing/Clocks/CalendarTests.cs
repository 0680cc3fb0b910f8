using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Sharing.Clocks;

/// <summary>The calendar through the API, and what moves with it. It is one for the whole hub, so each test has its own.</summary>
public sealed class CalendarTests
{
    const string Subject = "request:7";
    const string GoldenWeek = """
        date,kind,name
        2026-10-01,holiday,National Day
        2026-10-02,holiday,"National Day, second day"
        2026-09-27,workday,made up
        """;

    static readonly CancellationToken None = CancellationToken.None;

    /// <summary>A Wednesday.</summary>
    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 9, 30, 2, 0, 0, TimeSpan.Zero));

    TestHub hub = null!;
    HttpClient administrator = null!;

    [SetUp]
    public async Task Prepare()
    {
        hub = await TestHub.StartAsync(options => options with { TimeZone = "Asia/Shanghai" }, services => services.AddSingleton<TimeProvider>(time));
        administrator = await hub.ClientAsync(Role.Administrator);
    }

    [TearDown]
    public ValueTask Stop() => hub.DisposeAsync();

    [Test]
    public async Task What_is_due_moves_with_a_note_when_a_holiday_is_added_later()
    {
        var clock = await StartAsync(ClockKind.PreCheck, withTask: true);
        var change = await ImportAsync(GoldenWeek);
        var moved = await ClockAsync();
        Assert.That(change.GetProperty("clocksMoved").GetInt32(), Is.EqualTo(1));
        Assert.That((clock.DueOn, moved.DueOn), Is.EqualTo((new DateOnly(2026, 10, 2), new DateOnly(2026, 10, 6))));
        Assert.That(moved.Moves.Single(), Is.EqualTo(new ClockMove(
            time.GetUtcNow(), clock.DueOn, moved.DueOn,
            "The calendar changed (revision 1). 2026-09-27 is worked on now; 2026-10-01 is free now; 2026-10-02 is free now.")));
        var task = (await administrator.GetFromJsonAsync<JsonElement>("/api/v1/tasks")).GetProperty("items")[0];
        Assert.That(task.GetProperty("dueAt").GetDateTimeOffset(), Is.EqualTo(moved.DueAt));
    }

    [Test]
    public async Task A_change_that_concerns_no_clock_moves_none()
    {
        await StartAsync(ClockKind.PreCheck);
        var change = await ImportAsync("date,kind,name\n2027-01-01,holiday,New Year");
        Assert.That(change.GetProperty("clocksMoved").GetInt32(), Is.Zero);
        Assert.That((await ClockAsync()).Moves, Is.Empty);
    }

    [Test]
    public async Task A_dry_run_says_what_would_move_and_moves_nothing()
    {
        var clock = await StartAsync(ClockKind.PreCheck);
        var change = await ImportAsync(GoldenWeek, "?dryRun=true");
        Assert.That(change.GetProperty("clocksMoved").GetInt32(), Is.EqualTo(1));
        Assert.That((await ClockAsync()).DueAt, Is.EqualTo(clock.DueAt));
    }

    [Test]
    public async Task A_change_makes_no_clock_overdue_by_itself()
    {
        await ImportAsync(GoldenWeek);
        await StartAsync(ClockKind.PreCheck); // due on the 6th
        time.Advance(TimeSpan.FromDays(5)); // Monday the 5th
        using var answer = await administrator.PutAsJsonAsync("/api/v1/calendar", new { timeZone = "Asia/Shanghai" }); // without holidays it were due on the 2nd
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((await ClockAsync()).DueOn, Is.EqualTo(new DateOnly(2026, 10, 5)));
    }

    [Test]
    public async Task A_forgotten_holiday_takes_a_breach_back()
    {
        var clock = await StartAsync(ClockKind.PreCheck);
        time.SetUtcNow(clock.DueAt.AddHours(1));
        Assert.That((await ClockAsync()).Breached, Is.True);
        await ImportAsync(GoldenWeek);
        Assert.That((await ClockAsync()).Breached, Is.False);
    }

    [Test]
    public async Task Another_time_zone_moves_the_hour()
    {
        await StartAsync(ClockKind.PreCheck);
        using var answer = await administrator.PutAsJsonAsync("/api/v1/calendar", new { timeZone = "Europe/Berlin" });
        var moved = await ClockAsync();
        Assert.That(moved.DueAt, Is.EqualTo(new DateTimeOffset(2026, 10, 2, 22, 0, 0, TimeSpan.Zero)));
        Assert.That(moved.Moves.Single().Note, Does.EndWith("Days begin by Europe/Berlin now."));
    }

    [Test]
    public async Task JSON_and_CSV_say_the_same()
    {
        await ImportAsync(GoldenWeek);
        using var json = JsonContent.Create(new object[]
        {
            new { date = "2026-10-01", kind = "holiday", name = "National Day" },
            new { date = "2026-10-02", kind = "holiday", name = "National Day, second day" },
            new { date = "2026-09-27", kind = "workday", name = "made up" },
        });
        using var answer = await administrator.PostAsync("/api/v1/calendar/days", json);
        Assert.That((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("change").GetString(), Is.EqualTo("unchanged"));
    }

    [Test]
    public async Task A_day_imported_again_is_as_the_last_file_says_and_others_stay()
    {
        await ImportAsync(GoldenWeek);
        await ImportAsync("date,kind,name\n2026-10-01,workday,cancelled");
        var calendar = (await administrator.GetFromJsonAsync<CalendarDefinition>("/api/v1/calendar", ApiJson.Options))!;
        Assert.That(calendar.Holidays.Select(day => day.Date), Is.EqualTo(new[] { new DateOnly(2026, 10, 2) }));
        Assert.That(calendar.Workdays.Select(day => day.Name), Is.EqualTo(new[] { "made up", "cancelled" }));
    }

    [Test]
    public async Task New_lengths_hold_for_clocks_that_start_from_then_on()
    {
        var before = await StartAsync(ClockKind.PreCheck);
        using var answer = await administrator.PutAsJsonAsync("/api/v1/clock-rules", new { preCheck = new { days = 5 } });
        Assert.That((await ClockAsync()).DueAt, Is.EqualTo(before.DueAt));
        Assert.That((await StartAsync(ClockKind.PreCheck, "request:8")).DueOn, Is.EqualTo(new DateOnly(2026, 10, 7)));
    }

    [Test]
    public async Task Counts_tell_who_kept_time()
    {
        var clocks = hub.Services.GetRequiredService<Hub.Sharing.Clocks.Clocks>();
        await StartAsync(ClockKind.PreCheck, "request:1");
        await StartAsync(ClockKind.PreCheck, "request:2");
        await StartAsync(ClockKind.PreCheck, "request:3");
        await hub.Database.InTransactionAsync(c => clocks.StopAsync(c, ClockKind.PreCheck, "request:1", None), None);
        time.Advance(TimeSpan.FromDays(7));
        await hub.Database.InTransactionAsync(c => clocks.StopAsync(c, ClockKind.PreCheck, "request:2", None), None);
        await StartAsync(ClockKind.PreCheck, "request:4");
        var counts = await administrator.GetFromJsonAsync<JsonElement>("/api/v1/clocks/counts");
        Assert.That(counts.GetProperty("items")[0].Deserialize<ClockCount>(ApiJson.Options), Is.EqualTo(new ClockCount("tax", ClockKind.PreCheck, 1, 1, 1, 1)));
        var breached = await administrator.GetFromJsonAsync<JsonElement>("/api/v1/clocks?breached=true&kind=pre-check");
        Assert.That(breached.GetProperty("items").EnumerateArray().Select(each => each.GetProperty("subject").GetString()), Is.EqualTo(new[] { "request:3", "request:2" }));
    }

    [Test]
    public async Task A_department_sees_its_own_clocks_page_by_page()
    {
        foreach (var number in Enumerable.Range(1, 3))
            await StartAsync(ClockKind.PreCheck, $"request:{number}");
        var first = await administrator.GetFromJsonAsync<JsonElement>("/api/v1/clocks?limit=2");
        var second = await administrator.GetFromJsonAsync<JsonElement>($"/api/v1/clocks?limit=2&before={first.GetProperty("next").GetInt64()}");
        Assert.That(SubjectsOf(first).Concat(SubjectsOf(second)), Is.EqualTo(new[] { "request:3", "request:2", "request:1" }));
        Assert.That(second.GetProperty("next").ValueKind, Is.EqualTo(JsonValueKind.Null));
        var foreign = await hub.ClientAsync(Role.Steward, "police");
        Assert.That(SubjectsOf(await foreign.GetFromJsonAsync<JsonElement>("/api/v1/clocks")), Is.Empty);
    }

    static IEnumerable<string?> SubjectsOf(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(each => each.GetProperty("subject").GetString());

    async Task<Clock> StartAsync(ClockKind kind, string subject = Subject, bool withTask = false)
    {
        var (clocks, tasks) = (hub.Services.GetRequiredService<Hub.Sharing.Clocks.Clocks>(), hub.Services.GetRequiredService<Hub.Sharing.Tasks.Tasks>());
        return await hub.Database.InTransactionAsync(
            async connection =>
            {
                var clock = await clocks.StartAsync(connection, kind, subject, "tax", None);
                if (withTask)
                    await tasks.OpenAsync(connection, new NewTask("pre-check", subject, Role.Administrator, null, "Look at it", clock.DueAt), None);
                return clock;
            },
            None);
    }

    async Task<ClockView> ClockAsync() =>
        (await administrator.GetFromJsonAsync<ClockPage>($"/api/v1/clocks?subject={Subject}", ApiJson.Options))!.Items.Single();

    async Task<JsonElement> ImportAsync(string csv, string query = "")
    {
        using var body = new StringContent(csv, Encoding.UTF8, "text/csv");
        using var answer = await administrator.PostAsync($"/api/v1/calendar/days{query}", body);
        var change = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK), change.ToString());
        return change;
    }
}
