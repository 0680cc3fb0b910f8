using System.Net;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

public sealed class DoctorVerbTests
{
    readonly FakeHub hub = new();

    CommandLine Cli => new(hub);

    FakeHub Healthy() => hub.OnGet("/health/live", "{}").OnGet("/health/ready", "{}").OnGet("whoami", """{"name":"Li Wei","role":"steward","department":"trade"}""");

    [Test]
    public async Task It_goes_the_whole_way_and_shows_what_the_hub_finds_wrong_with_itself()
    {
        Healthy().OnGet("doctor", """{"checks":[{"name":"database","outcome":"passed","detail":"fine"},{"name":"disk","outcome":"failed","detail":"full","fix":"Make room."}]}""");
        var cli = Cli;

        Assert.That(await cli.RunAsync("doctor"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Out, Does.Contain("✓ sign in   as Li Wei, steward of trade\n").And.Contain("✗ disk      full\n            → Make room.\n"));
    }

    [Test]
    public async Task When_all_is_well_it_ends_with_0()
    {
        Healthy().OnGet("doctor", """{"checks":[{"name":"database","outcome":"passed","detail":"fine"}]}""");

        Assert.That(await Cli.RunAsync("doctor"), Is.EqualTo(ExitCode.Ok));
    }

    [Test]
    public async Task A_hub_that_cannot_be_reached_still_gets_an_examination()
    {
        hub.On(HttpMethod.Get, "/health/live", FakeHub.Unreachable);
        var cli = Cli;

        Assert.That(await cli.RunAsync("doctor"), Is.EqualTo(ExitCode.Unreachable));
        Assert.That(cli.Out, Does.Contain("✓ address  http://hub.test:5080 (from EXCHANGE_URL)").And.Contain("✗ reach").And.Contain("→ Start the hub"));
    }

    [Test]
    public async Task A_missing_token_is_said_before_the_hub_is_asked_who_we_are()
    {
        Healthy();
        var cli = Cli;
        cli.Environment.Remove("EXCHANGE_TOKEN");

        Assert.That(await cli.RunAsync("doctor"), Is.EqualTo(ExitCode.NotAllowed));
        Assert.That(cli.Out, Does.Contain("✗ token    EXCHANGE_TOKEN is not set."));
    }

    [Test]
    public async Task A_token_that_the_hub_does_not_know_is_not_allowed()
    {
        hub.OnGet("/health/live", "{}").OnGet("/health/ready", "{}").On(HttpMethod.Get, "whoami", FakeHub.Json("""{"detail":"The token is not known."}""", HttpStatusCode.Unauthorized));
        var cli = Cli;

        Assert.That(await cli.RunAsync("doctor"), Is.EqualTo(ExitCode.NotAllowed));
        Assert.That(cli.Out, Does.Contain("✗ sign in  The token is not known."));
    }

    [Test]
    public async Task Who_is_no_administrator_sees_the_way_and_not_the_inside()
    {
        Healthy().On(HttpMethod.Get, "doctor", FakeHub.Json("""{"detail":"Administrators only."}""", HttpStatusCode.Forbidden));
        var cli = Cli;

        Assert.That(await cli.RunAsync("doctor"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.Contain("✓ sign in").And.Contain("– hub"));
    }
}
