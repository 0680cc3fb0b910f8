using System.Text.Json;

namespace Exchange.Engine.Mapping.Rules;

/// <summary>Takes the members of one object of the document; what was not taken in the end is a problem.</summary>
internal sealed class ObjectReader
{
    readonly Dictionary<string, JsonElement> members = new(StringComparer.Ordinal);
    readonly HashSet<string> known = new(StringComparer.Ordinal) { "$comment" };

    public ObjectReader(JsonElement element, string pointer, ProblemList problems)
    {
        Pointer = pointer;
        Problems = problems;
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add(pointer, "Expected is an object.", "Write { … }.");
            return;
        }
        foreach (var member in element.EnumerateObject())
            members[member.Name] = member.Value;
    }

    public string Pointer { get; }

    public ProblemList Problems { get; }

    public bool Has(string name) => members.ContainsKey(name);

    public string At(string name) => Rules.Pointer.Append(Pointer, name);

    public JsonElement? Take(string name)
    {
        known.Add(name);
        return members.TryGetValue(name, out var value) ? value : null;
    }

    public string? Text(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Problems.Add(At(name), "Expected is a text.", "Put it in double quotes.");
        return null;
    }

    public bool? Flag(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return value.GetBoolean();
        Problems.Add(At(name), "Expected is true or false.", "Write it without quotes.");
        return null;
    }

    public int? Count(string name, int least, int most)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        Problems.Add(At(name), $"Expected is a whole number from {least} to {most}.", "Write it without quotes.");
        return null;
    }

    /// <summary>A list of texts; a single text stands for a list of one.</summary>
    public IReadOnlyList<string>? Texts(string name)
    {
        if (Take(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return [value.GetString()!];
        if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return [.. value.EnumerateArray().Select(item => item.GetString()!)];
        Problems.Add(At(name), "Expected is a text or a list of texts.", "Write \"…\" or [\"…\", \"…\"].");
        return null;
    }

    /// <summary>One of a few words.</summary>
    public T? Word<T>(string name, IReadOnlyDictionary<string, T> words)
        where T : struct
    {
        if (Text(name) is not { } text)
            return null;
        if (words.TryGetValue(text, out var value))
            return value;
        Problems.Add(At(name), $"'{text}' is not known here.", Nearest.Fix(text, [.. words.Keys]));
        return null;
    }

    public void Require(string name, string fix)
    {
        if (!Has(name))
            Problems.Add(Pointer, $"\"{name}\" is missing.", fix);
    }

    /// <summary>Reports the members that nobody asked for.</summary>
    public void Finish()
    {
        foreach (var name in members.Keys.Where(name => !known.Contains(name)))
            Problems.Add(At(name), $"\"{name}\" is not known here.", Nearest.Fix(name, [.. known.Where(other => other[0] != '$')]));
    }
}
