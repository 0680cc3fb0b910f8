using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Exchange.Hub.Platform;

/// <summary>Says in the words of JSON what a C# type takes.</summary>
static class ExpectedKind
{
    static readonly MethodInfo parse = ((Func<string, bool>)Parses<int>).Method.GetGenericMethodDefinition();

    /// <summary>What the property at the end of a JSON path takes.</summary>
    /// <param name="type">Full name of the property's type, or of the type that declares it.</param>
    /// <param name="path">Such as <c>$.role</c>.</param>
    public static string At(string type, string? path)
    {
        if (typeof(ExpectedKind).Assembly.GetType(type) is not { } known)
            return Of(type);
        var member = path?[(path.LastIndexOf('.') + 1)..];
        var property = known.GetProperties().FirstOrDefault(each => JsonNamingPolicy.CamelCase.ConvertName(each.Name) == member);
        return Of(property?.PropertyType ?? known);
    }

    /// <summary>What a type of this name takes.</summary>
    public static string Of(string type) => type.Split('.')[^1] switch
    {
        "Int32" or "Int64" or "int" or "long" => "a whole number",
        "Decimal" or "Double" or "decimal" or "double" => "a number",
        "Boolean" or "bool" => "true or false",
        "String" or "string" => "a text in quotes",
        "DateTimeOffset" => "a time such as 2026-01-31T09:00:00Z",
        "Guid" => "an id such as 0198c0de-0000-7000-8000-000000000000",
        _ => "what /openapi/v1.json says",
    };

    /// <summary>Whether a parameter of this type can be read from the text.</summary>
    public static bool Takes(Type type, string text)
    {
        if (type.IsEnum)
            return Enum.TryParse(type, text, ignoreCase: true, out _);
        return (bool)parse.MakeGenericMethod(type).Invoke(null, [text])!;
    }

    static bool Parses<T>(string text) where T : IParsable<T> => T.TryParse(text, CultureInfo.InvariantCulture, out _);

    /// <summary>What a type takes.</summary>
    public static string Of(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type.IsEnum
            ? "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName))
            : Of(type.Name);
    }
}
