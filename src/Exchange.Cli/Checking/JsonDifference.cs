using System.Text.Json;

namespace Exchange.Cli.Checking;

/// <summary>Where two JSON values differ. The order of members and the spelling of numbers do not count.</summary>
static class JsonDifference
{
    /// <returns>Pointer and both values; no value on the side that has none.</returns>
    public static IEnumerable<(string Pointer, JsonElement? Expected, JsonElement? Actual)> Between(JsonElement expected, JsonElement actual, string pointer = "")
    {
        if (JsonElement.DeepEquals(expected, actual))
            return [];
        return (expected.ValueKind, actual.ValueKind) switch
        {
            (JsonValueKind.Object, JsonValueKind.Object) => Members(expected, actual, pointer),
            (JsonValueKind.Array, JsonValueKind.Array) when expected.GetArrayLength() == actual.GetArrayLength() =>
                expected.EnumerateArray().Zip(actual.EnumerateArray()).SelectMany((pair, i) => Between(pair.First, pair.Second, $"{pointer}/{i}")),
            _ => [(pointer, expected, actual)],
        };
    }

    static IEnumerable<(string, JsonElement?, JsonElement?)> Members(JsonElement expected, JsonElement actual, string pointer)
    {
        foreach (var member in expected.EnumerateObject())
        {
            var place = $"{pointer}/{member.Name}";
            if (!actual.TryGetProperty(member.Name, out var other))
                yield return (place, member.Value, null);
            else
                foreach (var difference in Between(member.Value, other, place))
                    yield return difference;
        }
        foreach (var member in actual.EnumerateObject().Where(member => !expected.TryGetProperty(member.Name, out _)))
            yield return ($"{pointer}/{member.Name}", null, member.Value);
    }
}
