using System.Text.Json;

namespace Exchange.Engine.Schemas.Compiling;

/// <summary>Which keywords mean anything in a document, and how.</summary>
/// <param name="Draft">Edition.</param>
/// <param name="Validation">Whether the validation vocabulary applies.</param>
/// <param name="FormatAssertion">Whether the metaschema asks for formats to be asserted.</param>
sealed record Dialect(SchemaDraft Draft, bool Validation = true, bool FormatAssertion = false)
{
    const string Vocabulary = "https://json-schema.org/draft/2020-12/vocab/";

    public static Dialect Of(SchemaDraft draft) => new(draft);

    /// <summary>The dialect a standard <c>$schema</c> names; null for another.</summary>
    public static Dialect? Standard(string uri) => uri.TrimEnd('#') switch
    {
        "https://json-schema.org/draft/2020-12/schema" => Of(SchemaDraft.Draft202012),
        "http://json-schema.org/draft-07/schema" or "https://json-schema.org/draft-07/schema" => Of(SchemaDraft.Draft7),
        _ => null,
    };

    /// <summary>Whether <c>$schema</c> names an edition that exists but is not compiled.</summary>
    public static bool IsOtherEdition(string uri) => uri.TrimEnd('#') switch
    {
        "http://json-schema.org/draft-03/schema" or "http://json-schema.org/draft-04/schema" or "http://json-schema.org/draft-06/schema"
            or "https://json-schema.org/draft/2019-09/schema" => true,
        _ => false,
    };

    /// <summary>The dialect a metaschema declares with <c>$vocabulary</c>.</summary>
    public static Dialect Declared(JsonElement metaschema)
    {
        if (metaschema.ValueKind != JsonValueKind.Object || !metaschema.TryGetProperty("$vocabulary", out var vocabulary) || vocabulary.ValueKind != JsonValueKind.Object)
            return Of(SchemaDraft.Draft202012);
        return new Dialect(
            SchemaDraft.Draft202012,
            vocabulary.TryGetProperty(Vocabulary + "validation", out _),
            vocabulary.TryGetProperty(Vocabulary + "format-assertion", out _));
    }
}
