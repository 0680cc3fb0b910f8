using CsCheck;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>
/// People do whatever comes to their minds to a request, while time passes and days are entered into the calendar; after
/// every step it stands, and its clocks run, as a plain reading of the rules says. The calendar is one for the whole hub,
/// so each test has its own, and one walk follows another.
/// </summary>
public sealed class RandomWalkTests
{
    const int Walks = 8;

    readonly FakeTimeProvider time = new();

    TestHub hub = null!;

    [SetUp]
    public async Task Prepare()
    {
        hub = await TestHub.StartAsync(
            options => options with { SmtpHost = "127.0.0.1", MailFrom = "exchange@hub.example" }, services => services.AddSingleton<TimeProvider>(time));
        var jobs = hub.Services.GetRequiredService<IJobQueue>();
        foreach (var schedule in new[] { "sharing:clocks", "sharing:deliveries", "sharing:mail" }) // the walk itself says when
            jobs.StopRecurring(schedule);
        await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Administrator), HttpMethod.Put, "contacts", """{"administrator":["administrator@hub.example"]}""");
    }

    [TearDown]
    public ValueTask Stop() => hub.DisposeAsync();

    [Test]
    public Task A_random_walk_goes_as_the_rules_say_every_deed_is_audited_and_clocks_are_right() =>
        Walk.Any.SampleAsync(
            async walk =>
            {
                var walked = await WalkToItsEndAsync(walk);
                Assert.That(walked.Rules.State, Is.AnyOf("granted", "withdrawn", "upheld"), "whatever happened before, the way to a grant was open or ended by a person");
            },
            iter: Walks, threads: 1);

    [Test]
    public Task A_walk_on_which_nobody_ends_the_request_comes_to_a_grant() =>
        Walk.Unended.SampleAsync(
            async walk =>
            {
                var walked = await WalkToItsEndAsync(walk);
                Assert.That(walked.Rules.State, Is.EqualTo("granted"));
                await walked.PassAsync(walk.Pace);
                await walked.EndGrantAsync();
            },
            iter: Walks, threads: 1);

    async Task<WalkedRequest> WalkToItsEndAsync(Walk walk)
    {
        time.AdjustTime(walk.Start); // timers stand still, or each walk would wake what the hub does by them a thousand times
        var walked = await WalkedRequest.BeginAsync(hub, walk, time);
        foreach (var step in walk.Steps)
            await walked.TakeAsync(step);
        while (PlainRules.TowardsGrant(walked.Rules.State) is { } next)
        {
            await walked.TakeAsync(new Deed(Walk.WhoseTurnItIs, next));
            await walked.PassAsync(walk.Pace);
        }
        await walked.CheckAuditAsync();
        return walked;
    }
}
