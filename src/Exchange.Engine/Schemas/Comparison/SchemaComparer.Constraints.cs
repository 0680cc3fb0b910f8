using System.Text;
using System.Text.Json;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas;

/// <content>Types, values and bounds.</content>
sealed partial class SchemaComparer
{
    const string Narrower = "what comes is narrower than before";

    void CompareTypes(JsonElement old, JsonElement next, string pointer)
    {
        if (Get(old, "type") is null)
            return;
        var before = FieldReader.TypesOf(old);
        var after = FieldReader.TypesOf(next);
        if (after.Count == 0)
            Breaking($"{pointer}/type", $"any type is allowed, no longer only {string.Join(", ", before)}", "readers expect that type");
        else if (after.All(t => before.Contains(t) || (t == "integer" && before.Contains("number"))))
            NoteIfDifferent(before, after, pointer);
        else
            Breaking($"{pointer}/type", $"the type changed from {string.Join(", ", before)} to {string.Join(", ", after)}", "readers meet a type they did not expect");
    }

    void NoteIfDifferent(IReadOnlyList<string> before, IReadOnlyList<string> after, string pointer)
    {
        if (!before.ToHashSet(StringComparer.Ordinal).SetEquals(after))
            Compatible($"{pointer}/type", $"the type is now only {string.Join(", ", after)}", Narrower);
    }

    void CompareValues(JsonElement old, JsonElement next, string pointer)
    {
        var (before, after) = (AllowedValues(old), AllowedValues(next));
        if (before is null)
        {
            if (after is not null)
                Compatible($"{pointer}/enum", "the values are now listed", Narrower);
            return;
        }
        if (after is null)
        {
            Breaking($"{pointer}/enum", "the values are no longer listed", "readers meet values they do not know");
            return;
        }
        foreach (var value in after.Where(a => !before.Exists(b => JsonElement.DeepEquals(a, b))))
            Breaking($"{pointer}/enum", $"the value {value.GetRawText()} was added", "readers meet a value they do not know");
        foreach (var value in before.Where(b => !after.Exists(a => JsonElement.DeepEquals(a, b))))
            Compatible($"{pointer}/enum", $"the value {value.GetRawText()} was removed", Narrower);
    }

    static List<JsonElement>? AllowedValues(JsonElement schema)
    {
        var listed = Get(schema, "enum") is { } values ? values.EnumerateArray().ToList() : null;
        if (Get(schema, "const") is not { } only)
            return listed;
        return listed is null || listed.Exists(v => JsonElement.DeepEquals(v, only)) ? [only] : [];
    }

    void CompareConstraints(JsonElement old, JsonElement next, string pointer)
    {
        foreach (var keyword in new[] { "minLength", "minItems", "minProperties" })
            CompareBound(old, next, keyword, pointer, (before, after) => after >= before);
        foreach (var keyword in new[] { "maxLength", "maxItems", "maxProperties" })
            CompareBound(old, next, keyword, pointer, (before, after) => after <= before);
        CompareRange(old, next, "minimum", "exclusiveMinimum", 1, pointer);
        CompareRange(old, next, "maximum", "exclusiveMaximum", -1, pointer);
        if (Number(old, "multipleOf") is { } step)
            Require(Number(next, "multipleOf") is { } finer && finer.IsMultipleOf(step), "multipleOf", old, next, pointer);
        if (Get(old, "uniqueItems") is { ValueKind: JsonValueKind.True })
            Require(Get(next, "uniqueItems") is { ValueKind: JsonValueKind.True }, "uniqueItems", old, next, pointer);
        foreach (var keyword in new[] { "pattern", "format" })
        {
            if (Get(old, keyword) is { } before)
                Require(Get(next, keyword) is { } after && JsonElement.DeepEquals(before, after), keyword, old, next, pointer);
            else if (Get(next, keyword) is { } added)
                Compatible($"{pointer}/{keyword}", $"{keyword} {added.GetRawText()} was added", Narrower);
        }
    }

    void CompareBound(JsonElement old, JsonElement next, string keyword, string pointer, Func<decimal, decimal, bool> holds)
    {
        if (Get(old, keyword) is not { } before)
            return;
        // Bounds beyond a decimal are compared by their text alone.
        var known = before.TryGetDecimal(out var bound);
        var implied = Get(next, keyword) is { } after && (known && after.TryGetDecimal(out var nextBound) ? holds(bound, nextBound) : JsonElement.DeepEquals(before, after));
        Require(implied, keyword, old, next, pointer);
    }

    /// <summary>An old bound must follow from one of the new bounds of its side.</summary>
    void CompareRange(JsonElement old, JsonElement next, string inclusive, string exclusive, int side, string pointer)
    {
        var (newInclusive, newExclusive) = (Number(next, inclusive), Number(next, exclusive));
        if (Number(old, inclusive) is { } bound)
            Require(newInclusive?.CompareTo(bound) * side >= 0 || newExclusive?.CompareTo(bound) * side >= 0, inclusive, old, next, pointer);
        if (Number(old, exclusive) is { } open)
            Require(newInclusive?.CompareTo(open) * side > 0 || newExclusive?.CompareTo(open) * side >= 0, exclusive, old, next, pointer);
    }

    void Require(bool holds, string keyword, JsonElement old, JsonElement next, string pointer)
    {
        var (before, after) = (Get(old, keyword)?.GetRawText(), Get(next, keyword)?.GetRawText());
        var place = $"{pointer}/{keyword}";
        if (!holds)
            Breaking(place, after is null ? $"{keyword} {before} was removed" : $"{keyword} changed from {before} to {after}", "readers meet values that were not allowed before");
        else if (before != after)
            Compatible(place, $"{keyword} changed from {before} to {after ?? "a stricter bound"}", Narrower);
    }

    static ExactNumber? Number(JsonElement schema, string keyword) =>
        Get(schema, keyword) is { ValueKind: JsonValueKind.Number } value ? ExactNumber.Parse(Encoding.ASCII.GetBytes(value.GetRawText())) : null;
}
