using System.Text;
using Exchange.Cli;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Cli;

/// <summary>The command line against a whole hub: from a folder of documents and a CSV file to a published dataset.</summary>
public sealed class EndToEndTests : IDisposable
{
    readonly DocumentsOnDisk folder = new();

    public void Dispose() => folder.Dispose();

    DocumentsOnDisk City() => folder
        .With("departments/trade.department.json", """{"title":{"en":"Trade","zh":"商务局"},"code":"TR"}""")
        .With("schemas/company/1.0.schema.json", """
            {"type":"object","x-key":["id"],"x-classification":"public","required":["id","name"],
            "properties":{"id":{"type":"string","pattern":"^[0-9]{3}$"},"name":{"type":"string"},"since":{"type":"string","format":"date"}}}
            """)
        .With("sources/drop.source.json", """{"department":"trade","connector":"csv","options":{"separator":";"},"store":{"kind":"folder","path":"drop","pattern":"*.csv"}}""")
        .With("mappings/company.mapping.json", """{"fields":{"id":"NO","name":"NAME","since":{"from":"SINCE","parse":{"as":"date","format":"yyyyMMdd"}}}}""")
        .With("mappings/company.mapping.test.json", """{"cases":[{"row":{"NO":"001","NAME":"红星","SINCE":"20240229"},"record":{"id":"001","name":"红星","since":"2024-02-29"}}]}""")
        .With("datasets/companies.dataset.json", """
            {"title":{"en":"Companies","zh":"市场主体"},"department":"trade","schema":"company/1.0","source":"drop","mapping":"company",
            "limits":{"maxRejectPercent":null},"filterable":["/since"]}
            """)
        .With("drop/day.csv", "NO;NAME;SINCE\n001;红星商店;20240229\n002;Acme;20240301\n03;No such number;\n");

    [Test]
    public async Task A_new_officer_gets_from_a_folder_to_a_published_dataset_and_sees_what_was_rejected()
    {
        City();
        await using var hub = await TestHub.StartAsync(options => options with { SourcesDirectory = folder.Root });
        var token = await hub.TokenAsync(Role.Administrator);

        var reader = await hub.TokenAsync(Role.ItStaff, "trade");

        async Task<string> RunAsync(ExitCode expected, string line)
        {
            var reads = new[] { "records", "changes", "rejects", "source preview" }.Any(verb => line.StartsWith(verb, StringComparison.Ordinal));
            var (code, text, error) = await EndToEndTests.RunAsync(hub, reads ? reader : token, line);
            Assert.That(code, Is.EqualTo(expected), $"exchange {line}\n{text}{error}");
            return text;
        }

        Assert.That(await RunAsync(ExitCode.Ok, $"check {folder.Root}"), Does.Contain("0 errors"));
        Assert.That(await RunAsync(ExitCode.Ok, $"apply {folder.Root} --dry-run"), Does.Contain("+ dataset     companies"));
        Assert.That(await RunAsync(ExitCode.Ok, "datasets"), Is.Empty, "a dry run changes nothing");
        Assert.That(await RunAsync(ExitCode.Ok, $"apply {folder.Root}"), Does.EndWith("5 created.\n"));
        Assert.That(await RunAsync(ExitCode.Ok, $"apply {folder.Root}"), Does.EndWith("5 unchanged.\n"));
        Assert.That(await RunAsync(ExitCode.Ok, "source check drop"), Does.Contain("✓"));
        Assert.That(await RunAsync(ExitCode.Ok, "source discover drop"), Does.Contain("NAME"));
        Assert.That(await RunAsync(ExitCode.Ok, "source preview drop --mapping company --schema company/1.0"), Does.Contain("Records 2 of 3 rows").And.Contain("Rejected 1 row"));
        Assert.That(await RunAsync(ExitCode.Partial, "run companies --wait"), Does.Contain("succeeded"));
        Assert.That(await RunAsync(ExitCode.Ok, "runs"), Does.Contain("companies  succeeded     3"));
        Assert.That(await RunAsync(ExitCode.Ok, "runs show companies"), Does.Contain("succeeded").And.Contain("manual by Test Administrator"));
        Assert.That(await RunAsync(ExitCode.Ok, "rejects companies"), Does.Contain("schema-pattern").And.Contain("No such number"));
        Assert.That(await RunAsync(ExitCode.Ok, "rejects companies -o csv"), Does.Contain("1,schema-pattern,/id,"));
        Assert.That(await RunAsync(ExitCode.Ok, "datasets"), Does.Contain("companies  Companies  ready        2"));
        Assert.That(await RunAsync(ExitCode.Ok, "records companies"), Does.Contain("001  红星商店  2024-02-29").And.Contain("002  Acme"));
        Assert.That(await RunAsync(ExitCode.Ok, "records companies -o ndjson"), Is.EqualTo("""
            {"id":"001","name":"红星商店","since":"2024-02-29"}
            {"id":"002","name":"Acme","since":"2024-03-01"}

            """.ReplaceLineEndings("\n")));
        Assert.That(await RunAsync(ExitCode.Ok, "records companies -o csv --filter /since.gte=2024-03-01"), Does.Contain("002,Acme,2024-03-01").And.Not.Contain("001"));
        Assert.That(await RunAsync(ExitCode.Ok, "records companies --key 002 -o ndjson"), Does.StartWith("""{"id":"002","""));
        Assert.That(await RunAsync(ExitCode.NotFound, "records companies --key 003"), Is.Empty);
        Assert.That((await RunAsync(ExitCode.Ok, "changes companies -o ndjson")).Split('\n', StringSplitOptions.RemoveEmptyEntries), Has.Length.EqualTo(2).And.All.Contains("upsert"));
        Assert.That(await RunAsync(ExitCode.Ok, "audit --type RunRequested"), Does.Contain("RunRequested").And.Contain("Test Administrator"));
        Assert.That(await RunAsync(ExitCode.Ok, "audit verify"), Does.Contain("whole"));
        Assert.That(await RunAsync(ExitCode.Ok, "whoami"), Does.Contain("administrator"));
        Assert.That(await RunAsync(ExitCode.NotFound, "run nothing"), Is.Empty);
    }

    [Test]
    public async Task A_token_made_on_the_command_line_works_until_it_is_revoked()
    {
        await using var hub = await TestHub.StartAsync();
        var administrator = await hub.TokenAsync(Role.Administrator);

        var auditor = (await RunAsync(hub, administrator, "token create Auditor --role auditor")).Out.Trim();
        Assert.That((await RunAsync(hub, auditor, "whoami")).Out, Does.Contain("Auditor").And.Contain("auditor"));
        Assert.That((await RunAsync(hub, auditor, "token list")).Code, Is.EqualTo(ExitCode.NotAllowed));

        var listed = (await RunAsync(hub, administrator, "token list")).Out.Split('\n').Single(line => line.Contains("Auditor", StringComparison.Ordinal));
        Assert.That((await RunAsync(hub, administrator, $"token revoke {listed.Split(' ')[0]}")).Code, Is.EqualTo(ExitCode.Ok));
        Assert.That((await RunAsync(hub, auditor, "whoami")).Code, Is.EqualTo(ExitCode.NotAllowed));
    }

    static async Task<(ExitCode Code, string Out, string Error)> RunAsync(TestHub hub, string token, string line)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var code = await CliApp.RunAsync(line.Split(' '), new CliHost
        {
            Output = output,
            Error = error,
            Environment = name => name switch { "EXCHANGE_URL" => hub.Address.ToString(), "EXCHANGE_TOKEN" => token, _ => null },
        });
        return (code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }
}
