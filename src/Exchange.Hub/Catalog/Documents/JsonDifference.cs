using System.Text.Json;

namespace Exchange.Hub.Catalog.Documents;

/// <summary>What differs between two JSON documents, leaf by leaf.</summary>
static class JsonDifference
{
    /// <summary>Every value that was added, removed or changed; arrays are compared by position.</summary>
    public static IReadOnlyList<ValueChange> Between(JsonElement from, JsonElement to)
    {
        var changes = new List<ValueChange>();
        Compare("", from, to, changes);
        return changes;
    }

    static void Compare(string pointer, JsonElement? from, JsonElement? to, List<ValueChange> changes)
    {
        if (from is { ValueKind: JsonValueKind.Object } a && to is { ValueKind: JsonValueKind.Object } b)
        {
            foreach (var name in a.EnumerateObject().Select(p => p.Name).Union(b.EnumerateObject().Select(p => p.Name)))
                Compare($"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", Member(a, name), Member(b, name), changes);
        }
        else if (from is { ValueKind: JsonValueKind.Array } c && to is { ValueKind: JsonValueKind.Array } d)
        {
            for (var i = 0; i < Math.Max(c.GetArrayLength(), d.GetArrayLength()); i++)
                Compare($"{pointer}/{i}", Item(c, i), Item(d, i), changes);
        }
        else if (from is null || to is null || !JsonElement.DeepEquals(from.Value, to.Value))
        {
            changes.Add(new ValueChange(pointer, from, to));
        }
    }

    static JsonElement? Member(JsonElement element, string name) => element.TryGetProperty(name, out var member) ? member : null;

    static JsonElement? Item(JsonElement element, int index) => index < element.GetArrayLength() ? element[index] : null;
}
