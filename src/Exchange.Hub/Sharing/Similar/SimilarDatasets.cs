using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Schemas;

namespace Exchange.Hub.Sharing.Similar;

/// <summary>A dataset that somebody has in mind.</summary>
/// <param name="Title">What it would be called, in any language.</param>
/// <param name="Fields">Names or titles of its fields.</param>
/// <param name="Schema">Shared schema that it would follow, such as <c>company/1.0</c>.</param>
public sealed record Sketch(string? Title, IReadOnlyList<string> Fields, string? Schema);

/// <summary>A dataset that there is already.</summary>
/// <param name="Likeness">0 to 1: the mean of what was compared.</param>
/// <param name="SharedFields">JSON pointers of the fields that were named.</param>
/// <param name="SameSchema">Whether it follows the schema that was named, in any version.</param>
public sealed record LookAlike(
    string Dataset, IReadOnlyDictionary<string, string> Title, string Department, double Likeness, IReadOnlyList<string> SharedFields, bool SameSchema);

/// <summary>Finds datasets on the catalog that look like one that is about to be made or asked for, so that nothing is built twice.</summary>
sealed class SimilarDatasets(DatasetCatalog datasets, SharedSchemas schemas)
{
    /// <summary>Less alike is not worth a look.</summary>
    const double Threshold = 0.3;

    /// <summary>Most that are offered unasked.</summary>
    const int MostOffered = 5;

    /// <summary>The most alike, the most alike first.</summary>
    public async Task<IReadOnlyList<LookAlike>> FindAsync(Sketch sketch, int limit, CancellationToken cancellationToken)
    {
        var found = new List<LookAlike>();
        var read = new Dictionary<string, SharedSchema>();
        foreach (var dataset in await datasets.ListAsync(cancellationToken))
        {
            var id = dataset.Definition.Schema;
            if (!read.TryGetValue(id, out var schema))
                read[id] = schema = await schemas.FindAsync(id, cancellationToken);
            found.Add(Compare(sketch, dataset, schema));
        }
        return [.. found.Where(one => one.Likeness >= Threshold).OrderByDescending(one => one.Likeness).ThenBy(one => one.Dataset, StringComparer.Ordinal).Take(limit)];
    }

    /// <summary>What somebody who asks for fields of one dataset might rather use: other datasets that have such fields.</summary>
    /// <param name="dataset">The dataset asked for.</param>
    /// <param name="fields">JSON pointers of the fields asked for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IReadOnlyList<LookAlike>> BesideAsync(string dataset, IReadOnlyList<string> fields, CancellationToken cancellationToken)
    {
        if (fields.Count == 0)
            return [];
        var found = await FindAsync(new Sketch(null, [.. fields.Select(field => field.Split('/')[^1])], null), MostOffered + 1, cancellationToken);
        return [.. found.Where(one => one.Dataset != dataset).Take(MostOffered)];
    }

    static LookAlike Compare(Sketch sketch, Dataset dataset, SharedSchema schema)
    {
        var names = sketch.Fields.Select(Likeness.Plain).ToHashSet();
        var shared = schema.Fields.Where(field => NamesOf(field).Any(names.Contains)).ToList();
        var same = sketch.Schema is { } wanted && wanted.Split('/')[0] == schema.Name;
        var parts = new List<double>();
        if (sketch.Title is { } title)
            parts.Add(dataset.Definition.Title.Values.Append(dataset.Document.Name).Max(other => Likeness.OfTexts(title, other)));
        if (names.Count > 0)
            parts.Add(names.Count(name => shared.Any(field => NamesOf(field).Contains(name))) / (double)names.Count);
        if (sketch.Schema is not null)
            parts.Add(same ? 1 : 0);
        return new LookAlike(
            dataset.Document.Name, dataset.Definition.Title, dataset.Head.Department, parts.Count == 0 ? 0 : Math.Round(parts.Average(), 3),
            [.. shared.Select(field => field.Pointer)], same);
    }

    static IEnumerable<string> NamesOf(SchemaField field) =>
        new[] { field.Name, field.Title.En, field.Title.Zh }.Where(name => name is not null).Select(name => Likeness.Plain(name!));
}
