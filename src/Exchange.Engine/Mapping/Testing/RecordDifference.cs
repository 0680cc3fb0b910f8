using System.Text;
using System.Text.Json;
using Exchange.Engine.Mapping.Rules;
using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping;

/// <summary>Tells a person in what two records differ, value by value.</summary>
internal static class RecordDifference
{
    /// <summary>Null when they are the same record, whatever the order of members and the writing of numbers.</summary>
    public static string? Between(JsonElement expected, JsonElement actual)
    {
        var (wanted, found) = (Flatten(expected), Flatten(actual));
        var lines = wanted.Keys.Union(found.Keys).Order(StringComparer.Ordinal)
            .Where(pointer => wanted.GetValueOrDefault(pointer) != found.GetValueOrDefault(pointer))
            .Select(pointer => $"{(pointer.Length == 0 ? "the record" : pointer)}: expected {Show(wanted, pointer)}, got {Show(found, pointer)}");
        var text = string.Join('\n', lines);
        return text.Length == 0 ? null : text;
    }

    static string Show(Dictionary<string, string> values, string pointer) => values.GetValueOrDefault(pointer) ?? "nothing";

    static Dictionary<string, string> Flatten(JsonElement element)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        Flatten(element, "", values);
        return values;
    }

    static void Flatten(JsonElement element, string pointer, Dictionary<string, string> values)
    {
        if (element.ValueKind == JsonValueKind.Object && element.EnumerateObject().Any())
        {
            foreach (var member in element.EnumerateObject())
                Flatten(member.Value, Pointer.Append(pointer, member.Name), values);
        }
        else if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0)
        {
            foreach (var (i, item) in element.EnumerateArray().Index())
                Flatten(item, Pointer.Append(pointer, i), values);
        }
        else
        {
            values[pointer] = Encoding.UTF8.GetString(CanonicalJson.Of(element));
        }
    }
}
