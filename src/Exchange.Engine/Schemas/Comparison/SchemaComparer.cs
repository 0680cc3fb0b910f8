using System.Text.Json;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas;

/// <summary>Walks two schemas side by side. One use.</summary>
sealed partial class SchemaComparer(JsonElement oldRoot, JsonElement newRoot)
{
    static readonly JsonElement Anything = JsonDocument.Parse("{}").RootElement;
    static readonly string[] Documentation = ["title", "description", "x-title", "$comment", "examples", "default", "deprecated", "readOnly", "writeOnly", "$id", "$schema", "$anchor"];

    /// <summary>Keywords that are walked or compared by their meaning.</summary>
    static readonly HashSet<string> Understood = new(StringComparer.Ordinal)
    {
        "type", "enum", "const", "properties", "required", "additionalProperties", "items", "format", "pattern", "minimum", "maximum",
        "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties", "multipleOf",
        "uniqueItems", "x-key", "x-classification", "$defs", "definitions",
    };

    readonly HashSet<(string, string)> open = [];

    public List<SchemaChange> Changes { get; } = [];

    public void CompareKeys(IReadOnlyList<string> old, IReadOnlyList<string> next)
    {
        if (!old.SequenceEqual(next, StringComparer.Ordinal))
            Breaking("/x-key", $"the key changed from {string.Join(", ", old)} to {string.Join(", ", next)}", "readers tell records apart by their key");
    }

    public void CompareRoots() => Compare(oldRoot, newRoot, "");

    void Compare(JsonElement old, JsonElement next, string pointer)
    {
        CompareClassification(old, next, pointer);
        CompareDocumentation(old, next, pointer);
        (old, next) = (Expand(oldRoot, old), Expand(newRoot, next));
        var pair = (old.GetRawText(), next.GetRawText());
        // Recursive schemas come back to the same pair.
        if (!open.Add(pair))
            return;
        CompareAssertions(old, next, pointer);
        open.Remove(pair);
    }

    void CompareAssertions(JsonElement old, JsonElement next, string pointer)
    {
        if (next.ValueKind == JsonValueKind.False || IsAnything(old))
            return;
        if (old.ValueKind == JsonValueKind.False)
        {
            Breaking(pointer, "something is allowed where nothing was", "readers have never seen it");
            return;
        }
        next = IsAnything(next) ? Anything : next;
        CompareTypes(old, next, pointer);
        CompareValues(old, next, pointer);
        CompareConstraints(old, next, pointer);
        CompareProperties(old, next, pointer);
        CompareInside(old, next, "items", pointer);
        CompareOthers(old, next, pointer);
    }

    static bool IsAnything(JsonElement schema) =>
        schema.ValueKind == JsonValueKind.True || (schema.ValueKind == JsonValueKind.Object && !schema.EnumerateObject().Any());

    /// <summary>What a reference stands for, if nothing but words stands beside it.</summary>
    static JsonElement Expand(JsonElement root, JsonElement schema)
    {
        if (schema.ValueKind != JsonValueKind.Object || schema.EnumerateObject().Any(p => p.Name != "$ref" && p.Name != "x-classification" && !Documentation.Contains(p.Name)))
            return schema;
        return FieldReader.Follow(root, schema);
    }

    void CompareProperties(JsonElement old, JsonElement next, string pointer)
    {
        var before = Members(old, "properties");
        var after = Members(next, "properties");
        var (wasRequired, isRequired) = (Names(old), Names(next));
        foreach (var (name, schema) in before)
        {
            var place = $"{pointer}/properties/{JsonPointer.Escape(name)}";
            if (after.TryGetValue(name, out var successor))
                Compare(schema, successor, place);
            else
                Breaking(place, $"the field \"{name}\" was removed", "readers that use it no longer get it");
        }
        foreach (var name in after.Keys.Except(before.Keys, StringComparer.Ordinal))
            Compatible($"{pointer}/properties/{JsonPointer.Escape(name)}", $"the field \"{name}\" was added", "readers ignore fields they do not know");
        if (after.Count > before.Count && Get(old, "minProperties") is not null)
            Breaking($"{pointer}/minProperties", "fields were added that count as well", "without them a record may have fewer fields than readers were promised");
        foreach (var name in wasRequired.Except(isRequired, StringComparer.Ordinal).Where(n => after.ContainsKey(n) || !before.ContainsKey(n)))
            Breaking($"{pointer}/required", $"the field \"{name}\" need no longer be there", "readers rely on finding it");
        foreach (var name in isRequired.Except(wasRequired, StringComparer.Ordinal).Where(before.ContainsKey))
            Compatible($"{pointer}/required", $"the field \"{name}\" must now be there", "readers get more than they were promised");
        CompareAdditional(old, next, pointer, before.Keys.ToHashSet(StringComparer.Ordinal).SetEquals(after.Keys));
    }

    void CompareAdditional(JsonElement old, JsonElement next, string pointer, bool sameProperties)
    {
        var (before, after) = (Get(old, "additionalProperties"), Get(next, "additionalProperties"));
        // A closed object may be opened: readers ignore fields they do not know.
        if (before is null or { ValueKind: JsonValueKind.True or JsonValueKind.False })
            return;
        if (!sameProperties)
            Breaking($"{pointer}/additionalProperties", "a field was named that was an unnamed one before, or the other way round", "unnamed fields have a form of their own here");
        CompareInside(old, next, "additionalProperties", pointer);
    }

    void CompareInside(JsonElement old, JsonElement next, string keyword, string pointer)
    {
        if (Get(old, keyword) is not { } before)
            return;
        if (keyword == "items" && (Get(old, "prefixItems") is not null || Get(next, "prefixItems") is not null))
        {
            if (!IsSame(old, next, "items") || !IsSame(old, next, "prefixItems"))
                Breaking($"{pointer}/items", "the items changed", "it cannot be proved that readers can take them");
            return;
        }
        Compare(before, Get(next, keyword) ?? Anything, $"{pointer}/{keyword}");
    }

    /// <summary>Keywords whose meaning is not taken apart: the same, or new and so a further restriction.</summary>
    void CompareOthers(JsonElement old, JsonElement next, string pointer)
    {
        foreach (var keyword in KeywordsOf(old).Union(KeywordsOf(next)).Where(k => !Understood.Contains(k) && !Documentation.Contains(k)))
        {
            if (IsSame(old, next, keyword))
                continue;
            var place = $"{pointer}/{JsonPointer.Escape(keyword)}";
            var onlyAdded = Get(old, keyword) is null && keyword is "allOf" or "anyOf" or "oneOf" or "not" or "propertyNames" or "dependentRequired" or "dependentSchemas";
            if (keyword.StartsWith("x-", StringComparison.Ordinal) || keyword.StartsWith("content", StringComparison.Ordinal))
                Changes.Add(new SchemaChange(place, ChangeImpact.Note, $"{keyword} changed", "it does not decide which records are valid"));
            else if (onlyAdded)
                Compatible(place, $"{keyword} was added", "fewer records are allowed than before");
            else
                Breaking(place, $"{keyword} changed", "it cannot be proved that readers can take all new records");
        }
    }

    /// <summary>Whether a keyword means the same in both: the same text, and the same behind its references.</summary>
    bool IsSame(JsonElement old, JsonElement next, string keyword)
    {
        var (before, after) = (Get(old, keyword), Get(next, keyword));
        if (before is null || after is null)
            return before is null && after is null;
        // What other fields are called decides what is unevaluated.
        if (!JsonElement.DeepEquals(before.Value, after.Value) || keyword.StartsWith("unevaluated", StringComparison.Ordinal))
            return JsonElement.DeepEquals(oldRoot, newRoot);
        var text = before.Value.GetRawText();
        var refers = keyword is "$ref" or "$dynamicRef" || text.Contains("\"$ref\"", StringComparison.Ordinal) || text.Contains("\"$dynamicRef\"", StringComparison.Ordinal);
        return !refers || JsonElement.DeepEquals(oldRoot, newRoot);
    }

    void CompareClassification(JsonElement old, JsonElement next, string pointer)
    {
        var (before, after) = (Get(old, "x-classification")?.GetString(), Get(next, "x-classification")?.GetString());
        if (before != after)
            Changes.Add(new SchemaChange($"{pointer}/x-classification", ChangeImpact.Note, $"the classification changed from {before ?? "none"} to {after ?? "none"}", "records look the same, but grants and masks should be looked at again"));
    }

    void CompareDocumentation(JsonElement old, JsonElement next, string pointer)
    {
        foreach (var keyword in Documentation)
        {
            var (before, after) = (Get(old, keyword), Get(next, keyword));
            if (before is null != after is null || (before is not null && !JsonElement.DeepEquals(before.Value, after!.Value)))
                Changes.Add(new SchemaChange($"{pointer}/{keyword}", ChangeImpact.Documentation, $"{keyword} changed", "only words changed"));
        }
    }

    static JsonElement? Get(JsonElement schema, string keyword) =>
        schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty(keyword, out var value) ? value : null;

    static IEnumerable<string> KeywordsOf(JsonElement schema) => schema.EnumerateObject().Select(p => p.Name);

    static Dictionary<string, JsonElement> Members(JsonElement schema, string keyword) =>
        Get(schema, keyword) is { } map ? map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) : [];

    static HashSet<string> Names(JsonElement schema) =>
        Get(schema, "required") is { } list ? list.EnumerateArray().Select(n => n.GetString()!).ToHashSet(StringComparer.Ordinal) : [];

    void Breaking(string pointer, string what, string why) => Changes.Add(new SchemaChange(pointer, ChangeImpact.Breaking, what, why));

    void Compatible(string pointer, string what, string why) => Changes.Add(new SchemaChange(pointer, ChangeImpact.Compatible, what, why));
}
