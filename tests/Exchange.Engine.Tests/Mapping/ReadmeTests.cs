using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Exchange.Engine.Mapping;
using Exchange.Engine.Mapping.Expressions;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using static Exchange.Engine.Tests.Mapping.MappingFixture;

namespace Exchange.Engine.Tests.Mapping;

public partial class ReadmeTests
{
    static readonly string Page = File.ReadAllText(Path.Combine(Here(), "..", "..", "..", "src", "Exchange.Engine", "Mapping", "README.md"));

    static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex(@"```json\n(?<rule>.*?)\n```\n(?<cases>(- `.*?` → `.*?`\n)+)", RegexOptions.Singleline)]
    private static partial Regex Snippet { get; }

    [GeneratedRegex("^- `(?<row>.*)` → `(?<outcome>.*)`$", RegexOptions.Multiline)]
    private static partial Regex Line { get; }

    static IEnumerable<TestCaseData> Examples() => Snippet.Matches(Page).SelectMany(snippet => Line.Matches(snippet.Groups["cases"].Value)
        .Select(line => new TestCaseData(snippet.Groups["rule"].Value, line.Groups["row"].Value, line.Groups["outcome"].Value)));

    [TestCaseSource(nameof(Examples))]
    public void Every_example_of_the_page_gives_what_it_says(string rule, string row, string outcome)
    {
        var mapping = JsonNode.Parse(rule.StartsWith('{') ? rule : $$"""{ "fields": { {{rule}} } }""")!.AsObject();
        var names = mapping["fields"]!.AsObject().Select(field => field.Key).ToList();
        mapping["fields"]!["id"] = JsonNode.Parse("""{ "const": "1" }""");
        var schema = Schema(string.Join(",", names.Append("id").Select(name => $"\"{name}\": {{ {(name == "id" ? "\"type\": \"string\"" : "")} }}")));
        var expectation = outcome switch
        {
            "filtered" => "\"filtered\": true",
            ['{', ..] => $"\"record\": {WithId(outcome)}",
            _ => $"\"reject\": \"{outcome}\"",
        };
        // Columns that the row leaves out are there all the same, without a value.
        var test = MappingTest.Parse(Encoding.UTF8.GetBytes($$"""{ "today": "2024-05-17", "cases": [{ "row": {{row}}, {{expectation}} }] }"""));

        Assert.That(test.Problems, Is.Empty);
        var report = test.Test!.Run(Document(mapping.ToJsonString()), schema);
        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Results.Select(result => result.Difference), Is.All.Null);
    }

    static string WithId(string record)
    {
        var node = JsonNode.Parse(record)!.AsObject();
        node["id"] = "1";
        return node.ToJsonString();
    }

    [Test]
    public void The_test_document_of_the_page_passes()
    {
        var text = Page.Split("```test\n")[1].Split("\n```")[0];
        var test = MappingTest.Parse(Encoding.UTF8.GetBytes(text));
        Assert.That(test.Problems, Is.Empty);
        var report = test.Test!.Run(Document("""{ "fields": { "id": "ID", "founded": "FOUNDED" } }"""), Schema("""
            "id": { "type": "string" }, "founded": { "type": "string", "format": "date" }
            """));

        Assert.That(report.Problems, Is.Empty);
        Assert.That(report.Passed, Is.True, string.Join('\n', report.Results.Select(result => result.Difference)));
        Assert.That(report.Results.Select(result => result.Name), Is.EqualTo(new[] { "a company", "no key" }));
    }

    static void PageHas(string table) => Assert.That(Page.Contains(table, StringComparison.Ordinal), Is.True, $"The page lacks this table:\n{table}");

    [Test]
    public void The_page_lists_every_function_as_the_code_describes_it()
    {
        var table = Functions.All.Select(function => $"| `{function.Signature}` | {function.Summary} | `{function.Example}` | `{function.Gives}` |");
        PageHas(string.Join('\n', table));
    }

    static IEnumerable<TestCaseData> AllFunctions() => Functions.All.Select(function => new TestCaseData(function.Example, function.Gives) { TestName = $"The example of {function.Name} gives what it says" });

    [TestCaseSource(nameof(AllFunctions))]
    public void Example_of_a_function(string example, string gives)
    {
        var plan = Plan(
            $$"""{ "tables": { "colours": { "r": "red" } }, "fields": { "id": { "const": "1" }, "value": { "expr": {{JsonSerializer.Serialize(example)}} } } }""",
            TextColumns("A"), Schema("""
            "id": { "type": "string" }, "value": {}
            """));
        using var record = JsonDocument.Parse(Map(plan, Rows(1, ["x"])).Record());
        Assert.That(record.RootElement.GetProperty("value").ToString().ToLowerInvariant(), Is.EqualTo(gives.ToLowerInvariant()));
    }

    [Test]
    public void The_page_lists_every_reject_code_of_the_engine()
    {
        var documentation = XDocument.Load(Path.ChangeExtension(typeof(RejectCode).Assembly.Location, ".xml"));
        var rows = typeof(RejectCode).GetFields().Select(field =>
        {
            var summary = documentation.Descendants("member").Single(member => member.Attribute("name")!.Value == $"F:{typeof(RejectCode).FullName}.{field.Name}").Element("summary")!;
            return $"| `{field.GetRawConstantValue()}` | {summary.Value.Trim()} |";
        });
        PageHas(string.Join('\n', rows));
    }

    [Test]
    public void The_page_names_every_member_of_the_document_schema()
    {
        using var schema = JsonDocument.Parse(MappingDocument.Schema);
        var definitions = schema.RootElement.GetProperty("$defs");
        var rule = definitions.GetProperty("rule").GetProperty("oneOf")[1].GetProperty("properties");
        var parse = rule.GetProperty("parse").GetProperty("oneOf")[1].GetProperty("properties");
        foreach (var name in schema.RootElement.GetProperty("properties").EnumerateObject().Concat(rule.EnumerateObject()).Concat(parse.EnumerateObject()).Select(member => member.Name))
            Assert.That(Page, Does.Contain($"`{name}`"));
    }

    [Test]
    public void The_document_schema_knows_what_the_reader_knows()
    {
        using var schema = JsonDocument.Parse(MappingDocument.Schema);
        var definitions = schema.RootElement.GetProperty("$defs");
        var rule = definitions.GetProperty("rule").GetProperty("oneOf")[1].GetProperty("properties").EnumerateObject().Select(member => member.Name);
        Assert.That(rule, Is.EquivalentTo(StepsReader.Names.Concat(RuleReader.Sources).Concat(["then", "else", "message", "$comment"])));
        Assert.That(definitions.GetProperty("kind").GetProperty("enum").EnumerateArray().Select(kind => kind.GetString()), Is.EqualTo(StepsReader.ParseKinds.Keys));
    }

    [TestCaseSource(nameof(Examples))]
    public void The_document_schema_accepts_every_example(string rule, string row, string outcome)
    {
        var validator = SchemaPlan.Compile(Encoding.UTF8.GetBytes(MappingDocument.Schema)).CreateValidator();
        var errors = new List<SchemaError>();
        validator.Validate(Encoding.UTF8.GetBytes(rule.StartsWith('{') ? rule : $$"""{ "fields": { {{rule}} } }"""), errors);
        Assert.That(errors, Is.Empty, $"{row} {outcome}");
    }
}
