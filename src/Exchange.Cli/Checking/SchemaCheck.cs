using Exchange.Cli.Documents;
using Exchange.Cli.Output;
using Exchange.Engine.Schemas;

namespace Exchange.Cli.Checking;

/// <summary>Checks a shared schema as the hub does, and that its examples are what they are said to be.</summary>
static class SchemaCheck
{
    public static DocumentReport Run(DocumentFolder folder, Document document, IReadOnlyDictionary<string, ParsedSchema> schemas)
    {
        var parsed = schemas[document.Name];
        if (parsed.Schema is not { } schema)
            return new DocumentReport(document, "", [.. parsed.Problems.Select(problem => Detail(document, problem))], []);
        var examples = Examples(folder, document).ToList();
        return new DocumentReport(
            document,
            $"{Words.Count(schema.Fields.Count, "field")}, {Words.Count(examples.Count, "example")}",
            [.. examples.SelectMany(example => Check(folder, schema, example.File, example.Valid))],
            [.. schema.Warnings.Select(warning => Detail(document, warning)), .. Breaks(document, schema, schemas)]);
    }

    /// <summary>What breaks with the version before, which must have another major version then.</summary>
    static IEnumerable<ErrorDetail> Breaks(Document document, SharedSchema schema, IReadOnlyDictionary<string, ParsedSchema> schemas)
    {
        var before = schemas.Values.Select(other => other.Schema).OfType<SharedSchema>()
            .Where(other => other.Name == schema.Name && other.Version.Major == schema.Version.Major && other.Version < schema.Version)
            .MaxBy(other => other.Version);
        return before is null
            ? []
            : SchemaComparison.Compare(before, schema).Changes
                .Where(change => change.Impact == ChangeImpact.Breaking)
                .Select(change => new ErrorDetail(
                    document.Locate(change.Pointer), $"breaks with {before.Version}: {change.What}; {change.Why}", $"Take it back, or name the schema {schema.Version.Major + 1}.0."));
    }

    static ErrorDetail Detail(Document document, SchemaProblem problem) =>
        new(document.Locate(problem.Pointer), $"{problem.Pointer}: {problem.Message}".TrimStart(':', ' '), problem.Fix);

    /// <summary>Examples belong to the newest version of their schema.</summary>
    static IEnumerable<(string File, bool Valid)> Examples(DocumentFolder folder, Document document)
    {
        var name = document.Name.Split('/')[0];
        var newest = folder.Documents
            .Where(other => other.Kind == DocumentKind.Schema && other.Name.StartsWith(name + "/", StringComparison.Ordinal))
            .MaxBy(other => SchemaVersion.TryParse(other.Name.Split('/')[1], out var version) ? version : default);
        return newest != document
            ? []
            : folder.Files($"schemas/{name}/examples/valid").Select(file => (file, true))
                .Concat(folder.Files($"schemas/{name}/examples/invalid").Select(file => (file, false)));
    }

    static IEnumerable<ErrorDetail> Check(DocumentFolder folder, SharedSchema schema, string file, bool valid)
    {
        List<SchemaError> errors = [];
        var utf8 = folder.ReadBytes(file);
        var followed = schema.Plan.CreateValidator().Validate(utf8, errors);
        if (!valid && followed)
            yield return new ErrorDetail(file, $"is an example of what breaks the schema, but follows {schema.Name}/{schema.Version}.", "Let the schema refuse it, or move it to examples/valid/.");
        foreach (var error in errors.Where(_ => valid))
            yield return new ErrorDetail(Place(file, utf8, error), $"{error.InstancePointer}: the value {error.Message}".TrimStart(':', ' '));
    }

    static string Place(string file, byte[] utf8, SchemaError error)
    {
        if (error.SchemaPointer.Length == 0)
            return file; // no sound JSON, so there is no value to point at
        var (line, column) = JsonLocator.Find(utf8, error.InstancePointer);
        return $"{file}:{line}:{column}";
    }
}
