using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sources;

/// <summary>
/// A source as its department declares it: who it belongs to, and the part that the connector understands (connector,
/// options, store, decode).
/// </summary>
sealed record SourceDocument(string Department, IReadOnlyDictionary<string, string>? Title, JsonElement Connection)
{
    /// <summary>Marks a secret that is stored apart; the number rises each time it is given anew.</summary>
    const string SecretMark = "isSet";

    /// <summary>Splits a document.</summary>
    /// <exception cref="HubException">The members that belong to the hub are wrong.</exception>
    public static SourceDocument Parse(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            throw HubException.Invalid(new FieldError("", "A source is a JSON object", """Write {"department": …, "connector": …, "options": {…}}."""));
        var connection = JsonObject.Create(json.Clone())!;
        var department = connection["department"] is JsonValue d && d.TryGetValue<string>(out var text) ? text : null;
        new Validation().Require(department is not null, "/department", "The department is missing", "Name the department that the source belongs to.").ThrowIfAny();
        IReadOnlyDictionary<string, string>? title;
        try
        {
            title = connection["title"].Deserialize<Dictionary<string, string>>();
        }
        catch (JsonException)
        {
            throw HubException.Invalid(new FieldError("/title", "is not a title", """Write {"en": "Company register"}."""));
        }
        connection.Remove("department");
        connection.Remove("title");
        return new SourceDocument(department!, title, JsonSerializer.SerializeToElement(connection));
    }

    /// <summary>The value at a pointer of the document; null when there is none.</summary>
    public static JsonNode? At(JsonNode document, string pointer) =>
        pointer.Split('/').Skip(1).Aggregate<string, JsonNode?>(document, (node, part) => node switch
        {
            JsonObject o => o[part],
            JsonArray a when int.TryParse(part, out var i) && i < a.Count => a[i],
            _ => null,
        });

    /// <summary>Replaces the value at a pointer.</summary>
    public static void Set(JsonNode document, string pointer, JsonNode? value)
    {
        var slash = pointer.LastIndexOf('/');
        if (At(document, pointer[..slash]) is JsonObject owner)
            owner[pointer[(slash + 1)..]] = value;
    }

    /// <summary>The mark that stands in a stored document where a secret was.</summary>
    public static JsonObject Mark(int revision) => new() { [SecretMark] = true, ["revision"] = revision };

    /// <summary>The revision of a mark; 0 when the value is not one.</summary>
    public static int MarkRevision(JsonNode? value) =>
        value is JsonObject o && o[SecretMark] is JsonValue set && set.TryGetValue<bool>(out var isSet) && isSet
            ? o["revision"] is JsonValue r && r.TryGetValue<int>(out var revision) ? revision : 1
            : 0;
}
