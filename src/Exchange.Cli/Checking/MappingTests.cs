using System.Text.Json;
using Exchange.Cli.Documents;
using Exchange.Sdk;

namespace Exchange.Cli.Checking;

/// <summary>One row, and what the mapping must make of it.</summary>
/// <param name="Name">What the case shows.</param>
/// <param name="Pointer">Where it stands in the test document.</param>
/// <param name="Row">The row, column by column.</param>
/// <param name="Record">The record it becomes; null when it becomes none.</param>
/// <param name="Reject">Members that its reject must have; null when it is not rejected.</param>
/// <param name="Filtered">True when the mapping's filter leaves it out.</param>
sealed record MappingTest(string Name, string Pointer, JsonElement Row, JsonElement? Record, JsonElement? Reject, bool Filtered);

/// <summary>The test document beside a mapping: <c>{ "schema"?, "today"?, "columns"?, "cases": [ … ] }</c>.</summary>
sealed class MappingTests
{
    static readonly string[] DocumentMembers = ["$schema", "schema", "today", "columns", "cases"];
    static readonly string[] CaseMembers = ["name", "row", "record", "reject", "filtered"];

    readonly List<ErrorDetail> errors = [];

    MappingTests(Document document) => Document = document;

    public Document Document { get; }

    /// <summary>Schema to map to; null for that of the datasets that use the mapping.</summary>
    public string? Schema { get; private init; }

    /// <summary>The date of the run; null for the day of the check.</summary>
    public DateOnly? Today { get; private init; }

    /// <summary>The columns of the source, in the order in which the cases name them first.</summary>
    public IReadOnlyList<SourceColumn> Columns { get; private set; } = [];

    public IReadOnlyList<MappingTest> Cases { get; private set; } = [];

    public IReadOnlyList<ErrorDetail> Errors => errors;

    public static MappingTests Read(Document document)
    {
        var json = document.Json;
        var tests = new MappingTests(document)
        {
            Schema = json.Text("schema"),
            Today = DateOnly.TryParseExact(json.Text("today"), "yyyy-MM-dd", out var today) ? today : null,
        };
        if (json.Text("today") is { } text && tests.Today is null)
            tests.Problem("/today", $"\"{text}\" is no date.", "Write it as 2026-01-31.");
        tests.RefuseUnknown(json, "", DocumentMembers);
        tests.Cases = [.. json.Items("cases").Select((test, i) => tests.ReadCase(test, i)).OfType<MappingTest>()];
        if (tests.Cases.Count == 0 && tests.errors.Count == 0)
            tests.Problem("", "There are no cases.", """Write "cases": [{ "name": "…", "row": { "COLUMN": "text" }, "record": { … } }].""");
        tests.ReadColumns(json.Member("columns"));
        return tests;
    }

    MappingTest? ReadCase(JsonElement test, int index)
    {
        var pointer = $"/cases/{index}";
        var (record, reject, filtered) = (test.Member("record"), test.Member("reject"), test.Flag("filtered"));
        var outcomes = (record is null ? 0 : 1) + (reject is null ? 0 : 1) + (filtered ? 1 : 0);
        RefuseUnknown(test, pointer, CaseMembers);
        if (test.Member("row") is not { ValueKind: JsonValueKind.Object } row || outcomes != 1)
        {
            Problem(pointer, "A case has a row and one outcome.", """Write "row": { … } and one of "record": { … }, "reject": { "code": "…" } and "filtered": true.""");
            return null;
        }
        return new MappingTest(test.Text("name") ?? $"case {index + 1}", pointer, row, record, reject, filtered);
    }

    /// <summary>What the document does not declare is told from the first value of each column.</summary>
    void ReadColumns(JsonElement? declared)
    {
        var kinds = new Dictionary<string, ValueKind>(StringComparer.Ordinal);
        foreach (var member in declared is { ValueKind: JsonValueKind.Object } members ? members.EnumerateObject() : default)
            if (Enum.TryParse<ValueKind>(member.Value.AsText(), ignoreCase: true, out var kind))
                kinds[member.Name] = kind;
            else
                Problem($"/columns/{member.Name}", $"\"{member.Value.AsText()}\" is no kind of value.", $"Use one of {string.Join(", ", Enum.GetNames<ValueKind>().Select(JsonNamingPolicy.CamelCase.ConvertName))}.");
        Columns = [.. Cases
            .SelectMany(test => test.Row.EnumerateObject())
            .GroupBy(cell => cell.Name, StringComparer.Ordinal)
            .Select(column => new SourceColumn(
                column.Key,
                kinds.TryGetValue(column.Key, out var kind) ? kind : column.Select(cell => TestRow.KindOf(cell.Value)).FirstOrDefault(found => found != ValueKind.Null, ValueKind.Text)))];
    }

    void RefuseUnknown(JsonElement element, string pointer, string[] known)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return;
        foreach (var member in element.EnumerateObject().Where(member => !known.Contains(member.Name)))
            Problem($"{pointer}/{member.Name}", $"\"{member.Name}\" is not known here.", $"Known are {string.Join(", ", known)}.");
    }

    void Problem(string pointer, string message, string fix) => errors.Add(new ErrorDetail(Document.Locate(pointer), message, fix));
}
