using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Exchange.Sdk;

public sealed partial class OptionSet
{
    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Makes the options record from a JSON object. Everything wrong is reported, not only the first thing.</summary>
    /// <param name="given">The object; a missing one (<c>default</c>) counts as empty.</param>
    /// <param name="pointer">JSON pointer of the object, for the problems.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <param name="reserved">Names in the object that are not options, such as <c>kind</c>.</param>
    /// <returns>The record; not to be used when problems were added.</returns>
    public object Bind(JsonElement given, string pointer, ICollection<OptionProblem> problems, params IReadOnlyList<string> reserved)
    {
        var record = Activator.CreateInstance(type, nonPublic: true)!;
        var before = problems.Count;
        if (given.ValueKind is not (JsonValueKind.Object or JsonValueKind.Undefined))
        {
            problems.Add(new(pointer, $"Expected an object with options, found {Shown(given)}."));
            return record;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (given.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in given.EnumerateObject().Where(property => !reserved.Contains(property.Name)))
            {
                if (BindOne(record, property, pointer, problems))
                    seen.Add(property.Name);
            }
        }
        foreach (var missing in Options.Where(option => option.Required && !seen.Contains(option.Name)))
        {
            if (!problems.Any(problem => problem.Pointer == $"{pointer}/{missing.Name}"))
                problems.Add(new($"{pointer}/{missing.Name}", $"\"{missing.Name}\" is required: give {missing.Allowed}. {missing.Description}"));
        }
        if (problems.Count == before && record is IOptionRules rules)
        {
            foreach (var (option, message) in rules.BrokenRules())
                problems.Add(new($"{pointer}/{option}", message));
        }
        return record;
    }

    bool BindOne(object record, JsonProperty given, string pointer, ICollection<OptionProblem> problems)
    {
        var place = $"{pointer}/{given.Name}";
        var (property, option) = members.FirstOrDefault(member => member.Info.Name == given.Name);
        if (option is null)
        {
            problems.Add(new(place, Unknown(given.Name)));
            return false;
        }
        if (given.Value.ValueKind == JsonValueKind.Null)
            return false;
        if (Convert(property, option, given.Value) is not { } value)
        {
            var found = option.Secret ? "what was given is something else" : $"found {Shown(given.Value)}";
            problems.Add(new(place, $"\"{option.Name}\" must be {option.Allowed}; {found}."));
            return false;
        }
        property.SetValue(record, value);
        return true;
    }

    string Unknown(string name)
    {
        var near = NearestName.Of(name, Options.Select(option => option.Name));
        var known = Options.Count == 0 ? "There are no options here." : $"Options are: {string.Join(", ", Options.Select(option => option.Name))}.";
        return near is null ? $"There is no option \"{name}\". {known}" : $"There is no option \"{name}\". Did you mean \"{near}\"?";
    }

    static object? Convert(PropertyInfo property, OptionInfo option, JsonElement value)
    {
        var valueType = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        switch (option.Type)
        {
            case OptionType.Boolean:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;
            case OptionType.Integer:
                if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number)
                    || number < (option.Minimum ?? long.MinValue) || number > (option.Maximum ?? long.MaxValue))
                    return null;
                if (valueType == typeof(long))
                    return number;
                return number is >= int.MinValue and <= int.MaxValue ? (int)number : null;
            case OptionType.Choice:
                var index = value.ValueKind == JsonValueKind.String ? option.Choices.ToList().IndexOf(value.GetString()!) : -1;
                return index < 0 ? null : Enum.GetValues(valueType).GetValue(index);
            case OptionType.TextList:
                return value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
                    ? value.EnumerateArray().Select(item => item.GetString()!).ToArray()
                    : null;
            default:
                return value.ValueKind == JsonValueKind.String && (!option.Required || value.GetString() != "") ? value.GetString() : null;
        }
    }

    static string Shown(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Undefined ? "nothing" : JsonSerializer.Serialize(value, Readable);
        return text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 60), "…");
    }
}
