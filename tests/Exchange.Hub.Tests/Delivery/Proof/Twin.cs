using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Hub.Sharing;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>
/// A world and its twin, in which everything is other that the terms do not show: withheld fields, what stands behind a
/// mask, and the rows outside the filter, which are others, come at other times and are changed more or less often.
/// </summary>
sealed class Twin(World world, string[] strangers, int seed)
{
    readonly NaiveView view = new(world.Terms, []);
    readonly Random random = new(seed);
    readonly Dictionary<string, string> here = [];
    readonly Dictionary<string, string> there = [];

    /// <summary>A world, records that may serve for rows outside the filter, and how to choose among them. No hash: it is told apart by what stands behind it.</summary>
    public static readonly Gen<(World World, string[] Strangers, int Seed)> Any = Gen.Select(World.Any, World.AnyDocument.Array[20], Gen.Int.NonNegative, (world, strangers, seed) =>
        (world with { Terms = world.Terms with { Masks = world.Terms.Masks.ToDictionary(mask => mask.Key, mask => mask.Value == Mask.Hash ? Mask.Redact : mask.Value) } }, strangers, seed));

    /// <summary>What the twin publishes when the world publishes this.</summary>
    public List<KeyValuePair<string, string?>> Publish(KeyValuePair<string, string?>[] changes)
    {
        var seen = here.Where(record => Sees(record.Value)).Select(record => record.Key).ToHashSet();
        var twins = changes.Select(change => KeyValuePair.Create(change.Key, TwinOf(change, seen.Contains(change.Key)))).Where(change => change.Value is not "").ToList();
        if (world.Terms.Rows.Count > 0)
        {
            foreach (var key in World.Keys.Append("stranger").Where(key => !seen.Contains(key) && changes.All(change => change.Key != key) && random.Next(2) == 0))
                twins.Insert(random.Next(twins.Count + 1), KeyValuePair.Create(key, there.ContainsKey(key) && random.Next(3) == 0 ? null : Unseen(key)));
            twins.RemoveAll(change => change.Value is "");
        }
        Apply(here, changes);
        Apply(there, twins);
        return twins;
    }

    /// <summary>The twin of one change; empty for none.</summary>
    string? TwinOf(KeyValuePair<string, string?> change, bool wasSeen)
    {
        var (key, record) = change;
        if (record is not null && Sees(record))
            return Disguised(record);
        if (world.Terms.Rows.Count == 0)
            return null; // a deletion, which the consumer is told of
        return (wasSeen, there.ContainsKey(key), random.Next(2)) switch
        {
            (true, _, 0) => Unseen(key) is { Length: > 0 } other ? other : null,
            (true, _, _) => null,
            (false, true, 0) => null,
            (false, _, 1) => Unseen(key),
            _ => "",
        };
    }

    bool Sees(string record) => view.Show(record) is not null;

    /// <summary>A record that is not seen; empty when there is none.</summary>
    string Unseen(string key) => strangers.Select(record => World.Document(key, JsonNode.Parse(record)!.AsObject())).Where(record => !Sees(record)).Skip(random.Next(3)).FirstOrDefault() ?? "";

    /// <summary>Another record that looks the same.</summary>
    string Disguised(string record)
    {
        var shown = view.Show(record);
        var other = JsonNode.Parse(record)!.AsObject();
        Change(other);
        return World.Document(other["id"]!.GetValue<string>(), other);

        void Change(JsonNode node)
        {
            var places = node is JsonObject members ? [.. members.Select(member => (object)member.Key)] : Enumerable.Range(0, ((JsonArray)node).Count).Select(i => (object)i).ToArray();
            foreach (var place in places)
            {
                var before = At(node, place)?.DeepClone();
                if (place is not "id" && !Candidates(before).Any(candidate => Passes(node, place, candidate)))
                {
                    Put(node, place, before);
                    if (At(node, place) is JsonObject or JsonArray)
                        Change(At(node, place)!);
                }
            }
        }

        bool Passes(JsonNode node, object place, JsonNode? candidate)
        {
            Put(node, place, candidate);
            return view.Show(other.ToJsonString()) == shown;
        }
    }

    /// <summary>Stands for no member at all.</summary>
    static readonly JsonNode Gone = JsonValue.Create("gone");

    static JsonNode?[] Candidates(JsonNode? value) => value?.GetValueKind() switch
    {
        null => [Gone],
        JsonValueKind.String when IsDate(value) is { } date => [Gone, JsonValue.Create($"{date.Year:0000}-06-17"), JsonValue.Create("1955-05-05")],
        JsonValueKind.String => [Gone, JsonValue.Create(value.GetValue<string>() + " and more"), JsonValue.Create("more than " + value.GetValue<string>())],
        JsonValueKind.Number => [Gone, JsonValue.Create(7777), JsonNode.Parse("98" + value.ToJsonString().TrimStart('-'))],
        JsonValueKind.True => [JsonValue.Create(false)],
        JsonValueKind.False => [JsonValue.Create(true)],
        JsonValueKind.Object => [new JsonObject { ["quite"] = "other" }],
        _ => [new JsonArray("other", "items", "than", "before")],
    };

    /// <summary>Dates stay dates, as some are filtered by.</summary>
    static DateOnly? IsDate(JsonNode value) => DateOnly.TryParseExact(value.GetValue<string>(), "yyyy-MM-dd", out var date) ? date : null;

    static JsonNode? At(JsonNode node, object place) => place is string name ? node[name] : node[(int)place];

    static void Put(JsonNode node, object place, JsonNode? value)
    {
        if (place is string member && ReferenceEquals(value, Gone))
            node.AsObject().Remove(member);
        else if (place is string name)
            node[name] = value;
        else
            node[(int)place] = value?.DeepClone();
    }

    static void Apply(Dictionary<string, string> records, IEnumerable<KeyValuePair<string, string?>> changes)
    {
        foreach (var (key, record) in changes)
        {
            if (record is null)
                records.Remove(key);
            else
                records[key] = record;
        }
    }
}
