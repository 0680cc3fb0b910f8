using System.Text.Json;
using Exchange.Engine.Mapping;
using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Sources;
using Exchange.Sdk;

namespace Exchange.Hub.Runs;

/// <summary>Everything that one run works with, read once at its start: a document changed meanwhile counts next time.</summary>
sealed record RunPlan(
    DatasetDefinition Dataset,
    DatasetHead Head,
    ConfiguredSource Source,
    MappingDocument Mapping,
    SharedSchema Schema,
    RunRevisions Revisions)
{
    /// <summary>The stream to read; asks the source where the dataset names none.</summary>
    public async Task<string> StreamAsync(CancellationToken cancellationToken) =>
        Dataset.Stream ?? await ExploreSource.OnlyStreamAsync(Source, cancellationToken);

    /// <summary>How this run reads: incrementally only where the source can and a checkpoint is known.</summary>
    public ReadMode Mode => Dataset.Read.Mode == "incremental" && Capabilities.Resumable ? ReadMode.Incremental : ReadMode.Full;

    /// <summary>What the configured source can do.</summary>
    public Capabilities Capabilities => field ??= Source.Connector.CapabilitiesOf(Source.Context);

    /// <summary>The revisions as a run stores them.</summary>
    public string RevisionsJson => JsonSerializer.Serialize(Revisions, RunStore.Json);

    /// <summary>Source columns of the last publication; null before the first.</summary>
    public IReadOnlyList<SourceColumn>? KnownColumns =>
        Head.Columns is null ? null : JsonSerializer.Deserialize<SourceColumn[]>(Head.Columns, RunStore.Json);
}

/// <summary>Revisions of the documents of one run.</summary>
sealed record RunRevisions(int Dataset, int Source, int Mapping, string Schema, string MappingName);
