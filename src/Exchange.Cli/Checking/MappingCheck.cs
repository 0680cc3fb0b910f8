using Exchange.Cli.Documents;
using Exchange.Cli.Output;
using Exchange.Engine.Mapping;
using Exchange.Engine.Schemas;

namespace Exchange.Cli.Checking;

/// <summary>Checks a mapping, and runs the tests that stand beside it. One use.</summary>
/// <param name="folder">Where the mapping stands.</param>
/// <param name="document">The mapping.</param>
/// <param name="schemas">The schemas that datasets of the folder aim it at.</param>
sealed class MappingCheck(DocumentFolder folder, Document document, IReadOnlyList<SharedSchema> schemas)
{
    public DocumentReport Run()
    {
        var parsed = MappingDocument.Parse(document.Utf8);
        if (parsed.Document is not { } mapping)
            return Report("", Details(document, parsed.Problems));
        var file = document.File.Replace(".mapping.json", ".mapping.test.json", StringComparison.Ordinal);
        if (!folder.Has(file))
            return Report("no tests", []);
        if (folder.ReadJson(file) is not { } read)
            return Report("", []); // the folder reports what is wrong with the file
        var tests = new Document(DocumentKind.Mapping, document.Name, file, read.Utf8, read.Json);
        var test = MappingTest.Parse(tests.Utf8);
        return test.Test is null ? Report("", Details(tests, test.Problems)) : RunTests(mapping, tests, test.Test);
    }

    DocumentReport RunTests(MappingDocument mapping, Document tests, MappingTest test)
    {
        if (schemas.Count == 0)
            return Report("tests not run", [], [new ErrorDetail(
                tests.File, "The tests cannot run: no dataset of this folder says to which schema the mapping leads.", "Keep the dataset and its schema in the folder too.")]);
        var reports = schemas.Select(schema => test.Run(mapping, schema)).ToList();
        ErrorDetail[] errors =
        [
            .. reports.SelectMany(report => Details(document, report.Problems)),
            .. reports.SelectMany(report => report.Results.Index())
                .Where(result => result.Item.Difference is not null)
                .Select(result => new ErrorDetail(
                    tests.Locate($"/cases/{result.Index}"), $"{result.Item.Name}: {result.Item.Difference!.Replace("\n", "; ", StringComparison.Ordinal)}")),
        ];
        return Report(Words.Count(reports.Sum(report => report.Results.Count), "test"), errors);
    }

    DocumentReport Report(string note, IReadOnlyList<ErrorDetail> errors, IReadOnlyList<ErrorDetail>? warnings = null) =>
        new(document, note, errors, warnings ?? []);

    static IReadOnlyList<ErrorDetail> Details(Document document, IReadOnlyList<MappingProblem> problems) =>
        [.. problems.Select(problem => new ErrorDetail(document.Locate(problem.Pointer), problem.Message, problem.Fix))];
}
