using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Exchange.Engine.Records;

namespace Exchange.Engine.Tests.Records;

/// <summary>
/// What <see cref="RecordView"/> promises, said the slow way: every leaf asks the list of pointers for itself.
/// </summary>
static partial class NaiveView
{
    static readonly JsonObject Hidden = [];

    public static JsonNode? Of(JsonNode record, string[] pointers, Dictionary<string, FieldMask> masks, byte[] key)
    {
        // A pointer above another of the list is narrowed by it.
        var narrowest = pointers.Where(p => !pointers.Any(other => other.StartsWith(p + "/", StringComparison.Ordinal))).ToList();
        var shown = Show(record, "", narrowest, masks, key);
        return shown == Hidden ? null : shown;
    }

    static JsonNode? Show(JsonNode? value, string place, List<string> pointers, Dictionary<string, FieldMask> masks, byte[] key)
    {
        var granted = pointers.Exists(p => IsAtOrBeneath(place, p));
        var above = !granted && pointers.Exists(p => IsAtOrBeneath(p, place));
        if (!granted && !above)
            return Hidden;
        if (granted && masks.Where(m => IsAtOrBeneath(place, m.Key)).OrderBy(m => m.Key.Length).Select(m => (FieldMask?)m.Value).FirstOrDefault() is { } mask)
            return Mask(value, mask, key);
        return value switch
        {
            JsonObject members => new JsonObject(
                from member in members
                let shown = Show(member.Value, $"{place}/{member.Key.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", pointers, masks, key)
                where shown != Hidden
                select KeyValuePair.Create(member.Key, shown?.DeepClone())),
            JsonArray items when granted || pointers.Exists(p => IsAtOrBeneath(p, place + "/*")) => new JsonArray(
                [.. items.Select(item => Show(item, place + "/*", pointers, masks, key)).Where(shown => shown != Hidden).Select(shown => shown?.DeepClone())]),
            _ => granted ? value : Hidden,
        };
    }

    static bool IsAtOrBeneath(string place, string pointer) => place == pointer || place.StartsWith(pointer + "/", StringComparison.Ordinal);

    static JsonNode? Mask(JsonNode? value, FieldMask mask, byte[] key)
    {
        if (value is null)
            return null;
        var text = value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : Encoding.UTF8.GetString(CanonicalJson.Of(Encoding.UTF8.GetBytes(value.ToJsonString())));
        return mask switch
        {
            FieldMask.Hash => Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text))),
            FieldMask.Last4 when value.GetValueKind() is JsonValueKind.String or JsonValueKind.Number => LastFour(text),
            FieldMask.Year when value.GetValueKind() == JsonValueKind.String && Date().IsMatch(text) => text[..4],
            _ => null,
        };
    }

    static string LastFour(string text)
    {
        var characters = text.EnumerateRunes().ToList();
        return "****" + (characters.Count > 4 ? string.Concat(characters.TakeLast(4)) : "");
    }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T.*)?$", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Date();
}
