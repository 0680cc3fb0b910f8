using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing;

/// <summary>Query parameters that name a value of an enumeration. The framework knows only the spelling of the code; here they are spelt as in documents.</summary>
static class Spelling
{
    /// <summary>The value of that name; null when none is given.</summary>
    /// <param name="text">In kebab-case.</param>
    /// <param name="parameter">Name of the query parameter.</param>
    /// <exception cref="HubException">There is no such value; the error names all of them.</exception>
    public static T? Parse<T>(string? text, string parameter) where T : struct, Enum
    {
        var known = Enum.GetValues<T>().ToDictionary(value => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString()));
        new Validation()
            .Require(text is null || known.ContainsKey(text), $"?{parameter}", $"\"{text}\" is not known here", $"Give one of {string.Join(", ", known.Keys)}.")
            .ThrowIfAny();
        return text is null ? null : known[text];
    }
}
