using System.Text.Json;
using Exchange.Cli.Documents;
using Exchange.Engine.Schemas;

namespace Exchange.Cli.Checking;

/// <summary>Checks a dataset against the schema and the other documents that it names.</summary>
static class DatasetCheck
{
    static readonly string[] Required = ["title", "department", "schema", "source", "mapping"];

    public static DocumentReport Run(DocumentFolder folder, Document document, IReadOnlyDictionary<string, ParsedSchema> schemas)
    {
        List<ErrorDetail> errors =
        [
            .. Required.Where(member => document.Json.Member(member) is null)
                .Select(member => new ErrorDetail(document.Locate(null), $"The dataset says no \"{member}\".", $"Add \"{member}\".")),
            .. References.Check(folder, document),
        ];
        if (document.Json.Text("schema") is { } name && schemas.GetValueOrDefault(name)?.Schema is { } schema)
            errors.AddRange(Filterable(document, schema));
        return new DocumentReport(document, document.Json.Text("schema") ?? "", errors, []);
    }

    static IEnumerable<ErrorDetail> Filterable(Document document, SharedSchema schema)
    {
        foreach (var (index, pointer) in document.Json.Items("filterable").Select(JsonText).Index())
        {
            var place = document.Locate($"/filterable/{index}");
            var field = schema.Fields.FirstOrDefault(field => field.Pointer == pointer);
            if (field is null)
                yield return new ErrorDetail(place, $"The schema {schema.Name}/{schema.Version} has no field {pointer}.", "Name one of its fields as a JSON pointer, such as /status.");
            else if (field.Types.Any(type => type is "object" or "array"))
                yield return new ErrorDetail(place, $"{pointer} is no single value, so records cannot be filtered by it.", "Name a field inside it, or leave it out.");
        }
    }

    static string JsonText(JsonElement element) => element.AsText();
}
