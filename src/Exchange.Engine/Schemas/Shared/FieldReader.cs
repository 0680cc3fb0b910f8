using System.Text.Json;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas;

/// <summary>Reads the fields of a shared schema with their annotations.</summary>
sealed class FieldReader(JsonElement root)
{
    const int MaxDepth = 16;
    readonly List<SchemaField> fields = [];

    public List<SchemaProblem> Problems { get; } = [];

    public List<SchemaProblem> Warnings { get; } = [];

    public IReadOnlyList<SchemaField> Read(IReadOnlyList<string> key)
    {
        ReadProperties(root, "", "", ClassificationOf(root, ""), key, depth: 0);
        return fields;
    }

    void ReadProperties(JsonElement schema, string pointer, string schemaPointer, Classification? inherited, IReadOnlyList<string> key, int depth)
    {
        if (depth > MaxDepth || !schema.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            return;
        var required = schema.TryGetProperty("required", out var list) ? list.EnumerateArray().Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal) : [];
        foreach (var property in properties.EnumerateObject())
        {
            var segment = JsonPointer.Escape(property.Name);
            var place = $"{schemaPointer}/properties/{segment}";
            var target = Follow(root, property.Value);
            var classification = ClassificationOf(property.Value, place) ?? ClassificationOf(target, place) ?? inherited;
            if (classification is null)
                Warnings.Add(new SchemaProblem(place, "the field has no classification and counts as internal", "Add \"x-classification\": public, internal, personal or sensitive"));
            var types = TypesOf(target);
            fields.Add(new SchemaField(
                $"{pointer}/{segment}",
                property.Name,
                TitleOf(property.Value, TitleOf(target, property.Name, place), place),
                types,
                Text(target, "format"),
                classification ?? Classification.Internal,
                required.Contains(property.Name),
                depth == 0 && key.Contains(property.Name),
                Text(property.Value, "description") ?? Text(target, "description"))
            {
                Range = NumberRange.Of(target, isInteger: types.Contains("integer") && !types.Contains("number")),
            });
            ReadInside(target, $"{pointer}/{segment}", place, classification ?? Classification.Internal, depth);
        }
    }

    void ReadInside(JsonElement schema, string pointer, string place, Classification inherited, int depth)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return;
        ReadProperties(schema, pointer, place, inherited, [], depth + 1);
        if (schema.TryGetProperty("items", out var items) && depth <= MaxDepth)
            ReadInside(Follow(root, items), $"{pointer}/*", $"{place}/items", inherited, depth + 1);
    }

    /// <summary>The schema behind a reference within the document; other schemas as they are.</summary>
    public static JsonElement Follow(JsonElement root, JsonElement schema)
    {
        for (var hops = 0; hops < MaxDepth && Text(schema, "$ref") is { } reference && reference.StartsWith("#/", StringComparison.Ordinal); hops++)
        {
            var target = root;
            foreach (var segment in Uri.UnescapeDataString(reference[2..]).Split('/').Select(JsonPointer.Unescape))
            {
                if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(segment, out target))
                    return schema;
            }
            schema = target;
        }
        return schema;
    }

    /// <summary>Types a schema allows; from its values where it has no <c>type</c>.</summary>
    public static IReadOnlyList<string> TypesOf(JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return [];
        if (schema.TryGetProperty("type", out var type))
            return type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(t => t.GetString()!)] : [type.GetString()!];
        if (schema.TryGetProperty("const", out var only))
            return [TypeOf(only)];
        return schema.TryGetProperty("enum", out var values) ? [.. values.EnumerateArray().Select(TypeOf).Distinct()] : [];
    }

    static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Number => "number",
        JsonValueKind.String => "string",
        JsonValueKind.Array => "array",
        JsonValueKind.Object => "object",
        _ => "null",
    };

    public LocalTitle TitleOf(JsonElement schema, string otherwise, string pointer) => TitleOf(schema, new LocalTitle(otherwise, null), pointer);

    LocalTitle TitleOf(JsonElement schema, LocalTitle otherwise, string pointer)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return otherwise;
        var english = Text(schema, "title");
        string? chinese = null;
        if (schema.TryGetProperty("x-title", out var titles))
        {
            if (titles.ValueKind != JsonValueKind.Object)
                Problems.Add(new SchemaProblem($"{pointer}/x-title", "x-title must be an object of languages", "Write it as {\"en\": \"Name\", \"zh\": \"姓名\"}"));
            english = Text(titles, "en") ?? english;
            chinese = Text(titles, "zh");
        }
        return english is null && chinese is null ? otherwise : new LocalTitle(english ?? otherwise.En, chinese ?? otherwise.Zh);
    }

    Classification? ClassificationOf(JsonElement schema, string pointer)
    {
        if (schema.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("x-classification", out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String && value.GetString() is "public" or "internal" or "personal" or "sensitive")
            return Enum.Parse<Classification>(value.GetString()!, ignoreCase: true);
        Problems.Add(new SchemaProblem($"{pointer}/x-classification", "this classification does not exist", "Use public, internal, personal or sensitive"));
        return null;
    }

    static string? Text(JsonElement schema, string name) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
