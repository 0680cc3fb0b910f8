using System.Text.Json;
using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas;

/// <summary>What a difference means to one side.</summary>
/// <param name="Impact">How grave it is.</param>
/// <param name="Why">Why it matters, or why not.</param>
public sealed record SchemaEffect(ChangeImpact Impact, string Why);

/// <summary>One difference between two versions of a schema, seen from both sides.</summary>
/// <param name="Pointer">JSON pointer into the schema documents.</param>
/// <param name="What">What differs.</param>
/// <param name="Readers">What it means to those who read records of the new version and were written for the old one.</param>
/// <param name="Writers">What it means to those who make records as the old version has them, where the new one is demanded.</param>
public sealed record SchemaDifference(string Pointer, string What, SchemaEffect Readers, SchemaEffect Writers)
{
    /// <summary>
    /// The differences between any two versions, the gravest for readers first. For writers a version is compatible when
    /// every record that the old one allows the new one allows too; what cannot be proved harmless counts as breaking.
    /// </summary>
    public static IReadOnlyList<SchemaDifference> Between(SharedSchema old, SharedSchema next)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(next);
        var forward = SchemaComparison.Compare(old, next).Changes;
        var backward = SchemaComparison.Compare(next, old).Changes.ToLookup(change => change.Pointer);
        var places = new FieldPlaces(old.Document, next.Document);
        var differences = forward.Select(change => new SchemaDifference(change.Pointer, change.What, new SchemaEffect(change.Impact, change.Why), Written(change, backward, places))).ToList();
        foreach (var pointer in backward.Select(group => group.Key).Except(forward.Select(change => change.Pointer)))
        {
            if (backward[pointer].Any(change => change.Impact == ChangeImpact.Breaking))
                differences.Add(new SchemaDifference(pointer, "more is demanded here than before", Narrower, Refused));
        }
        foreach (var pointer in places.Closed)
            differences.Add(new SchemaDifference($"{pointer}/additionalProperties", "fields that are not named are no longer allowed", Narrower, Refused));
        return [.. differences.OrderByDescending(one => one.Readers.Impact)];
    }

    static readonly SchemaEffect Narrower = new(ChangeImpact.Compatible, "what comes is narrower than before");

    static readonly SchemaEffect Refused = new(ChangeImpact.Breaking, "records that the old version allows may be refused");

    static readonly SchemaEffect Taken = new(ChangeImpact.Compatible, "records that the old version allows are taken here");

    static SchemaEffect Written(SchemaChange change, ILookup<string, SchemaChange> backward, FieldPlaces places)
    {
        if (places.Added.TryGetValue(change.Pointer, out var demanded))
        {
            return demanded
                ? new SchemaEffect(ChangeImpact.Breaking, "records without it are refused")
                : new SchemaEffect(ChangeImpact.Compatible, "it may be given, and need not be");
        }
        if (places.Removed.TryGetValue(change.Pointer, out var refused))
        {
            return refused
                ? new SchemaEffect(ChangeImpact.Breaking, "records that have it are refused")
                : new SchemaEffect(ChangeImpact.Compatible, "what is given there is no longer described");
        }
        if (change.Impact is ChangeImpact.Documentation or ChangeImpact.Note)
            return new SchemaEffect(change.Impact, change.Why);
        if (change.Pointer == "/x-key")
            return new SchemaEffect(ChangeImpact.Breaking, "records are told apart by another key");
        return backward[change.Pointer].Any(back => back.Impact == ChangeImpact.Breaking) ? Refused : Taken;
    }
}

/// <summary>Where two schemas name other fields, found by walking what they say of objects.</summary>
sealed class FieldPlaces
{
    const int MaxDepth = 32;

    readonly JsonElement oldRoot;
    readonly JsonElement newRoot;

    public FieldPlaces(JsonElement old, JsonElement next)
    {
        (oldRoot, newRoot) = (old, next);
        Walk(old, next, "", 0);
    }

    /// <summary>Fields that only the new one names, and whether it demands them.</summary>
    public Dictionary<string, bool> Added { get; } = new(StringComparer.Ordinal);

    /// <summary>Fields that only the old one names, and whether the new one refuses what it does not name.</summary>
    public Dictionary<string, bool> Removed { get; } = new(StringComparer.Ordinal);

    /// <summary>Objects that take no other fields any more.</summary>
    public List<string> Closed { get; } = [];

    void Walk(JsonElement old, JsonElement next, string pointer, int depth)
    {
        (old, next) = (FieldReader.Follow(oldRoot, old), FieldReader.Follow(newRoot, next));
        if (depth > MaxDepth || old.ValueKind != JsonValueKind.Object || next.ValueKind != JsonValueKind.Object)
            return;
        var (before, after) = (Members(old), Members(next));
        if (IsClosed(next) && !IsClosed(old))
            Closed.Add(pointer);
        foreach (var name in before.Keys.Union(after.Keys))
        {
            var place = $"{pointer}/properties/{JsonPointer.Escape(name)}";
            if (!before.TryGetValue(name, out var was))
                Added[place] = Demands(next, name);
            else if (!after.TryGetValue(name, out var now))
                Removed[place] = IsClosed(next);
            else
                Walk(was, now, place, depth + 1);
        }
        if (old.TryGetProperty("items", out var items) && next.TryGetProperty("items", out var nextItems))
            Walk(items, nextItems, $"{pointer}/items", depth + 1);
    }

    static Dictionary<string, JsonElement> Members(JsonElement schema) =>
        schema.TryGetProperty("properties", out var map) && map.ValueKind == JsonValueKind.Object ? map.EnumerateObject().ToDictionary(p => p.Name, p => p.Value, StringComparer.Ordinal) : [];

    static bool IsClosed(JsonElement schema) => schema.TryGetProperty("additionalProperties", out var rest) && rest.ValueKind == JsonValueKind.False;

    static bool Demands(JsonElement schema, string name) =>
        schema.TryGetProperty("required", out var list) && list.ValueKind == JsonValueKind.Array && list.EnumerateArray().Any(item => item.ValueEquals(name));
}
