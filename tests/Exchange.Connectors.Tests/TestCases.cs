using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Exchange.Sdk;

namespace Exchange.Connectors.Tests;

/// <summary>
/// Runs <c>connectors/*/testcases/*</c>. A case is a folder with <c>source.json</c>, its input, perhaps
/// <c>request.json</c>, and what must come of it: <c>expected.jsonl</c> (the columns, the rows, the rejects, the end) or
/// <c>expected.err</c> (the kind of error and its message). With EXCHANGE_ACCEPT=1 what came is written as what is
/// expected, and the tables of the READMEs are renewed, for a person to look at in the diff.
/// </summary>
public sealed class TestCases
{
    internal static readonly bool Accept = Environment.GetEnvironmentVariable("EXCHANGE_ACCEPT") == "1";

    static readonly JsonSerializerOptions RequestJson = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) } };

    public static IEnumerable<TestCaseData> Cases =>
        from connector in Repository.ConnectorFolders
        let root = Path.Combine(connector, "testcases")
        where Directory.Exists(root)
        from folder in Directory.GetDirectories(root).Order(StringComparer.Ordinal)
        select new TestCaseData(folder).SetName($"{Path.GetFileName(connector)}: {Path.GetFileName(folder)}");

    [TestCaseSource(nameof(Cases))]
    public async Task Case_reads_as_expected(string folder)
    {
        using var work = new TemporaryFolder();
        var document = await File.ReadAllTextAsync(Path.Combine(folder, "source.json"));
        foreach (var file in Directory.GetFiles(folder, "input*")) // a database is written down as the statements that make it
        {
            if (Path.GetExtension(file) != ".sql")
                Copy(file, work.Path);
            else if (document.Contains("{{database}}", StringComparison.Ordinal))
                document = await LoadPostgresAsync(file, document);
            else
                await SqliteFile.ExecuteAsync(Path.Combine(work.Path, "input.db"), await File.ReadAllTextAsync(file, Encoding.UTF8));
        }

        var (expected, actual) = await RunAsync(folder, document, work.Path);
        if (Accept)
            await File.WriteAllTextAsync(Path.Combine(folder, expected), actual);
        Assert.That(Directory.GetFiles(folder, "expected.*").Select(Path.GetFileName), Is.EqualTo(new[] { expected }), actual);
        Assert.That(actual, Is.EqualTo(await File.ReadAllTextAsync(Path.Combine(folder, expected))));
    }

    [Test]
    public void Every_connector_has_test_cases() =>
        Assert.That(Repository.ConnectorFolders.Where(folder => !Directory.Exists(Path.Combine(folder, "testcases"))).Select(Path.GetFileName), Is.Empty);

    static async Task<(string Expected, string Actual)> RunAsync(string folder, string document, string work)
    {
        try
        {
            var source = Repository.Plugins.Resolve(JsonDocument.Parse(document).RootElement, TimeProvider.System, work);
            var reading = await Reading.OfAsync(source, await RequestAsync(folder, source));
            var columns = new JsonObject { ["columns"] = new JsonArray([.. reading.Columns.Select(name => (JsonNode)name)]) };
            var end = new JsonObject { ["complete"] = reading.End.Complete };
            if (source.Connector is not FileConnector && reading.End.Checkpoint is { } checkpoint)
                end["checkpoint"] = checkpoint;
            string[] lines = [columns.ToJsonString(Reading.Readable), .. reading.Lines, end.ToJsonString(Reading.Readable)];
            return ("expected.jsonl", string.Concat(lines.Select(line => line + "\n")));
        }
        catch (ConnectorException error)
        {
            return ("expected.err", $"{error.Kind}: {WithoutChance(error.Message, work)}\n");
        }
    }

    static async Task<ReadRequest> RequestAsync(string folder, ConfiguredSource source)
    {
        var file = Path.Combine(folder, "request.json");
        if (File.Exists(file))
            return JsonSerializer.Deserialize<ReadRequest>(await File.ReadAllTextAsync(file), RequestJson)!;
        if (source.Connector is FileConnector)
            return new ReadRequest(FileConnector.StreamName);
        var streams = await source.Connector.DiscoverAsync(source.Context, CancellationToken.None);
        return new ReadRequest(streams.Single().Name);
    }

    static string WithoutChance(string message, string work) =>
        Regex.Replace(message.Replace(work, "<folder>", StringComparison.Ordinal), @"test_[0-9a-f]{32} on 127\.0\.0\.1:\d+|test_[0-9a-f]{32}", "<database>");

    static void Copy(string file, string folder)
    {
        var copy = Path.Combine(folder, Path.GetFileName(file));
        File.Copy(file, copy);
        File.SetLastWriteTimeUtc(copy, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc)); // a checkout has times of its own
    }

    static async Task<string> LoadPostgresAsync(string file, string document)
    {
        var server = await PrivatePostgres.GetAsync();
        var database = await server.DatabaseAsync(await File.ReadAllTextAsync(file, Encoding.UTF8));
        return document.Replace("{{database}}", database, StringComparison.Ordinal)
            .Replace("\"{{port}}\"", $"{server.Port}", StringComparison.Ordinal)
            .Replace("{{user}}", PrivatePostgres.User, StringComparison.Ordinal)
            .Replace("{{password}}", PrivatePostgres.Password, StringComparison.Ordinal);
    }
}
