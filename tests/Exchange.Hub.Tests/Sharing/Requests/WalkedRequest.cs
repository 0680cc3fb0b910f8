using System.Globalization;
using System.Net;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Requests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>A request on a <see cref="Walk"/>, held after every step beside <see cref="PlainRules"/> and <see cref="PlainClocks"/>.</summary>
sealed class WalkedRequest
{
    /// <summary>The event that each deed leaves.</summary>
    static readonly Dictionary<string, string> events = new()
    {
        ["draft"] = "RequestDrafted",
        ["amend"] = "RequestAmended",
        ["submit"] = "RequestSubmitted",
        ["return"] = "RequestReturned",
        ["ask"] = "RequestQuestioned",
        ["answer"] = "RequestAnswered",
        ["pre-check"] = "RequestPreChecked",
        ["extend"] = "RequestExtended",
        ["approve"] = "RequestApproved",
        ["refuse"] = "RequestRefused",
        ["agree"] = "RequestAgreed",
        ["verify"] = "RequestVerified",
        ["withdraw"] = "RequestWithdrawn",
        ["appeal"] = "RefusalAppealed",
        ["uphold"] = "RefusalUpheld",
        ["overturn"] = "RefusalOverturned",
    };

    readonly TestHub hub;
    readonly RequestClient request;
    readonly FakeTimeProvider time;
    readonly SlowCalendar calendar;
    readonly PlainClocks clocks;

    WalkedRequest(TestHub hub, RequestClient request, Walk walk, SlowCalendar calendar, FakeTimeProvider time)
    {
        (this.hub, this.request, this.calendar, this.time) = (hub, request, calendar, time);
        Rules = new PlainRules(walk.Sharing);
        clocks = new PlainClocks(walk.Sharing == "unconditional", walk.Rules, calendar);
    }

    public PlainRules Rules { get; }

    OfferedDataset Dataset => request.Dataset;

    DateTimeOffset Now => time.GetUtcNow();

    /// <summary>Begins one, where the walk begins.</summary>
    public static async Task<WalkedRequest> BeginAsync(TestHub hub, Walk walk, FakeTimeProvider time)
    {
        var dataset = await OfferedDataset.CreateAsync($$"""{"class":"{{walk.Sharing}}","legalBasis":"Some Act","modes":["lookup","query"]}""", hub);
        var administrator = await dataset.AdministratorAsync();
        await OfferedDataset.SendAsync(administrator, HttpMethod.Put, $"contacts/{dataset.Provider}", """{"steward":["steward@provider.example"]}""");
        await OfferedDataset.SendAsync(administrator, HttpMethod.Put, $"contacts/{dataset.Consumer}", """{"it-staff":["it-staff@consumer.example"],"steward":["steward@consumer.example"]}""");
        await OfferedDataset.SendAsync(administrator, HttpMethod.Put, "calendar", JsonSerializer.Serialize(new { timeZone = walk.Zone, weekend = walk.Weekend }, ApiJson.Options));
        await OfferedDataset.SendAsync(administrator, HttpMethod.Put, "clock-rules", JsonSerializer.Serialize(walk.Rules.ToDictionary(rule => Camel(rule.Key), rule => rule.Value), ApiJson.Options));
        var walked = new WalkedRequest(hub, await RequestClient.DraftAsync(dataset), walk, new SlowCalendar(walk.Zone, walk.Weekend), time);
        await walked.TakeAsync(walk.Calendar);
        return walked;
    }

    /// <summary>Lets something happen, and checks what came of it.</summary>
    public async Task TakeAsync(Step step)
    {
        switch (step)
        {
            case Deed(var by, var deed):
                await DoAsync(by == Walk.WhoseTurnItIs ? PlainRules.SideOf(deed, Rules.State) : by, deed);
                break;
            case Wait(var span):
                time.AdjustTime(Now + span);
                break;
            case WaitUntil(var due, var reached) when clocks.Running is { } clock:
                var edge = (due ? clock.DueAt : clock.RemindAt) - (reached ? TimeSpan.Zero : TimeSpan.FromSeconds(1));
                time.AdjustTime(edge > Now ? edge : Now);
                break;
            case EnterDays entered:
                await EnterAsync(entered);
                break;
        }
        await hub.Services.GetRequiredService<WatchClocks>().ExecuteAsync(CancellationToken.None);
        clocks.Look(Now);
        await CheckAsync($"after {step}");
    }

    /// <summary>Time passes.</summary>
    public Task PassAsync(TimeSpan span) => TakeAsync(new Wait(span));

    /// <summary>The provider takes the grant back; nothing is left to deliver.</summary>
    public async Task EndGrantAsync()
    {
        var grant = request.Last.GetProperty("request").GetProperty("grant").GetGuid();
        await Granted.DoAsync(await Dataset.StewardAsync(), grant, "revoke", new { reason = "No longer needed" });
        clocks.GrantEnded(Now);
        time.AdjustTime(Now.AddMinutes(1));
        await hub.Services.GetRequiredService<StopDelivery>().ExecuteAsync(CancellationToken.None);
        await CheckAsync("after the grant was revoked");
    }

    /// <summary>Every deed, and every breach that was noticed, stands in the audit log.</summary>
    public async Task CheckAuditAsync()
    {
        var audited = (await request.AuditAsync()).ToLookup(type => type == "ClockBreached");
        Assert.That(audited[false], Is.EqualTo(Rules.Done.Select(deed => events[deed])));
        Assert.That(audited[true].Count(), Is.EqualTo(clocks.Escalations));
    }

    async Task DoAsync(string actor, string deed)
    {
        var expected = Rules.Do(actor, deed);
        await request.DoAsync(deed, expected: expected, by: await ClientAsync(actor));
        if (expected == HttpStatusCode.OK)
            clocks.Follow(deed, Rules.State, Now);
    }

    async Task EnterAsync(EnterDays entered)
    {
        var days = entered.Days.Select(day => (Date: calendar.DayAt(Now).AddDays(day.Ahead), day.Worked)).ToList();
        foreach (var (date, worked) in days)
            calendar.Enter(date, worked);
        clocks.CalendarChanged(Now);
        await OfferedDataset.SendAsync(
            await Dataset.AdministratorAsync(), HttpMethod.Post, "calendar/days",
            JsonSerializer.Serialize(days.Select(day => new { date = day.Date, kind = day.Worked ? "workday" : "holiday", name = "On the walk" })));
    }

    async Task CheckAsync(string when)
    {
        await CheckStandingAsync(when);
        var steward = await Dataset.StewardAsync();
        var shown = (await OfferedDataset.SendAsync(steward, HttpMethod.Get, "clocks?limit=1000")).GetProperty("items").Deserialize<List<ClockView>>(ApiJson.Options)!;
        Assert.That(shown.Select(Describe), Is.EqualTo(clocks.All.AsEnumerable().Reverse().Select(Describe)), when);
        var counts = (await OfferedDataset.SendAsync(steward, HttpMethod.Get, "clocks/counts")).GetProperty("items").Deserialize<List<ClockCount>>(ApiJson.Options)!;
        Assert.That(counts.Select(count => (count.Kind.ToName(), count.Running, count.Overdue, count.Kept, count.Missed)), Is.EquivalentTo(PlainCounts()), when);
        Assert.That(await LettersAsync(), Is.EquivalentTo(clocks.Letters), when);
        Assert.That(await OverdueTasksAsync(), Is.EqualTo(clocks.Running is { Escalated: true } late ? new[] { $"overdue-{late.Kind}" } : []), when);
    }

    /// <summary>The request stands where its deeds led: no time that ran out approved or granted anything.</summary>
    async Task CheckStandingAsync(string when)
    {
        var view = await request.ReadAsync();
        var done = view.GetProperty("history").EnumerateArray().Select(step => step.GetProperty("deed").GetString()!).ToList();
        Assert.That(request.State, Is.EqualTo(Rules.State), when);
        Assert.That(done, Is.EqualTo(Rules.Done), when);
        Assert.That(view.GetProperty("request").GetProperty("grant").ValueKind != JsonValueKind.Null, Is.EqualTo(Rules.State == "granted"), when);
        if (Rules.State == "granted" && !Rules.Unconditional)
            Assert.That(done, Has.Member("approve").Or.Member("overturn"), "no grant without approval");
    }

    IEnumerable<(string, long, long, long, long)> PlainCounts() =>
        from clock in clocks.All
        group (Runs: clock.StoppedAt is null, Late: clock.IsBreached(Now)) by clock.Kind into kind
        select (kind.Key, kind.LongCount(c => c is (true, false)), kind.LongCount(c => c is (true, true)), kind.LongCount(c => c is (false, false)), kind.LongCount(c => c is (false, true)));

    string Describe(PlainClock clock) => Describe(
        clock.Kind, clock.StartedAt, clock.Rule.Days, clock.Extension, clock.DueOn, clock.DueAt, clock.StoppedAt, clock.IsBreached(Now), clock.Moves);

    static string Describe(ClockView clock) => Describe(
        clock.Kind.ToName(), clock.StartedAt, clock.Days, clock.Extension, clock.DueOn, clock.DueAt, clock.StoppedAt, clock.Breached, clock.Moves.Count);

    static string Describe(string kind, DateTimeOffset started, int days, int extension, DateOnly dueOn, DateTimeOffset dueAt, DateTimeOffset? stopped, bool breached, int moves) =>
        string.Create(CultureInfo.InvariantCulture, $"{kind} from {started.UtcDateTime:s} for {days}+{extension} days till {dueOn:O} at {dueAt.UtcDateTime:s}, stopped {stopped?.UtcDateTime:s}, {(breached ? "late" : "in time")}, moved {moves} times");

    Task<List<string>> LettersAsync() => hub.Database.QueryAsync(
        $"""
        select case when subject like 'Reminder: %' then 'Reminder' when subject like 'Overdue: %' then 'Overdue' else 'Late' end || ' ' || replace(recipient, '.example', '')
        from sharing.mail where body like '%concerns ' || $1 || '.%' and (subject like 'Reminder: %' or subject like 'Overdue: %' or subject like '% not acted in time: %')
        """,
        [$"request:{request.Id}"], row => row.GetString(0), CancellationToken.None);

    async Task<string[]> OverdueTasksAsync()
    {
        var tasks = await OfferedDataset.SendAsync(await Dataset.AdministratorAsync(), HttpMethod.Get, "tasks");
        return
        [
            .. tasks.GetProperty("items").EnumerateArray().Where(task => task.GetProperty("subject").GetString() == $"request:{request.Id}")
                .Select(task => task.GetProperty("kind").GetString()!).Where(kind => kind.StartsWith("overdue-", StringComparison.Ordinal)),
        ];
    }

    Task<HttpClient> ClientAsync(string actor) => actor switch
    {
        "requester" => Dataset.RequesterAsync(),
        "administrator" => Dataset.AdministratorAsync(),
        "steward" => Dataset.StewardAsync(),
        "own administrator" => hub.ClientAsync(Role.Administrator, Dataset.Consumer),
        _ => hub.ClientAsync(Role.Steward, "elsewhere"),
    };

    static string Camel(string kebab) => JsonNamingPolicy.CamelCase.ConvertName(string.Concat(kebab.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));
}
