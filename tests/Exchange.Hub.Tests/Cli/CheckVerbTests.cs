using Exchange.Cli;

namespace Exchange.Hub.Tests.Cli;

public sealed class CheckVerbTests : IDisposable
{
    const string Schema = """
        {"type":"object","x-key":["id"],"x-classification":"public","required":["id"],"additionalProperties":false,
        "properties":{"id":{"type":"string","pattern":"^[0-9]{3}$"},"since":{"type":"string","format":"date"},"home":{"type":"object"}}}
        """;

    const string Mapping = """
        {"fields":{"id":"NO","since":{"from":"SINCE","parse":{"as":"date","format":"yyyyMMdd"}}},"filter":"KIND <> 'X'"}
        """;

    readonly DocumentsOnDisk folder = new();
    readonly CommandLine cli = new(new FakeHub());

    public void Dispose() => folder.Dispose();

    DocumentsOnDisk Sound() => folder
        .With("departments/trade.department.json", "{}")
        .With("schemas/company/1.0.schema.json", Schema)
        .With("sources/drop.source.json", """{"department":"trade","connector":"csv","options":{"separator":";"},"store":{"kind":"folder","path":"drop","pattern":"*.csv"}}""")
        .With("mappings/company.mapping.json", Mapping)
        .With("datasets/companies.dataset.json", """{"title":{},"department":"trade","schema":"company/1.0","source":"drop","mapping":"company","filterable":["/since"]}""");

    Task<ExitCode> CheckAsync() => cli.RunAsync($"check {folder.Root}");

    /// <summary>Previews a file as the source, mapping and schema of the folder have it.</summary>
    Task<ExitCode> PreviewAsync(string csv)
    {
        var drop = Path.Combine(folder.Root, "drop");
        Sound().With("drop/a.csv", csv).With("drop.json", $$$"""
            {"connector":"csv","options":{"separator":";"},"store":{"kind":"folder","path":"{{{drop}}}","pattern":"*.csv"}}
            """);
        return cli.RunAsync(
            $"source preview --offline {folder.Root}/drop.json --mapping {folder.Root}/mappings/company.mapping.json --schema {folder.Root}/schemas/company/1.0.schema.json");
    }

    static string Tests(params string[] cases) => $$"""{"today":"2026-03-01","cases":[{{string.Join(",\n", cases)}}]}""";

    [Test]
    public async Task A_sound_folder_passes_without_a_hub()
    {
        Sound()
            .With("schemas/company/examples/valid/one.json", """{"id":"001"}""")
            .With("schemas/company/examples/invalid/long.json", """{"id":"0001"}""")
            .With("mappings/company.mapping.test.json", Tests(
                """{"name":"whole","row":{"NO":"001","SINCE":"20240229","KIND":"A"},"record":{"since":"2024-02-29","id":"001"}}""",
                """{"name":"no such day","row":{"NO":"001","SINCE":"20240230","KIND":"A"},"reject":{"code":"invalid-date","field":"/since"}}""",
                """{"name":"left out","row":{"NO":"001","KIND":"X"},"filtered":true}"""));

        Assert.That(await CheckAsync(), Is.EqualTo(ExitCode.Ok), cli.Out);
        Assert.That(cli.Out, Does.Contain("3 fields, 2 examples").And.Contain("3 tests").And.EndWith("5 documents, 0 errors, 0 warnings.\n"));
    }

    [Test]
    public async Task A_mapping_test_that_fails_shows_what_should_be_and_what_is()
    {
        Sound().With("mappings/company.mapping.test.json", Tests(
            """{"name":"other","row":{"NO":"001","SINCE":"20240301","KIND":"A"},"record":{"id":"002","extra":1}}""",
            """{"name":"kept","row":{"NO":"001","SINCE":null,"KIND":"A"},"filtered":true}""",
            """{"name":"fine","row":{"NO":"1","SINCE":null,"KIND":"A"},"record":{}}"""));

        Assert.That(await CheckAsync(), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Out, Does.Contain("3 tests")
            .And.Contain("mappings/company.mapping.test.json:1:32: other: /extra: expected 1, got nothing; /id: expected \"002\", got \"001\"; /since: expected nothing, got \"2024-03-01\"")
            .And.Contain(":2:1: kept: It should become nothing, but it becomes the record")
            .And.Contain(":3:1: fine: It should become a record, but it is rejected as schema-pattern: "));
    }

    [Test]
    public async Task A_misspelt_test_document_is_not_a_passed_test()
    {
        Sound().With("mappings/company.mapping.test.json", """{"cases":[{"row":{},"recrod":{}}],"today":"yesterday"}""");

        Assert.That(await CheckAsync(), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Out, Does.Contain("recrod").And.Contain("mappings/company.mapping.test.json:1:").And.Contain("yesterday"));
    }

    [Test]
    public async Task Declared_kinds_of_columns_are_those_of_the_source()
    {
        Sound()
            .With("mappings/company.mapping.json", """{"fields":{"id":"NO","since":"SINCE"}}""")
            .With("mappings/company.mapping.test.json",
                """{"columns":{"SINCE":"date"},"cases":[{"row":{"NO":"001","SINCE":"2024-02-29"},"record":{"id":"001","since":"2024-02-29"}}]}""");

        Assert.That(await CheckAsync(), Is.EqualTo(ExitCode.Ok), cli.Out);
    }

    [TestCase("schemas/company/1.0.schema.json", """{"type":"object"}""", "the schema has no key")]
    [TestCase("schemas/company/examples/valid/bad.json", """{"id":"1"}""", "schemas/company/examples/valid/bad.json:1:7: /id: the value must match")]
    [TestCase("schemas/company/examples/invalid/good.json", """{"id":"111"}""", "but follows company/1.0")]
    [TestCase("mappings/company.mapping.json", """{"fields":{"id":{"form":"NO"}}}""", "mappings/company.mapping.json:1:")]
    [TestCase("mappings/company.mapping.test.json", """{"cases":[""", "mappings/company.mapping.test.json:1:")]
    [TestCase("sources/drop.source.json", """{"department":"trade","connector":"csw"}""", "sources/drop.source.json:1:35: /connector: There is no connector \"csw\"")]
    [TestCase("datasets/companies.dataset.json", """{"title":{},"department":"trade","schema":"company/1.0","source":"dorp","mapping":"company"}""", "There is no source \"dorp\" in this folder.")]
    [TestCase("datasets/companies.dataset.json", """{"title":{},"department":"trade","schema":"company/1.0","source":"drop","mapping":"company","filterable":["/home"]}""", "/home is no single value")]
    [TestCase("datasets/companies.dataset.json", """{"title":{},"department":"trade","schema":"company/1.0","source":"drop"}""", "The dataset says no \"mapping\".")]
    public async Task Each_kind_of_mistake_is_found_with_its_place(string file, string content, string expected)
    {
        Sound().With(file, content);

        Assert.That(await CheckAsync(), Is.EqualTo(ExitCode.Failed), cli.Out);
        Assert.That(cli.Out, Does.Contain(expected).And.Contain(", 1 error, "));
    }

    [Test]
    public async Task Tests_that_cannot_run_are_told_and_not_passed_over()
    {
        folder.With("mappings/company.mapping.json", Mapping).With("mappings/company.mapping.test.json", Tests("""{"row":{"NO":"1"},"filtered":true}"""));

        Assert.That(await CheckAsync(), Is.EqualTo(ExitCode.Ok));
        Assert.That(cli.Out, Does.Contain("tests not run").And.Contain("1 warning"));
    }

    [Test]
    public async Task A_minor_version_that_breaks_with_the_one_before_is_warned_of()
    {
        Sound().With("schemas/company/1.1.schema.json", Schema.Replace("[0-9]{3}", "[0-9]{4}", StringComparison.Ordinal));

        await CheckAsync();

        Assert.That(cli.Out, Does.Contain("! schema      company/1.1").And.Contain("schemas/company/1.1.schema.json:2:").And.Contain("breaks with 1.0").And.Contain("2.0."));
    }

    [Test]
    public async Task Secrets_need_not_be_set_for_a_check()
    {
        Sound().With("sources/db.source.json", """{"department":"trade","connector":"postgresql","options":{"host":"db","database":"d","user":"u","password":{"env":"UNSET"}}}""");

        await CheckAsync();

        Assert.That(cli.Out, Does.Not.Contain("UNSET"));
    }

    [Test]
    public async Task A_file_source_is_previewed_without_a_hub()
    {
        Assert.That(await PreviewAsync("NO;SINCE;KIND\n001;20240229;A\n002;20240230;A\n003;;X\n"), Is.EqualTo(ExitCode.Ok), cli.Error);
        Assert.That(cli.Out, Does.Contain("001  20240229  A").And.Contain("Records 1 of 3 rows").And.Contain("2024-02-29").And.Contain("Rejected 1 row").And.Contain("/since"));
    }

    [Test]
    public async Task A_mapping_that_does_not_fit_the_source_is_told_at_its_place()
    {
        Assert.That(await PreviewAsync("NUMBER;SINCE;KIND\n001;;A\n"), Is.EqualTo(ExitCode.Failed));
        Assert.That(cli.Error, Does.Contain("company.mapping.json:1:17").And.Contain("NO"));
    }
}
