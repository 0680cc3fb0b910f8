using System.Net;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

public sealed class ApplyVerbTests : IDisposable
{
    const string Created = """{"change":"created","changes":[]}""";
    const string Unchanged = """{"change":"unchanged","changes":[]}""";

    const string Similar = "similar?title=Companies&schema=company%2F1.0&limit=6";

    static readonly string[] InOrder = ["departments/trade", "schemas/company/1.0", "sources/registry", "mappings/company", "datasets/companies"];

    readonly DocumentsOnDisk folder = new();
    readonly FakeHub hub = new();
    readonly CommandLine cli;

    public ApplyVerbTests()
    {
        cli = new CommandLine(hub);
        cli.Environment["REGISTRY_PASSWORD"] = "s3cret";
    }

    public void Dispose() => folder.Dispose();

    void HubAnswers(string body, string query = "")
    {
        foreach (var path in InOrder)
            hub.OnPut(path + query, body);
        hub.OnGet(Similar, """{"items":[]}""");
    }

    [Test]
    public async Task Documents_are_sent_in_the_order_in_which_they_depend_on_each_other()
    {
        folder.Whole();
        HubAnswers(Created);

        Assert.That(await cli.RunAsync($"apply {folder.Root}"), Is.EqualTo(ExitCode.Ok));
        Assert.That(hub.Requests.Select(request => request.Line), Is.EqualTo([.. InOrder.Select(path => $"PUT /api/v1/{path}"), $"GET /api/v1/{Similar}"]));
        Assert.That(cli.Out, Does.Contain("+ schema      company/1.0\n").And.EndWith("5 created.\n"));
    }

    [TestCase("")]
    [TestCase(" --dry-run")]
    public async Task Whoever_makes_a_dataset_is_told_what_it_looks_like(string option)
    {
        folder.Whole();
        hub.OnGet(Similar, """{"items":[{"dataset":"companies","department":"trade"},{"dataset":"firms","department":"tax"}]}""");
        HubAnswers(Created, option.Length > 0 ? "?dryRun=true" : "");
        foreach (var path in new[] { "sources/registry", "datasets/companies" }) // what a dry run cannot check
            hub.On(HttpMethod.Get, path, FakeHub.Json("{}", HttpStatusCode.NotFound));

        Assert.That(await cli.RunAsync($"apply {folder.Root}{option}"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.Contain("looks like firms (tax): is it needed once more?").And.Not.Contain("looks like companies"));
    }

    [Test]
    public async Task A_hub_that_cannot_say_what_is_similar_stops_nobody()
    {
        folder.Whole();
        hub.On(HttpMethod.Get, Similar, FakeHub.Json("{}", HttpStatusCode.NotFound));
        HubAnswers(Created);
        Assert.That(await cli.RunAsync($"apply {folder.Root}"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.EndWith("5 created.\n").And.Not.Contain("looks like"));
    }

    [Test]
    public async Task A_secret_goes_from_the_environment_to_the_hub_and_nowhere_else()
    {
        folder.Whole();
        HubAnswers(Created);

        await cli.RunAsync($"apply {folder.Root}");

        Assert.That(hub.Requests.Single(request => request.Line.EndsWith("sources/registry", StringComparison.Ordinal)).Body, Does.Contain("\"password\":\"s3cret\""));
        Assert.That(cli.Out + cli.Error, Does.Not.Contain("s3cret"));
    }

    [Test]
    public async Task A_document_without_secrets_is_sent_as_it_stands()
    {
        var spelling = "{ \"amount\" : 1.50,\n\t\"title\":{\"zh\":\"市场\"} }";
        folder.With("departments/trade.department.json", spelling);
        hub.OnPut("departments/trade", Unchanged);

        await cli.RunAsync($"apply {folder.Root}");

        Assert.That(hub.Requests.Single().Body, Is.EqualTo(spelling));
        Assert.That(cli.Out, Does.EndWith("1 unchanged.\n"));
    }

    [Test]
    public async Task Nothing_is_sent_while_a_secret_is_missing_or_a_file_is_broken_and_each_has_its_place()
    {
        folder.Whole()
            .With("datasets/homes.dataset.json", "{\n  \"title\": {\"zh\":\"住房\" \"en\":1}\n}")
            .With("datasets/Big Homes.dataset.json", "{}")
            .With("mappings/twice.mapping.json", """{"a":1,"a":2}""");
        cli.Environment.Remove("REGISTRY_PASSWORD");

        Assert.That(await cli.RunAsync($"apply {folder.Root}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(hub.Requests, Is.Empty);
        Assert.That(cli.Error, Does.Contain("nothing was sent")
            .And.Contain("datasets/homes.dataset.json:2:23: ")
            .And.Contain("datasets/Big Homes.dataset.json: is not named as a dataset is.")
            .And.Contain("mappings/twice.mapping.json:1:")
            .And.Contain("sources/registry.source.json:1:82: The environment variable REGISTRY_PASSWORD is not set."));
    }

    [Test]
    public async Task What_the_hub_refuses_is_shown_at_its_line_and_column()
    {
        folder.Whole();
        foreach (var path in InOrder[..^1])
            hub.OnPut(path, Created);
        hub.OnPut("datasets/companies", """{"detail":"No.","errors":[{"pointer":"/schedule/cron","message":"has no hour 25","fix":"Give 0 to 23."}]}""", HttpStatusCode.UnprocessableEntity);

        Assert.That(await cli.RunAsync($"apply {folder.Root}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Out, Does.Contain("! dataset     companies\n  datasets/companies.dataset.json:4:25: /schedule/cron: has no hour 25\n    → Give 0 to 23.\n"));
    }

    [Test]
    public async Task After_a_group_with_errors_nothing_that_depends_on_it_is_tried()
    {
        folder.Whole().With("schemas/home/2.1.schema.json", "{}");
        hub.OnPut("departments/trade", Unchanged)
            .OnPut("schemas/company/1.0", """{"detail":"Breaks."}""", HttpStatusCode.Conflict)
            .OnPut("schemas/home/2.1", """{"detail":"Breaks too."}""", HttpStatusCode.Conflict);

        Assert.That(await cli.RunAsync($"apply {folder.Root}"), Is.EqualTo(ExitCode.Conflict));
        Assert.That(cli.Out, Does.Contain("Breaks.").And.Contain("Breaks too.").And.EndWith("1 unchanged, 2 failed, 3 not tried because of the errors above.\n"));
    }

    [Test]
    public async Task A_dry_run_shows_the_difference_and_sends_only_questions()
    {
        folder.Whole();
        HubAnswers("""{"change":"updated","changes":[{"pointer":"/title/en","from":"Firms","to":"Companies"},{"pointer":"/x","to":1}]}""", "?dryRun=true");

        Assert.That(await cli.RunAsync($"apply {folder.Root} --dry-run"), Is.EqualTo(ExitCode.Ok));
        Assert.That(hub.Requests.Select(request => request.Line), Has.All.EndWith("?dryRun=true"));
        Assert.That(cli.Out, Does.Contain("/title/en: \"Firms\" → \"Companies\"").And.Contain("/x: (none) → 1").And.Contain("Nothing was changed"));
    }

    [Test]
    public async Task A_dry_run_of_a_new_folder_foresees_what_the_hub_cannot_check_yet()
    {
        folder.Whole();
        hub.OnPut("departments/trade?dryRun=true", Created).OnPut("schemas/company/1.0?dryRun=true", Unchanged).OnPut("mappings/company?dryRun=true", Unchanged)
            .On(HttpMethod.Get, "sources/registry", FakeHub.Json("{}", HttpStatusCode.NotFound))
            .OnGet("datasets/companies", "{}");

        Assert.That(await cli.RunAsync($"apply {folder.Root} --dry-run"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.Contain("+ source      registry").And.Contain("~ dataset     companies").And.Contain("department trade"));
    }

    [Test]
    public async Task Warnings_and_breaking_changes_of_a_schema_are_shown()
    {
        folder.With("schemas/company/1.1.schema.json", "{}");
        hub.OnPut("schemas/company/1.1", """
            {"change":"created","report":{"warnings":["/properties/note has no maxLength"],"comparedWith":"1.0","verdict":"breaking","reasons":[
            {"pointer":"/properties/status","impact":"breaking","what":"a value was removed","why":"readers know it"},{"pointer":"/title","impact":"documentation","what":"Renamed.","why":""}]}}
            """);

        Assert.That(await cli.RunAsync($"apply {folder.Root}"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.Contain("/properties/note has no maxLength").And.Contain("breaks with 1.0: /properties/status: a value was removed; readers know it").And.Not.Contain("Renamed"));
    }

    [TestCase(HttpStatusCode.Forbidden, ExitCode.NotAllowed)]
    [TestCase(HttpStatusCode.ServiceUnavailable, ExitCode.Unreachable)]
    public async Task What_would_refuse_every_document_ends_it_at_once(HttpStatusCode status, ExitCode expected)
    {
        folder.Whole();
        hub.OnPut("departments/trade", """{"detail":"No."}""", status);

        Assert.That(await cli.RunAsync($"apply {folder.Root}"), Is.EqualTo(expected));
        Assert.That(hub.Requests, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_folder_that_is_not_there_is_not_found() =>
        Assert.That(await cli.RunAsync($"apply {folder.Root}/nowhere"), Is.EqualTo(ExitCode.NotFound));
}
