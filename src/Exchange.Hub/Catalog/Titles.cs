using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog;

/// <summary>Titles by language.</summary>
static class Titles
{
    /// <summary>Demands an English title and refuses empty ones.</summary>
    public static Validation RequireTitle(this Validation validation, IReadOnlyDictionary<string, string> title, string pointer)
    {
        validation.Require(title.ContainsKey("en"), pointer, "has no English title", """Write {"en": "Companies", "zh": "市场主体"}; further languages are welcome.""");
        foreach (var (language, text) in title)
            validation.RequireName(text, $"{pointer}/{language}");
        return validation;
    }
}
