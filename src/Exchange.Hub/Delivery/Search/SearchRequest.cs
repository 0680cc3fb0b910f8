using System.Globalization;
using Exchange.Hub.Catalog.Search;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Search;

/// <summary>What is looked for on the catalog.</summary>
/// <param name="Text">Words; null for all that there is.</param>
/// <param name="Chosen">Values that are chosen, by facet. Of one facet any may hold, of several each must.</param>
/// <param name="Skip">Datasets of the pages before.</param>
/// <param name="Limit">Datasets per page.</param>
sealed record SearchRequest(string? Text, IReadOnlyDictionary<Facet, IReadOnlySet<string>> Chosen, int Skip, int Limit)
{
    /// <summary>Longest text that is looked for.</summary>
    const int TextLimit = 200;

    /// <summary>Deepest page: whoever wants them all reads the catalog itself.</summary>
    const int Deepest = 100_000;

    /// <summary>Reads a request's parameters.</summary>
    /// <exception cref="HubException">Some will not do.</exception>
    public static SearchRequest Parse(IQueryCollection query, HubOptions options)
    {
        var known = Facet.All.Select(facet => facet.Name).Concat(["q", "cursor", "limit"]).ToList();
        List<FieldError> errors = [.. query.Keys.Except(known).Select(name => new FieldError("?" + name, $"The search has no parameter '{name}'.", $"It takes {string.Join(", ", known)}."))];
        var text = query.TryGetValue("q", out var words) ? words.ToString().Trim() : "";
        if (text.Length > TextLimit)
            errors.Add(new FieldError("?q", "The text is too long.", $"Give at most {TextLimit} characters."));
        var limit = QueryText.Limit(query, options.PageSizeLimit, errors) ?? Math.Min(options.PageSize, options.PageSizeLimit);
        var skip = 0;
        if (query.TryGetValue("cursor", out var cursor) && (!int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out skip) || skip > Deepest))
            errors.Add(new FieldError("?cursor", "This is no place in the results.", "Send back what 'next' gave, unchanged, with the same parameters."));
        foreach (var facet in Facet.All)
        {
            if (facet.Values is { } values && query.TryGetValue(facet.Name, out var given) && given.Select(value => value ?? "").FirstOrDefault(value => !values.Contains(value)) is { } wrong)
                errors.Add(new FieldError("?" + facet.Name, $"'{wrong}' is no value of {facet.Name}.", $"Give one or more of {string.Join(", ", values)}."));
        }
        QueryText.ThrowIfAny(errors);
        return new SearchRequest(
            text.Length == 0 ? null : text,
            Facet.All.Where(facet => query.ContainsKey(facet.Name)).ToDictionary(facet => facet, facet => (IReadOnlySet<string>)query[facet.Name].Select(value => value ?? "").ToHashSet()),
            skip, limit);
    }

    /// <summary>Whether a dataset has what is chosen, one facet aside.</summary>
    public bool Meets(FoundDataset dataset, DateTimeOffset now, Facet? aside = null) =>
        Chosen.All(chosen => chosen.Key == aside || chosen.Key.Of(dataset, now).Any(chosen.Value.Contains));
}
