namespace Exchange.Hub.Catalog.Datasets;

/// <summary>The themes that a dataset may be filed under by code: the EU's authority table <c>data-theme</c>.</summary>
public static class DatasetThemes
{
    static readonly Dictionary<string, string> titles = new(StringComparer.Ordinal)
    {
        ["AGRI"] = "Agriculture, fisheries, forestry and food",
        ["ECON"] = "Economy and finance",
        ["EDUC"] = "Education, culture and sport",
        ["ENER"] = "Energy",
        ["ENVI"] = "Environment",
        ["GOVE"] = "Government and public sector",
        ["HEAL"] = "Health",
        ["INTR"] = "International issues",
        ["JUST"] = "Justice, legal system and public safety",
        ["REGI"] = "Regions and cities",
        ["SOCI"] = "Population and society",
        ["TECH"] = "Science and technology",
        ["TRAN"] = "Transport",
    };

    /// <summary>The codes.</summary>
    public static IReadOnlyCollection<string> Codes => titles.Keys;

    /// <summary>Whether a text is a code, or the http address of a concept.</summary>
    public static bool Knows(string theme) => titles.ContainsKey(theme)
        || (theme.Length <= 500 && Uri.IsWellFormedUriString(theme, UriKind.Absolute) && new Uri(theme).Scheme is "http" or "https");

    /// <summary>The English title of a code; null when it is none.</summary>
    public static string? TitleOf(string code) => titles.GetValueOrDefault(code);
}
