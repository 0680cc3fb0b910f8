using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Exchange.Sdk;

/// <summary>
/// The options of one plugin, read from its options record: one declaration drives binding, the form's JSON Schema,
/// the README's table and redaction.
/// </summary>
public sealed partial class OptionSet
{
    static readonly ConcurrentDictionary<Type, OptionSet> Known = new();

    readonly Type type;
    readonly IReadOnlyList<(PropertyInfo Property, OptionInfo Info)> members;

    OptionSet(Type type)
    {
        this.type = type;
        var defaults = Activator.CreateInstance(type, nonPublic: true)!;
        members =
        [
            .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
               let declared = property.GetCustomAttribute<OptionAttribute>()
               where declared is not null
               orderby property.MetadataToken
               select (property, Describe(property, declared, defaults)),
        ];
        Options = [.. members.Select(member => member.Info)];
    }

    /// <summary>The declared options, in the order of their declaration.</summary>
    public IReadOnlyList<OptionInfo> Options { get; }

    /// <summary>Names of the options whose values never leave.</summary>
    public IEnumerable<string> SecretNames => Options.Where(option => option.Secret).Select(option => option.Name);

    /// <summary>The options that a record type declares.</summary>
    /// <exception cref="ConnectorException">A property has a type that options cannot have: a bug of the plugin.</exception>
    public static OptionSet Of(Type optionsType) => Known.GetOrAdd(optionsType, static key => new OptionSet(key));

    /// <summary>A copy without the values of secrets, for logs, exports and answers.</summary>
    public JsonObject Redact(JsonElement given)
    {
        var copy = new JsonObject();
        if (given.ValueKind != JsonValueKind.Object)
            return copy;
        foreach (var property in given.EnumerateObject())
        {
            // A name that is not declared may be a misspelt secret, so its value does not leave either.
            var open = Options.FirstOrDefault(option => option.Name == property.Name) is { Secret: false };
            copy[property.Name] = open ? JsonNode.Parse(property.Value.GetRawText()) : "•••";
        }
        return copy;
    }

    static OptionInfo Describe(PropertyInfo property, OptionAttribute declared, object defaults)
    {
        var valueType = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return new OptionInfo(JsonNamingPolicy.CamelCase.ConvertName(property.Name), TypeOf(property, valueType), declared.Description)
        {
            Required = declared.Required,
            Secret = declared.Secret,
            Default = declared.Secret ? null : DefaultOf(property.GetValue(defaults), declared),
            Minimum = declared.Minimum == long.MinValue ? null : declared.Minimum,
            Maximum = declared.Maximum == long.MaxValue ? null : declared.Maximum,
            Choices = valueType.IsEnum ? [.. Enum.GetNames(valueType).Select(JsonNamingPolicy.KebabCaseLower.ConvertName)] : [],
            Example = declared.Example,
        };
    }

    static OptionType TypeOf(PropertyInfo property, Type valueType) => valueType switch
    {
        _ when valueType == typeof(string) => OptionType.Text,
        _ when valueType == typeof(int) || valueType == typeof(long) => OptionType.Integer,
        _ when valueType == typeof(bool) => OptionType.Boolean,
        _ when valueType == typeof(string[]) => OptionType.TextList,
        { IsEnum: true } => OptionType.Choice,
        _ => throw new ConnectorException(ConnectorErrorKind.Bug,
            $"{property.DeclaringType!.Name}.{property.Name} is a {valueType.Name}; an option is a string, int, long, bool, enum or string[]."),
    };

    static string? DefaultOf(object? value, OptionAttribute declared) => value switch
    {
        null or "" when declared.Required => null,
        null or string[] { Length: 0 } => null,
        Enum choice => JsonSerializer.Serialize(JsonNamingPolicy.KebabCaseLower.ConvertName(choice.ToString())),
        _ => JsonSerializer.Serialize(value, Readable),
    };
}
