using System.Globalization;
using System.Text.RegularExpressions;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>Reads the values that filters compare with.</summary>
static partial class FilterValue
{
    /// <summary>The value as PostgreSQL reads it without regard to its settings, or null when it is not of the type.</summary>
    public static string? Read(string value, FilterType type) => type switch
    {
        FilterType.Text => value.Contains('\0', StringComparison.Ordinal) ? null : value,
        FilterType.Bool => value is "true" or "false" ? value : null,
        FilterType.Numeric => value.Length <= 200 && Number().IsMatch(value) ? value : null,
        FilterType.Date => DateOnly.TryParseExact(value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? value : null,
        _ => Instant(value),
    };

    static string? Instant(string value) =>
        InstantShape().IsMatch(value)
        && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out var instant)
            ? instant.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)
            : null;

    /// <summary>What a value of the type is called.</summary>
    public static string Expected(FilterType type) => type switch
    {
        FilterType.Text => "text without NUL",
        FilterType.Bool => "true or false",
        FilterType.Numeric => "a decimal number",
        FilterType.Date => "a date",
        _ => "an instant",
    };

    /// <summary>What one looks like.</summary>
    public static string Example(FilterType type) => type switch
    {
        FilterType.Text => "plain text",
        FilterType.Bool => "true",
        FilterType.Numeric => "1250.50",
        FilterType.Date => "2020-01-31",
        _ => "2020-01-31T08:00:00Z or 2020-01-31T16:00:00%2B08:00 (%2B is the plus sign in a URL)",
    };

    [GeneratedRegex(@"^-?[0-9]+(\.[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,7})?(Z|[+-][0-9]{2}:[0-9]{2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex InstantShape();
}
