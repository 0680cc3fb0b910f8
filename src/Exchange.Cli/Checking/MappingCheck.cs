using System.Text;
using System.Text.Json;
using Exchange.Cli.Documents;
using Exchange.Cli.Output;
using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Cli.Checking;

/// <summary>Checks a mapping, and runs the tests that stand beside it. One use.</summary>
/// <param name="folder">Where the mapping stands.</param>
/// <param name="document">The mapping.</param>
/// <param name="schemas">The schemas that datasets of the folder aim it at; null for one that is missing or wrong.</param>
/// <param name="clock">The only clock.</param>
sealed class MappingCheck(DocumentFolder folder, Document document, IReadOnlyDictionary<string, SharedSchema?> schemas, TimeProvider clock)
{
    readonly Batch batch = new();
    readonly RecordBatch records = new();

    public DocumentReport Run()
    {
        var parsed = MappingDocument.Parse(document.Utf8);
        if (parsed.Document is not { } mapping)
            return Report("", [.. parsed.Problems.Select(Detail)]);
        var file = document.File.Replace(".mapping.json", ".mapping.test.json", StringComparison.Ordinal);
        if (!folder.Has(file))
            return Report("no tests", []);
        if (folder.ReadJson(file) is not { } read)
            return Report("", []); // the folder reports what is wrong with the file
        var tests = MappingTests.Read(new Document(DocumentKind.Mapping, document.Name, file, read.Utf8, read.Json));
        return tests.Errors.Count > 0 ? Report("", tests.Errors) : RunTests(mapping, tests);
    }

    DocumentReport Report(string note, IReadOnlyList<ErrorDetail> errors) => new(document, note, errors, []);

    DocumentReport RunTests(MappingDocument mapping, MappingTests tests)
    {
        var names = tests.Schema is { } named ? [named] : schemas.Keys.ToList();
        if (names is not [var name] || schemas.GetValueOrDefault(name) is not { } schema)
            return names is [_] && tests.Schema is null
                ? Report("tests not run: its schema is wrong or not in this folder", [])
                : Report("", [new ErrorDetail(tests.Document.Locate("/schema"), "The tests do not say to which schema the mapping leads.", $"Add \"schema\": \"name/1.0\", one that a dataset of this folder uses with it{(names.Count > 1 ? $": {string.Join(", ", names)}" : "")}.")]);
        var compiled = MappingCompiler.Compile(mapping, tests.Columns, schema);
        if (compiled.Plan is not { } plan)
            return Report("", [.. compiled.Problems.Select(Detail)]);
        var mapper = plan.CreateMapper(0, tests.Today ?? DateOnly.FromDateTime(clock.GetLocalNow().Date));
        var failures = tests.Cases.Select(test => (test, wrong: Judge(mapper, tests, test).ToList())).Where(pair => pair.wrong.Count > 0).ToList();
        return Report(
            failures.Count == 0 ? Words.Count(tests.Cases.Count, "test") : $"{failures.Count} of {Words.Count(tests.Cases.Count, "test")} failed",
            [.. failures.Select(pair => new ErrorDetail(tests.Document.Locate(pair.test.Pointer), $"{pair.test.Name}: {string.Join(" ", pair.wrong)}"))]);
    }

    IEnumerable<string> Judge(RecordMapper mapper, MappingTests tests, MappingTest test)
    {
        TestRow.Fill(batch, test.Row, tests.Columns);
        mapper.Map(batch, records);
        var outcome = records.Count > 0 ? "a record" : records.Filtered > 0 ? "filtered" : $"rejected ({records.Rejects[0].Code}: {records.Rejects[0].Message})";
        return test switch
        {
            { Record: { } expected } when records.Count > 0 => Differences(expected),
            { Reject: { } expected } when records.Rejects.Count > 0 => Differences(expected, records.Rejects[0]),
            { Filtered: true } when records.Filtered > 0 => [],
            { Record: not null } => [$"expected a record, but it is {outcome}."],
            { Reject: not null } => [$"expected a reject, but it is {outcome}."],
            _ => [$"expected to be filtered, but it is {outcome}."],
        };
    }

    IEnumerable<string> Differences(JsonElement expected)
    {
        using var actual = JsonDocument.Parse(Encoding.UTF8.GetString(records.Doc(0)));
        return [.. JsonDifference.Between(expected, actual.RootElement).Select(difference =>
            $"{difference.Pointer} should be {Show(difference.Expected)} and is {Show(difference.Actual)}.")];
    }

    static IEnumerable<string> Differences(JsonElement expected, RecordReject actual)
    {
        (string Name, string? Value)[] members = [("code", actual.Code), ("field", actual.Field), ("message", actual.Message)];
        return members
            .Where(member => expected.Member(member.Name) is { } wanted && wanted.AsText() != member.Value)
            .Select(member => $"the reject's {member.Name} should be \"{expected.Text(member.Name)}\" and is \"{member.Value}\".");
    }

    static string Show(JsonElement? value) => value?.ToCompact() ?? "absent";

    ErrorDetail Detail(MappingProblem problem) => new(document.Locate(problem.Pointer), problem.Message, problem.Fix);
}
