using System.Text.Json;

namespace Exchange.Engine.Schemas.Compiling;

/// <summary>The metaschemas of the editions we compile, embedded as published by the JSON Schema project.</summary>
static class Metaschemas
{
    static readonly Dictionary<string, Lazy<JsonDocument>> Documents = Load();

    /// <summary>A metaschema by URI without fragment, or null.</summary>
    public static JsonDocument? Find(string uri) => Documents.GetValueOrDefault(uri)?.Value;

    static Dictionary<string, Lazy<JsonDocument>> Load()
    {
        var found = new Dictionary<string, Lazy<JsonDocument>>(StringComparer.Ordinal) { ["http://json-schema.org/draft-07/schema"] = Embedded("draft-07") };
        const string edition = "https://json-schema.org/draft/2020-12/";
        found[edition + "schema"] = Embedded("2020-12.schema");
        foreach (var part in new[] { "applicator", "content", "core", "format-annotation", "meta-data", "unevaluated", "validation" })
            found[$"{edition}meta/{part}"] = Embedded($"2020-12.{part}");
        return found;
    }

    static Lazy<JsonDocument> Embedded(string name) => new(() =>
    {
        using var stream = typeof(Metaschemas).Assembly.GetManifestResourceStream($"metaschemas.{name}.json")
            ?? throw new InvalidOperationException($"The metaschema {name} is not embedded.");
        return JsonDocument.Parse(stream);
    });
}
