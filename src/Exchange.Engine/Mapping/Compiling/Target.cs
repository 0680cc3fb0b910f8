using System.Text.Json;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Mapping;

/// <summary>
/// What a shared schema says of one place in a record, as far as a mapping can be checked against it before it runs:
/// types, fields, what is required. What it does not say is decided when records are validated.
/// </summary>
internal sealed class Target
{
    const int ReferenceLimit = 32;

    readonly JsonElement root;
    readonly List<JsonElement> schemas = [];

    Target(JsonElement root, IEnumerable<JsonElement> declared, string pointer)
    {
        this.root = root;
        Pointer = pointer;
        foreach (var schema in declared)
            Gather(schema, 0);
        Types = schemas.Aggregate(JsonTypes.Any, (types, part) => types & TypesOf(part));
        Required = [.. schemas.SelectMany(RequiredOf).Distinct(StringComparer.Ordinal)];
        FieldNames = [.. schemas.SelectMany(part => Members(part, "properties")).Select(member => member.Name).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>JSON pointer of this place in a record.</summary>
    public string Pointer { get; }

    public JsonTypes Types { get; }

    public IReadOnlyList<string> Required { get; }

    /// <summary>The fields that are declared here, in the order of the schema.</summary>
    public IReadOnlyList<string> FieldNames { get; }

    public static Target Of(JsonElement schema) => new(schema, [schema], "");

    /// <summary>A place of which the schema says nothing.</summary>
    public static Target Anything(string pointer) => new(default, [], pointer);

    /// <summary>What the schema says of a declared field; null when it declares no such field.</summary>
    public Target? Field(string name)
    {
        var declared = schemas.SelectMany(part => Members(part, "properties")).Where(member => member.Name == name).Select(member => member.Value).ToList();
        return declared.Count == 0 ? null : new Target(root, declared, Rules.Pointer.Append(Pointer, name));
    }

    /// <summary>What the schema says of the elements of an array.</summary>
    public Target Items()
    {
        foreach (var part in schemas)
        {
            if (part.TryGetProperty("items", out var items))
                return new Target(root, [items], Pointer);
        }
        return new Target(root, [], Pointer);
    }

    /// <summary>Collects the schema, what it refers to, and all of which it is composed.</summary>
    void Gather(JsonElement schema, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object || depth > ReferenceLimit)
            return;
        schemas.Add(schema);
        if (schema.TryGetProperty("$ref", out var reference) && Resolve(reference.GetString()!) is { } referred)
            Gather(referred, depth + 1);
        foreach (var part in Elements(schema, "allOf"))
            Gather(part, depth + 1);
    }

    /// <summary>References within the document are followed; others are left to validation.</summary>
    JsonElement? Resolve(string reference)
    {
        if (reference == "#")
            return root;
        if (!reference.StartsWith("#/", StringComparison.Ordinal))
            return null;
        var place = root;
        foreach (var name in Uri.UnescapeDataString(reference[2..]).Split('/').Select(JsonPointer.Unescape))
        {
            if (place.ValueKind != JsonValueKind.Object || !place.TryGetProperty(name, out place))
                return null;
        }
        return place;
    }

    static JsonTypes TypesOf(JsonElement schema)
    {
        if (!schema.TryGetProperty("type", out var type))
            return JsonTypes.Any;
        return type.ValueKind == JsonValueKind.String
            ? JsonTypeNames.Parse(type.GetString()!)
            : Elements(schema, "type").Aggregate(JsonTypes.None, (types, name) => types | JsonTypeNames.Parse(name.GetString()!));
    }

    static IEnumerable<string> RequiredOf(JsonElement schema) => Elements(schema, "required").Select(name => name.GetString()!);

    static IEnumerable<JsonProperty> Members(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value.EnumerateObject() : [];

    static IEnumerable<JsonElement> Elements(JsonElement schema, string name) =>
        schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
}
