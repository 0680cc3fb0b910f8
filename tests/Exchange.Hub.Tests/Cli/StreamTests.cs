using System.Net;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

public sealed class StreamTests
{
    readonly FakeHub hub = new();
    readonly string cursorFile = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.cursor");

    [TearDown]
    public void RemoveCursor() => File.Delete(cursorFile);

    static Func<HttpResponseMessage> Bytes(byte[] bytes, Exception? then = null) => () => new HttpResponseMessage(HttpStatusCode.OK)
    {
        Content = new StreamContent(new BreakingStream(bytes, then)),
    };

    [TestCase("ndjson")]
    [TestCase("csv")]
    public async Task A_whole_publication_passes_through_byte_for_byte(string format)
    {
        var bytes = new byte[300_000];
        new Random(1).NextBytes(bytes); // not even UTF-8: the command line must not look into it
        hub.On(HttpMethod.Get, "datasets/companies/records?asOf=3&address.city=x&from.gte=2020", Bytes(bytes));
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync($"records companies -o {format} --as-of 3 --filter /address/city=x --filter from.gte=2020"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.OutBytes, Is.EqualTo(bytes));
        Assert.That(cli.Error, Is.Empty);
    }

    [Test]
    public async Task A_stream_that_breaks_off_is_a_failure_that_says_so()
    {
        hub.On(HttpMethod.Get, "datasets/companies/records", Bytes("{}\n{}\n{\"a\""u8.ToArray(), new HttpIOException(HttpRequestError.ResponseEnded)));
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("records companies -o ndjson"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Out, Is.EqualTo("{}\n{}\n"), "of the third line only a part came");
        Assert.That(cli.Error, Does.Contain("broke off after 2 lines").And.Contain("not everything").And.Contain("exchange explain companies"));
    }

    [Test]
    public async Task All_changes_are_read_page_by_page_and_the_cursor_is_told()
    {
        hub.OnGet("datasets/companies/changes?cursor=c0", """{"items":[{"op":"upsert","key":"1"},{"op":"delete","key":"2"}],"next":"c1","more":true}""")
            .OnGet("datasets/companies/changes?cursor=c1", """{"items":[{"op":"upsert","key":"3"}],"next":"c2","more":false}""");
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("changes companies --since c0 -o ndjson"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Is.EqualTo("""{"op":"upsert","key":"1"}""" + "\n" + """{"op":"delete","key":"2"}""" + "\n" + """{"op":"upsert","key":"3"}""" + "\n"));
        Assert.That(cli.Error, Does.Contain("--since c2"));
    }

    [Test]
    public async Task A_cursor_file_goes_on_where_the_last_call_ended()
    {
        hub.OnGet("datasets/companies/changes", """{"items":[{"key":"1"}],"next":"c1","more":false}""")
            .OnGet("datasets/companies/changes?cursor=c1", """{"items":[],"next":"c1","more":false}""");

        await new CommandLine(hub).RunAsync($"changes companies -o ndjson --cursor-file {cursorFile}");
        Assert.That(await File.ReadAllTextAsync(cursorFile), Is.EqualTo("c1\n"));

        var second = new CommandLine(hub);
        Assert.That(await second.RunAsync($"changes companies -o ndjson --cursor-file {cursorFile}"), Is.EqualTo(ExitCode.Ok));
        Assert.That(second.Out, Is.Empty);
    }

    [Test]
    public async Task A_change_feed_that_breaks_off_keeps_the_cursor_file_and_tells_how_to_go_on()
    {
        hub.OnGet("datasets/companies/changes", """{"items":[{"key":"1"}],"next":"c1","more":true}""")
            .On(HttpMethod.Get, "datasets/companies/changes?cursor=c1", FakeHub.Unreachable);
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync($"changes companies -o ndjson --cursor-file {cursorFile}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Out, Is.EqualTo("{\"key\":\"1\"}\n"));
        Assert.That(cli.Error, Does.Contain("broke off after 1 change").And.Contain("--since c1"));
        Assert.That(File.Exists(cursorFile), Is.False);
    }

    [Test]
    public async Task Rejects_as_csv_are_quoted_and_complete()
    {
        hub.OnGet("datasets/companies/rejects?limit=1000", """{"items":[{"id":1,"row":7,"code":"c","message":"say \"no\", please","raw":"a,b"}],"next":"1"}""")
            .OnGet("datasets/companies/rejects?limit=1000&after=1", """{"items":[{"id":2,"row":9,"code":"c","message":"m","raw":""}],"next":null}""");
        var cli = new CommandLine(hub);

        Assert.That(await cli.RunAsync("rejects companies -o csv"), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Is.EqualTo("id,code,field,message,origin,row,byteOffset,raw\n1,c,,\"say \"\"no\"\", please\",,7,,\"a,b\"\n2,c,,m,,9,,\n"));
    }
}
