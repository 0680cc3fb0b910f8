using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Exchange.Hub.Sharing;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>
/// What terms let be seen of a whole record, by their words alone: slow, obvious, over parsed JSON, and without a line of
/// the product. Records are told by their JSON text.
/// </summary>
/// <param name="terms">The terms.</param>
/// <param name="hashKey">Key of the hash mask.</param>
sealed partial class NaiveView(Terms terms, byte[] hashKey)
{
    /// <summary>A text in the one form in which texts are compared: equal members in equal order, equal digits.</summary>
    public static string Normal(string json) => JsonNode.Parse(json)?.ToJsonString() ?? "null";

    /// <summary>The record as it may be seen; null when its row is not.</summary>
    public string? Show(string record)
    {
        var node = JsonNode.Parse(record)!;
        return terms.Rows.All(row => Meets(node, row)) ? See("", node, out var seen) ? seen!.ToJsonString() : "{}" : null;
    }

    /// <summary>Whether a field is seen as it is, and all that stands in it.</summary>
    public bool ShowsWhole(string field) => IsWhole(field) && !terms.Masks.Keys.Any(mask => mask == field || IsIn(mask, field) || IsIn(field, mask));

    /// <summary>Whether anything of a field is seen, masked or not.</summary>
    public bool ShowsSome(string field) => IsWhole(field) || terms.Fields.Any(other => IsIn(field, other));

    /// <summary>Whether a record meets a condition.</summary>
    public static bool Meets(JsonNode record, RowCondition row)
    {
        var value = row.Field[1..].Split('/').Aggregate((JsonNode?)record, (node, name) => (node as JsonObject)?[name]);
        return value is not null && row.Op switch
        {
            "eq" or "in" => row.Values.Any(wanted => Compare(value, wanted) == 0),
            "gt" => Compare(value, row.Values[0]) > 0,
            "gte" => Compare(value, row.Values[0]) >= 0,
            "lt" => Compare(value, row.Values[0]) < 0,
            _ => Compare(value, row.Values[0]) <= 0,
        };
    }

    static int Compare(JsonNode value, string wanted) => value.GetValueKind() switch
    {
        JsonValueKind.Number => decimal.Parse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture).CompareTo(decimal.Parse(wanted, NumberStyles.Float, CultureInfo.InvariantCulture)),
        JsonValueKind.String => Encoding.UTF8.GetBytes(value.GetValue<string>()).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(wanted)),
        _ => string.CompareOrdinal(value.ToJsonString(), wanted),
    };

    static bool IsIn(string outer, string inner) => inner.StartsWith(outer + "/", StringComparison.Ordinal);

    /// <summary>It is named, or stands in a named field, of which no field within is named.</summary>
    bool IsWhole(string path) => terms.Fields.Any(field => (field == path || IsIn(field, path)) && !terms.Fields.Any(other => IsIn(field, other)));

    bool See(string path, JsonNode? value, out JsonNode? seen)
    {
        seen = null;
        var whole = path.Length > 0 && IsWhole(path);
        if (whole && terms.Masks.Keys.Where(masked => masked == path || IsIn(masked, path)).MinBy(masked => masked.Length) is { } cover)
        {
            seen = Masked(terms.Masks[cover], value);
            return true;
        }
        if (!whole && !terms.Fields.Any(field => IsIn(path, field)))
            return false;
        if (value is JsonObject record)
        {
            var shown = new JsonObject();
            foreach (var (name, member) in record)
            {
                if (See($"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", member, out var inner))
                    shown[name] = inner;
            }
            seen = shown;
            return true;
        }
        if (value is JsonArray array && (whole || terms.Fields.Any(field => field == path + "/*" || IsIn(path + "/*", field))))
        {
            var shown = new JsonArray();
            foreach (var item in array)
            {
                if (See(path + "/*", item, out var inner))
                    shown.Add(inner);
            }
            seen = shown;
            return true;
        }
        seen = value?.DeepClone();
        return whole;
    }

    JsonNode? Masked(Mask mask, JsonNode? value)
    {
        if (value is null)
            return null;
        var kind = value.GetValueKind();
        var text = kind == JsonValueKind.String ? value.GetValue<string>() : Canonical(value);
        var runes = text.EnumerateRunes().ToList();
        return mask switch
        {
            Mask.Hash => Convert.ToHexStringLower(HMACSHA256.HashData(hashKey, Encoding.UTF8.GetBytes(text))),
            Mask.Last4 when kind is JsonValueKind.String or JsonValueKind.Number => "****" + (runes.Count > 4 ? string.Concat(runes[^4..]) : ""),
            Mask.Year when kind == JsonValueKind.String && Date().IsMatch(text) => text[..4],
            _ => null,
        };
    }

    /// <summary>Stored records are canonical: members stand in their order, and only the escapes of RFC 8785 are left to make.</summary>
    static string Canonical(JsonNode value) => value switch
    {
        JsonObject record => "{" + string.Join(',', record.Select(member => $"{Quoted(member.Key)}:{(member.Value is null ? "null" : Canonical(member.Value))}")) + "}",
        JsonArray array => "[" + string.Join(',', array.Select(item => item is null ? "null" : Canonical(item))) + "]",
        _ => value.GetValueKind() == JsonValueKind.String ? Quoted(value.GetValue<string>()) : value.ToJsonString(),
    };

    static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) + "\"";

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$", RegexOptions.Singleline)]
    private static partial Regex Date();
}
