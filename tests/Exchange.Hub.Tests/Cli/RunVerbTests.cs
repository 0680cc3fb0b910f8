using System.Net;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

public sealed class RunVerbTests
{
    const string Id = "0199f2c0-7d3a-7b5e-8c1f-3fa9c1d2aa01";

    readonly FakeHub hub = new();

    static string Run(string state, long read = 0, long rejected = 0, string more = "\"x\":0") =>
        $$"""
        {"id":"{{Id}}","dataset":"companies","state":"{{state}}","phase":"reading","startedAt":"2026-03-01T11:59:50Z","endedAt":"2026-03-01T11:59:56Z",
        "counts":{"read":{{read}},"added":{{read}},"rejected":{{rejected}}},"rowsPerSecond":2000,"rowEstimate":10000,{{more}}}
        """;

    FakeHub Started(params string[] states) => hub
        .OnPost("datasets/companies/runs", Run("queued"), HttpStatusCode.Accepted)
        .OnGet($"runs/{Id}", states);

    [Test]
    public async Task Starting_a_run_does_not_wait_for_it()
    {
        var cli = new CommandLine(Started());

        Assert.That(await cli.RunAsync("run companies"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Is.EqualTo("Run c1d2aa01 of companies is queued.\n"));
        Assert.That(hub.Requests, Has.Count.EqualTo(1));
    }

    [TestCase("succeeded", 0, ExitCode.Ok)]
    [TestCase("succeeded", 3, ExitCode.Partial)]
    [TestCase("failed", 0, ExitCode.Failed)]
    [TestCase("cancelled", 0, ExitCode.Failed)]
    [TestCase("held", 0, ExitCode.Conflict)]
    public async Task Waiting_ends_when_the_run_does_and_says_how(string state, int rejected, ExitCode expected)
    {
        var cli = new CommandLine(Started(Run("queued"), Run("running", 4000), Run("retrying", 4000), Run(state, 10_000, rejected)));

        Assert.That(await cli.RunAsync("run companies --wait"), Is.EqualTo(expected));
        Assert.That(cli.Out, Does.StartWith("Run c1d2aa01 of companies ").And.Contain("10,000"));
    }

    [Test]
    public async Task Progress_goes_to_standard_error_with_rows_rate_and_time_left()
    {
        var cli = new CommandLine(Started(Run("running", 4000), Run("succeeded", 10_000)));

        await cli.RunAsync("run companies --wait -o json");

        Assert.That(cli.Error, Does.Contain("reading").And.Contain("4,000 of ~10,000 rows").And.Contain("2,000/s").And.Contain("3.0 s left"));
        Assert.That(cli.Out, Does.StartWith("{").And.Not.Contain("left"));
    }

    [Test]
    public async Task A_run_that_is_already_active_is_a_conflict()
    {
        hub.OnPost("datasets/companies/runs", """{"detail":"A run of companies is already at work."}""", HttpStatusCode.Conflict);

        Assert.That(await new CommandLine(hub).RunAsync("run companies --wait"), Is.EqualTo(ExitCode.Conflict));
    }

    [Test]
    public async Task Ctrl_C_stops_the_waiting_and_not_the_run()
    {
        using var ctrlC = new CancellationTokenSource();
        hub.OnPost("datasets/companies/runs", Run("queued"), HttpStatusCode.Accepted)
            .On(HttpMethod.Get, $"runs/{Id}", () =>
            {
                ctrlC.Cancel();
                return FakeHub.Json(Run("running"))();
            });
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("run companies --wait", ctrlC.Token), Is.EqualTo(ExitCode.Interrupted));
        Assert.That(cli.Error, Does.Contain("goes on at the hub").And.Contain("exchange runs cancel c1d2aa01"));
        Assert.That(hub.Requests.Select(request => request.Line), Has.None.Contains("cancel"));
    }

    [Test]
    public async Task A_hub_that_is_away_for_a_moment_is_waited_for()
    {
        hub.OnPost("datasets/companies/runs", Run("queued"), HttpStatusCode.Accepted)
            .On(HttpMethod.Get, $"runs/{Id}", FakeHub.Unreachable, FakeHub.Unreachable, FakeHub.Json(Run("succeeded", 10_000)));

        Assert.That(await new CommandLine(hub).RunAsync("run companies --wait"), Is.EqualTo(ExitCode.Ok));
    }

    [Test]
    public async Task A_hub_that_stays_away_ends_the_waiting_after_a_minute()
    {
        hub.OnPost("datasets/companies/runs", Run("queued"), HttpStatusCode.Accepted).On(HttpMethod.Get, $"runs/{Id}", FakeHub.Unreachable);
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("run companies --wait"), Is.EqualTo(ExitCode.Unreachable));
        Assert.That(cli.Error, Does.Contain("goes on at the hub"));
        Assert.That(hub.Requests, Has.Count.GreaterThan(60), "it asks again and again before it gives up");
    }

    [Test]
    public async Task A_held_run_shows_what_changed_and_both_ways_out()
    {
        hub.OnGet("runs?dataset=companies&limit=1", $$"""
            {"items":[{{Run("held", 5, more: """
            "hold":{"reason":"source-columns-changed","detail":"Columns differ.","changes":[{"what":"renamed","column":"Type","was":"Type","now":"Kind","fix":"Map Kind."}]}
            """)}}]}
            """);
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("runs show companies"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.Contain("renamed Type: Type → Kind").And.Contain("→ Map Kind."));
        Assert.That(cli.Error, Does.Contain("exchange runs publish c1d2aa01").And.Contain("exchange runs discard c1d2aa01"));
    }

    [Test]
    public async Task A_decision_names_the_run_by_the_end_of_its_id_and_carries_the_reason()
    {
        hub.OnGet("runs?limit=500", $$"""{"items":[{{Run("held")}},{"id":"0199f2c0-7d3a-7b5e-8c1f-000000000000"}]}""")
            .OnGet($"runs/{Id}", Run("held"))
            .OnPost($"runs/{Id}/publish", "{}");

        Assert.That(await new CommandLine(hub).RunAsync("runs publish c1d2aa01 --reason looked␣at␣it"), Is.EqualTo(ExitCode.Ok));
        Assert.That(hub.Requests[^1].Body, Is.EqualTo("""{"reason":"looked at it"}"""));
    }
}
