using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Sharing.Policies;
using Npgsql;

namespace Exchange.Hub.Delivery.Dcat;

/// <summary>What the catalog tells of one dataset.</summary>
/// <param name="Publisher">Its department's title by language.</param>
/// <param name="Code">The department's code in the government's own register; null where none is entered.</param>
/// <param name="Policy">Null while the dataset is not offered.</param>
/// <param name="Issued">When it was first published; null before.</param>
sealed record DatasetFacts(
    Dataset Dataset, SharedSchema Schema, IReadOnlyDictionary<string, string> Publisher, string? Code, PolicyDefinition? Policy, DateTimeOffset? Issued)
{
    public string Name => Dataset.Document.Name;

    public string Department => Dataset.Head.Department;
}

/// <summary>Gathers what the catalog tells.</summary>
sealed class CatalogFacts(NpgsqlDataSource database, DatasetCatalog datasets, Departments departments, SharedSchemas schemas, SharingPolicies policies)
{
    /// <summary>Of every dataset, by name.</summary>
    public async Task<IReadOnlyList<DatasetFacts>> ListAsync(CancellationToken cancellationToken) =>
        await GatherAsync(await datasets.ListAsync(cancellationToken), cancellationToken);

    /// <summary>Of one.</summary>
    /// <exception cref="Platform.HubException">There is no such dataset.</exception>
    public async Task<IReadOnlyList<DatasetFacts>> FindAsync(string name, CancellationToken cancellationToken) =>
        await GatherAsync([await datasets.FindAsync(name, cancellationToken)], cancellationToken);

    async Task<IReadOnlyList<DatasetFacts>> GatherAsync(IReadOnlyList<Dataset> found, CancellationToken cancellationToken)
    {
        var publishers = (await departments.ListAsync(cancellationToken)).ToDictionary(department => department.Name);
        var terms = await policies.ListAsync(cancellationToken);
        var issued = await DatasetHeads.FirstPublishedAsync(database, cancellationToken);
        var facts = new List<DatasetFacts>(found.Count);
        foreach (var dataset in found)
        {
            var publisher = publishers.GetValueOrDefault(dataset.Head.Department);
            facts.Add(new DatasetFacts(
                dataset,
                await schemas.FindAsync(dataset.Definition.Schema, cancellationToken),
                publisher?.Title ?? new Dictionary<string, string> { ["en"] = dataset.Head.Department },
                publisher?.Code,
                terms.GetValueOrDefault(dataset.Document.Name),
                issued.TryGetValue(dataset.Head.DatasetId, out var at) ? at : null));
        }
        return facts;
    }
}
