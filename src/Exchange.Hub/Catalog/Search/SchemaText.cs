using System.Text.Json;

namespace Exchange.Hub.Catalog.Search;

/// <summary>The words of a schema: names, titles and descriptions of its fields, and its own.</summary>
static class SchemaText
{
    static readonly string[] Said = ["title", "description"];

    /// <summary>Every word for people that stands in the document, and the name of every field.</summary>
    public static IEnumerable<string> Of(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Array)
        {
            foreach (var text in schema.EnumerateArray().SelectMany(Of))
                yield return text;
        }
        if (schema.ValueKind != JsonValueKind.Object)
            yield break;
        foreach (var member in schema.EnumerateObject())
        {
            if (Said.Contains(member.Name) && member.Value.ValueKind == JsonValueKind.String)
                yield return member.Value.GetString()!;
            foreach (var text in Inside(member))
                yield return text;
        }
    }

    /// <summary>The titles of a department, which name it by language.</summary>
    public static IEnumerable<string> TitlesOf(JsonElement document) => document.TryGetProperty("title", out var title) ? Texts(title) : [];

    static IEnumerable<string> Inside(JsonProperty member) => member.Name switch
    {
        "x-title" => Texts(member.Value),
        "properties" or "$defs" or "definitions" when member.Value.ValueKind == JsonValueKind.Object =>
            member.Value.EnumerateObject().SelectMany(field => Of(field.Value).Prepend(field.Name)),
        "enum" or "const" or "default" or "examples" => [],
        _ => Of(member.Value),
    };

    static IEnumerable<string> Texts(JsonElement byLanguage) => byLanguage.ValueKind == JsonValueKind.Object
        ? byLanguage.EnumerateObject().Where(text => text.Value.ValueKind == JsonValueKind.String).Select(text => text.Value.GetString()!)
        : [];
}
