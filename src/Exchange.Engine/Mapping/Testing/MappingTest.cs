using System.Globalization;
using System.Text.Json;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping;

/// <summary>
/// Examples that stand beside a mapping in <c>x.mapping.test.json</c>: rows, and the record or the reject that each must
/// become. They run without a source and without a hub.
/// </summary>
public sealed class MappingTest
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    readonly IReadOnlyList<MappingTestCase> cases;
    readonly IReadOnlyDictionary<string, ValueKind> kinds;
    readonly DateOnly today;

    MappingTest(IReadOnlyList<MappingTestCase> cases, IReadOnlyDictionary<string, ValueKind> kinds, DateOnly today)
    {
        this.cases = cases;
        this.kinds = kinds;
        this.today = today;
    }

    /// <summary>Reads a test document.</summary>
    public static ParsedMappingTest Parse(ReadOnlySpan<byte> utf8)
    {
        var problems = new ProblemList();
        try
        {
            using var json = JsonDocument.Parse(utf8.TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]).ToArray(), Strict);
            CanonicalJson.Of(json.RootElement); // half surrogate pairs are found here, and nowhere later
            var test = Read(new ObjectReader(json.RootElement.Clone(), "", problems), problems);
            return problems.IsEmpty ? new ParsedMappingTest(test, []) : new ParsedMappingTest(null, problems.All);
        }
        catch (JsonException exception)
        {
            return new ParsedMappingTest(null, [new MappingProblem("", null, $"The mapping test is not valid JSON: {exception.Message}", "Correct the text at that place.")]);
        }
    }

    /// <summary>Maps every row and compares what comes out with what should.</summary>
    /// <param name="document">The mapping.</param>
    /// <param name="schema">The schema of its records.</param>
    /// <returns>A result for each case; or problems when the mapping cannot run on these columns.</returns>
    public MappingTestReport Run(MappingDocument document, SharedSchema schema)
    {
        var columns = Columns();
        var compiled = MappingCompiler.Compile(document, columns, schema);
        if (compiled.Plan is null)
            return new MappingTestReport([], compiled.Problems);
        var mapper = compiled.Plan.CreateMapper(seed: 0, today);
        return new MappingTestReport([.. cases.Select(test => test.Run(mapper, columns))], []);
    }

    /// <summary>All columns that a row names, of the kind that the test declares or that the values have.</summary>
    List<SourceColumn> Columns() =>
    [
        .. cases.SelectMany(test => test.Row.EnumerateObject()).GroupBy(cell => cell.Name, cell => cell.Value, StringComparer.Ordinal)
            .Select(column => new SourceColumn(column.Key, kinds.TryGetValue(column.Key, out var kind) ? kind : KindOf([.. column]))),
    ];

    static ValueKind KindOf(IReadOnlyList<JsonElement> values)
    {
        var present = values.Where(value => value.ValueKind != JsonValueKind.Null).ToList();
        if (present.Count == 0)
            return ValueKind.Text;
        if (present.All(value => value.ValueKind == JsonValueKind.Number))
            return ValueKind.Decimal;
        return present.All(value => value.ValueKind is JsonValueKind.True or JsonValueKind.False) ? ValueKind.Boolean : ValueKind.Text;
    }

    static MappingTest Read(ObjectReader document, ProblemList problems)
    {
        foreach (var annotation in (string[])["$schema", "description"])
            document.Take(annotation);
        document.Require("cases", "Write \"cases\": [{ \"row\": { … }, \"record\": { … } }].");
        var today = DateOnly.MinValue;
        if (document.Text("today") is { } date && !DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out today))
            problems.Add("/today", $"'{date}' is no date.", "Write it as yyyy-MM-dd.");
        var test = new MappingTest(ReadCases(document, problems), ReadKinds(document, problems), today);
        document.Finish();
        return test;
    }

    static Dictionary<string, ValueKind> ReadKinds(ObjectReader document, ProblemList problems)
    {
        var kinds = new Dictionary<string, ValueKind>(StringComparer.Ordinal);
        if (document.Take("columns") is not { ValueKind: JsonValueKind.Object } element)
            return kinds;
        var columns = new ObjectReader(element, "/columns", problems);
        foreach (var column in element.EnumerateObject())
        {
            if (columns.Word(column.Name, StepsReader.ParseKinds) is { } kind)
                kinds[column.Name] = kind;
        }
        return kinds;
    }

    static List<MappingTestCase> ReadCases(ObjectReader document, ProblemList problems)
    {
        var cases = new List<MappingTestCase>();
        if (document.Take("cases") is not { ValueKind: JsonValueKind.Array } element)
            return cases;
        foreach (var (i, item) in element.EnumerateArray().Index())
        {
            if (MappingTestCase.Read(new ObjectReader(item, Pointer.Append("/cases", i), problems), i + 1) is { } test)
                cases.Add(test);
        }
        return cases;
    }
}

/// <summary>A mapping test, or what is wrong with its document.</summary>
/// <param name="Test">The test; null when there are problems.</param>
/// <param name="Problems">All problems found.</param>
public sealed record ParsedMappingTest(MappingTest? Test, IReadOnlyList<MappingProblem> Problems);

/// <summary>What came of a mapping test.</summary>
/// <param name="Results">One for each case, in order.</param>
/// <param name="Problems">What keeps the mapping from running on the columns of the test; then there are no results.</param>
public sealed record MappingTestReport(IReadOnlyList<MappingTestResult> Results, IReadOnlyList<MappingProblem> Problems)
{
    /// <summary>True when the mapping ran and every case came out as it should.</summary>
    public bool Passed => Problems.Count == 0 && Results.All(result => result.Difference is null);
}

/// <summary>What came of one case.</summary>
/// <param name="Name">Its name, or its number where it has none.</param>
/// <param name="Difference">Null when it passed, else a line for each difference between what should be and what is.</param>
public sealed record MappingTestResult(string Name, string? Difference);
