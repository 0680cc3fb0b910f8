using System.Net;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

public sealed class ExitCodeTests
{
    readonly FakeHub hub = new();

    [TestCase(HttpStatusCode.Unauthorized, ExitCode.NotAllowed)]
    [TestCase(HttpStatusCode.Forbidden, ExitCode.NotAllowed)]
    [TestCase(HttpStatusCode.NotFound, ExitCode.NotFound)]
    [TestCase(HttpStatusCode.Gone, ExitCode.NotFound)]
    [TestCase(HttpStatusCode.Conflict, ExitCode.Conflict)]
    [TestCase(HttpStatusCode.BadRequest, ExitCode.Failed)]
    [TestCase(HttpStatusCode.UnprocessableEntity, ExitCode.Failed)]
    [TestCase(HttpStatusCode.InternalServerError, ExitCode.Failed)]
    [TestCase(HttpStatusCode.ServiceUnavailable, ExitCode.Unreachable)]
    public async Task A_refusal_of_the_hub_has_its_exit_code_and_its_words_on_standard_error(HttpStatusCode status, ExitCode expected)
    {
        hub.On(HttpMethod.Get, "datasets", FakeHub.Json("""{"title":"No","detail":"It will not do.","reference":"4711"}""", status));
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("datasets"), Is.EqualTo(expected));
        Assert.That(cli.Out, Is.Empty);
        Assert.That(cli.Error, Does.StartWith("Error: It will not do.\n").And.Contain("GET http://hub.test:5080/api/v1/datasets").And.Contain("4711"));
    }

    [Test]
    public async Task A_hub_that_is_away_ends_with_7_and_names_the_address_and_who_gave_it()
    {
        hub.On(HttpMethod.Get, "datasets", FakeHub.Unreachable);
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("datasets"), Is.EqualTo(ExitCode.Unreachable));
        Assert.That(cli.Error, Does.Contain("Connection refused").And.Contain("http://hub.test:5080 (from EXCHANGE_URL)").And.Contain("exchange doctor"));
    }

    [TestCase("frobnicate")]
    [TestCase("run")]
    [TestCase("datasets --output yaml")]
    [TestCase("runs publish 5")]
    [TestCase("runs --limit 0")]
    [TestCase("records companies --filter status")]
    [TestCase("changes companies --since x --cursor-file y")]
    [TestCase("source")]
    [TestCase("")]
    [TestCase("--url nonsense datasets")]
    public async Task A_wrong_command_line_ends_with_2_on_standard_error_and_asks_nothing(string line)
    {
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync(line), Is.EqualTo(ExitCode.Usage));
        Assert.That(cli.Out, Is.Empty);
        Assert.That(cli.Error, Is.Not.Empty);
        Assert.That(hub.Requests, Is.Empty);
    }

    [TestCase("--help")]
    [TestCase("run --help")]
    public async Task Help_that_was_asked_for_goes_to_standard_output(string line)
    {
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync(line), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.Contain("Usage:"));
        Assert.That(cli.Error, Is.Empty);
    }

    [Test]
    public async Task The_address_on_the_command_line_wins_over_the_environment()
    {
        hub.OnGet("/sub/api/v1/datasets", "[]");
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("datasets --url https://other.test/sub/"), Is.EqualTo(ExitCode.Ok));
        Assert.That(hub.Authorization, Is.EqualTo("Bearer exh_secret"));
    }

    [Test]
    public async Task An_answer_that_is_no_JSON_is_a_failure_and_not_an_empty_list()
    {
        hub.OnGet("datasets", "<html>Welcome to the proxy</html>");
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("datasets"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Error, Does.Contain("not JSON").And.Not.Contain("Welcome"));
    }

    [Test]
    public async Task Each_value_that_will_not_do_is_shown_with_its_place_and_its_remedy_and_cannot_drive_the_terminal()
    {
        hub.On(HttpMethod.Post, "datasets/companies/runs", FakeHub.Json(
            """{"detail":"Two values will not do.","errors":[{"pointer":"/name","message":"is \u001b[31mred","fix":"Leave it out."}]}""",
            HttpStatusCode.UnprocessableEntity));
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("run companies"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Error, Does.Contain("  /name: is ␛[31mred\n    → Leave it out.\n"));
    }
}
