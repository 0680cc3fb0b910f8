using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

/// <summary><c>exchange search</c> and <c>exchange schema</c>.</summary>
public sealed class CatalogVerbsTests
{
    [Test]
    public async Task Search_shows_a_table_of_what_was_found_and_where()
    {
        var hub = new FakeHub().OnGet("/api/v1/catalog/search?q=company%20%E4%B8%BB%E4%BD%93&limit=20&class=conditional&class=unconditional", """
            {"items":[{"name":"companies","title":{"en":"Companies"},"department":"registry","class":"conditional","publishedAt":null,
              "snippet":{"place":"/description/en","text":"All companies of the city","matches":[]}}],
             "total":1,"next":null,"facets":{"class":[{"value":"conditional","count":1},{"value":"unconditional","count":0}]}}
            """);
        var line = new CommandLine(hub) { Width = 160 };
        Assert.That(await line.RunAsync("search company 主体 --class conditional --class unconditional"), Is.EqualTo(ExitCode.Ok), line.Error);
        Assert.That(line.Out, Does.Contain("companies").And.Contain("registry").And.Contain("All companies of the city"));
        Assert.That(line.Error, Does.Contain("conditional (1), unconditional (0)"));
    }

    [Test]
    public async Task Compare_tells_readers_and_writers_apart()
    {
        var hub = new FakeHub().OnGet("/api/v1/schemas/company/compare?from=1.0&to=latest", """
            {"from":"company/1.0","to":"company/2.0","readers":"breaking","writers":"compatible","sameMajor":false,
             "differences":[{"pointer":"/properties/a","what":"the field was removed","readers":{"impact":"breaking","why":"x"},"writers":{"impact":"compatible","why":"y"}}]}
            """);
        var line = new CommandLine(hub) { Width = 160 };
        Assert.That(await line.RunAsync("schema compare company 1.0"), Is.EqualTo(ExitCode.Ok), line.Error);
        Assert.That(line.Out, Does.Contain("company/2.0: breaking for readers, compatible for writers").And.Contain("/properties/a"));
    }

    [Test]
    public async Task Announce_sends_the_days_and_tells_who_was_told()
    {
        var hub = new FakeHub().OnPost("/api/v1/datasets/things/announcements", """
            {"id":"0190f5a0-0000-7000-8000-000000000001","dataset":"things","from":"thing/1.0","to":"thing/2.0","state":"announced","consumers":["bureau"],"report":{"readers":"breaking"}}
            """);
        var line = new CommandLine(hub);
        Assert.That(await line.RunAsync("schema announce things --schema thing/2.0 --from 2027-03-01 --until 2027-08-31"), Is.EqualTo(ExitCode.Ok), line.Error);
        Assert.That(hub.Requests.Single().Body, Does.Contain("\"publishFrom\":\"2027-03-01\"").And.Contain("\"readableUntil\":\"2027-08-31\""));
        Assert.That(line.Out, Does.Contain("thing/2.0").And.Contain("bureau"));
    }
}
