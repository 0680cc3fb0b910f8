using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

public sealed class ExportVerbTests
{
    readonly FakeHub hub = new();
    readonly string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"{Guid.NewGuid():N}.out");

    [TearDown]
    public void RemoveFiles()
    {
        File.Delete(file);
        File.Delete(file + ".part");
    }

    [Test]
    public async Task A_stream_becomes_a_file_under_its_name_once_it_is_whole()
    {
        var bytes = "PAR1\0\u0001\u0002PAR1"u8.ToArray();
        hub.On(HttpMethod.Get, "datasets/companies/export?format=parquet&asOf=3&address.city=x", Answer(bytes));
        Assert.That(await new CommandLine(hub).RunAsync($"export companies --format parquet --as-of 3 --filter /address/city=x --out {file}"), Is.EqualTo(ExitCode.Ok));
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(bytes));
        Assert.That(File.Exists(file + ".part"), Is.False);
    }

    [TestCase("parquet", "PAR1 and no end")]
    [TestCase("json", "[\n{},")]
    [TestCase("ndjson", "{}\n")]
    public async Task A_body_that_breaks_off_behind_a_proxy_is_noticed_all_the_same(string format, string body)
    {
        hub.On(HttpMethod.Get, $"datasets/companies/export?format={format}", Answer(Encoding.UTF8.GetBytes(body), records: 2));
        var cli = new CommandLine(hub);
        Assert.That(await cli.RunAsync($"export companies --format {format} --out {file}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Error, Does.Contain("broke off"));
        Assert.That((File.Exists(file), File.Exists(file + ".part")), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task A_stream_that_breaks_off_leaves_no_file()
    {
        hub.On(HttpMethod.Get, "datasets/companies/export?format=csv", () => new HttpResponseMessage(HttpStatusCode.OK)
        {
            Content = new StreamContent(new BreakingStream("a,b\n"u8.ToArray(), new HttpIOException(HttpRequestError.ResponseEnded))),
        });
        Assert.That(await new CommandLine(hub).RunAsync($"export companies --format csv --out {file}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(File.Exists(file), Is.False);
    }

    [Test]
    public async Task A_prepared_file_is_waited_for_fetched_in_pieces_and_checked()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 100).Select(i => $"{{\"id\":{i}}}\n")));
        Prepared(bytes);
        hub.On(
            HttpMethod.Get, "exports/e1/file",
            () => new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new BreakingStream(bytes[..500], new HttpIOException(HttpRequestError.ResponseEnded))) },
            () => new HttpResponseMessage(HttpStatusCode.PartialContent)
            {
                Content = new ByteArrayContent(bytes[500..]) { Headers = { ContentRange = new ContentRangeHeaderValue(500, bytes.Length - 1, bytes.Length) } },
            });
        var cli = new CommandLine(hub);
        Assert.That(await cli.RunAsync($"export companies --prepare --gzip --filter status=active --out {file}"), Is.EqualTo(ExitCode.Ok), cli.Error);
        Assert.That(await File.ReadAllBytesAsync(file), Is.EqualTo(bytes));
        Assert.That(hub.Requests[0], Is.EqualTo(("POST /api/v1/datasets/companies/exports", """{"format":"ndjson","filters":{"status":"active"},"asOf":null,"gzip":true}""")));
    }

    [Test]
    public async Task A_file_that_is_not_what_the_hub_wrote_is_thrown_away()
    {
        Prepared("as it was"u8.ToArray());
        hub.On(HttpMethod.Get, "exports/e1/file", Answer("not as it"u8.ToArray()));
        var cli = new CommandLine(hub);
        Assert.That(await cli.RunAsync($"export companies --prepare --out {file}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Error, Does.Contain("SHA-256").And.Contain("--prepared e1"));
        Assert.That((File.Exists(file), File.Exists(file + ".part")), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task An_export_that_failed_says_why()
    {
        hub.OnPost("datasets/companies/exports", """{"id":"e1","state":"waiting"}""", HttpStatusCode.Accepted)
            .OnGet("exports/e1", """{"id":"e1","state":"failed","problem":{"code":"disk-full","detail":"The hub's disk is full."}}""");
        var cli = new CommandLine(hub);
        Assert.That(await cli.RunAsync($"export companies --prepare --out {file}"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Error, Does.Contain("The hub's disk is full."));
    }

    [TestCase("--gzip")]
    [TestCase("--prepared e1 --filter a=b")]
    public async Task What_does_not_go_together_is_refused(string options) =>
        Assert.That(await new CommandLine(hub).RunAsync($"export companies --out {file} {options}"), Is.EqualTo(ExitCode.Usage));

    void Prepared(byte[] bytes) => hub.OnPost("datasets/companies/exports", """{"id":"e1","state":"waiting"}""", HttpStatusCode.Accepted)
        .OnGet("exports/e1", """{"id":"e1","state":"writing"}""", $$"""{"id":"e1","state":"ready","bytes":{{bytes.Length}},"records":100,"sha256":"{{Convert.ToHexStringLower(SHA256.HashData(bytes))}}"}""");

    static Func<HttpResponseMessage> Answer(byte[] bytes, int records = 100) => () =>
    {
        var answer = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) };
        answer.Headers.Add("Exchange-Record-Count", $"{records}");
        return answer;
    };
}
