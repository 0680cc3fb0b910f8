using System.Globalization;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Search;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Search;

/// <summary>A page of what was found.</summary>
/// <param name="Total">Datasets found in all.</param>
/// <param name="Next">Give it as <c>cursor</c>; null on the last page.</param>
/// <param name="Facets">For each facet its values and how many datasets have them, of those that meet all other choices.</param>
public sealed record SearchPage(IReadOnlyList<SearchHit> Items, int Total, string? Next, IReadOnlyDictionary<string, IReadOnlyList<FacetCount>> Facets);

/// <summary>A value of a facet.</summary>
/// <param name="Chosen">Whether the request chooses it.</param>
public sealed record FacetCount(string Value, string? Title, int Count, bool Chosen);

/// <summary>A dataset that was found.</summary>
/// <param name="Class">Class of its policy; <c>not-offered</c> without one.</param>
/// <param name="Snippet">Where the words stand; null where nothing was asked for, or only beginnings and stems agree with names of fields.</param>
public sealed record SearchHit(
    string Name, IReadOnlyDictionary<string, string> Title, IReadOnlyDictionary<string, string>? Description, string Department, string Schema, IReadOnlyList<string> Themes,
    string Class, IReadOnlyList<string> Modes, DateTimeOffset? PublishedAt, double Rank, Snippet? Snippet);

/// <summary>Searches the catalog. It tells what the catalog tells every role; how many records there are is not among it.</summary>
sealed class SearchCatalog(FindDatasets find, DatasetCatalog datasets, Departments departments, TimeProvider time)
{
    public async Task<SearchPage> ExecuteAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var found = await find.ExecuteAsync(request.Text, cancellationToken);
        var met = found.Where(dataset => request.Meets(dataset, now)).ToList();
        var items = new List<SearchHit>();
        foreach (var dataset in met.Skip(request.Skip).Take(request.Limit))
        {
            if (await datasets.FindOrDefaultAsync(dataset.Name, cancellationToken) is { } known)
                items.Add(Show(dataset, known.Definition, request.Text));
        }
        var end = request.Skip + request.Limit;
        return new SearchPage(items, met.Count, end < met.Count ? end.ToString(CultureInfo.InvariantCulture) : null, await CountAsync(found, request, now, cancellationToken));
    }

    static SearchHit Show(FoundDataset found, DatasetDefinition dataset, string? text) => new(
        found.Name, dataset.Title, dataset.Description, found.Department, dataset.Schema, found.Themes, found.Sharing, found.Modes, found.PublishedAt, Math.Round(found.Rank, 4),
        text is null ? null : Snippet.Of(text, dataset));

    async Task<IReadOnlyDictionary<string, IReadOnlyList<FacetCount>>> CountAsync(
        IReadOnlyList<FoundDataset> found, SearchRequest request, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var titles = (await departments.ListAsync(cancellationToken)).ToDictionary(department => department.Name, department => department.Title["en"]);
        var facets = new Dictionary<string, IReadOnlyList<FacetCount>>();
        foreach (var facet in Facet.All)
        {
            var counts = found.Where(dataset => request.Meets(dataset, now, facet)).SelectMany(dataset => facet.Of(dataset, now).Distinct()).CountBy(value => value).ToDictionary();
            var chosen = request.Chosen.GetValueOrDefault(facet);
            // What is chosen is told though it has none: else it could not be taken back.
            foreach (var value in chosen ?? (IEnumerable<string>)[])
                counts.TryAdd(value, 0);
            facets[facet.Name] =
            [
                .. counts.OrderByDescending(count => count.Value).ThenBy(count => count.Key, StringComparer.Ordinal)
                    .Select(count => new FacetCount(count.Key, TitleOf(facet, count.Key, titles), count.Value, chosen?.Contains(count.Key) ?? false)),
            ];
        }
        return facets;
    }

    static string? TitleOf(Facet facet, string value, Dictionary<string, string> departments) => facet.Name switch
    {
        "department" => departments.GetValueOrDefault(value),
        "theme" => DatasetThemes.TitleOf(value),
        _ => null,
    };
}
