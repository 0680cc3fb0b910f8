using System.Text.Json;
using Exchange.Hub.Catalog.Search;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Policies;

namespace Exchange.Hub.Delivery.Search;

/// <summary>A property that datasets are told apart by.</summary>
/// <param name="Name">Name of the parameter that chooses by it.</param>
/// <param name="Values">The values that there can be; null where anything can.</param>
/// <param name="Of">The values that a dataset has now.</param>
sealed record Facet(string Name, IReadOnlyList<string>? Values, Func<FoundDataset, DateTimeOffset, IReadOnlyList<string>> Of)
{
    /// <summary>In the order in which they are told.</summary>
    public static readonly IReadOnlyList<Facet> All =
    [
        new("department", null, (dataset, _) => [dataset.Department]),
        new("theme", null, (dataset, _) => dataset.Themes),
        new("class", [.. Enum.GetValues<SharingClass>().Select(Written), SearchIndex.NotOffered], (dataset, _) => [dataset.Sharing]),
        new("mode", [.. Enum.GetValues<DeliveryMode>().Select(Written)], (dataset, _) => dataset.Modes),
        new("schema", null, (dataset, _) => [dataset.Schema]),
        new("updated", ["day", "week", "month", "year", "before", "never"], (dataset, now) => [Updated(dataset.PublishedAt, now)]),
    ];

    static string Updated(DateTimeOffset? at, DateTimeOffset now) => (now - at)?.TotalDays switch
    {
        null => "never",
        < 1 => "day",
        < 7 => "week",
        < 30 => "month",
        < 365 => "year",
        _ => "before",
    };

    static string Written<T>(T value) where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
