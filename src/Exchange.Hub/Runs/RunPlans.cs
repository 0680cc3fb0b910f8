using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Sources;

namespace Exchange.Hub.Runs;

/// <summary>Gathers the documents of a run.</summary>
sealed class RunPlans(DatasetCatalog datasets, SourceStore sources, Mappings mappings, SharedSchemas schemas)
{
    /// <exception cref="Platform.HubException">A document is missing or wrong.</exception>
    /// <exception cref="Sdk.ConnectorException">The source document no longer fits the installed connector.</exception>
    public async Task<RunPlan> LoadAsync(string name, CancellationToken cancellationToken)
    {
        var dataset = await datasets.FindAsync(name, cancellationToken);
        var definition = dataset.Definition;
        var (source, sourceRevision) = await sources.OpenAsync(definition.Source, cancellationToken);
        var (mapping, mappingRevision) = await mappings.FindAsync(definition.Mapping, cancellationToken);
        var schema = await schemas.FindAsync(definition.Schema, cancellationToken);
        return new RunPlan(
            definition, dataset.Head, source, mapping, schema,
            new RunRevisions(dataset.Document.Revision, sourceRevision, mappingRevision, definition.Schema, definition.Mapping));
    }
}
