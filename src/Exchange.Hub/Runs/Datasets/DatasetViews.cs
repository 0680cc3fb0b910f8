using System.Text.Json;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Runs.Datasets;

/// <summary>A dataset as the API shows it.</summary>
/// <param name="State"><c>empty</c> before the first publication, <c>held</c> while one waits for a person, else <c>ready</c>.</param>
/// <param name="Declaration">The dataset's document.</param>
public sealed record DatasetView(
    string Name, string Department, string State, PublicationSummary? Publication, DateTimeOffset? NextRun, int Revision, JsonElement Declaration);

/// <summary>The last publication of a dataset.</summary>
/// <param name="Records">Records alive; to other departments rounded down where its policy says so.</param>
public sealed record PublicationSummary(int Number, DateTimeOffset? At, long Records);

/// <summary>Shows datasets with where they stand.</summary>
sealed class DatasetViews(DatasetCatalog datasets, RunStore runs, Schedules schedules)
{
    public async Task<DatasetView> FindAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var dataset = await datasets.FindAsync(name, cancellationToken);
        var held = await runs.ListAsync(name, RunState.Held, null, 1, cancellationToken);
        return View(dataset, held.Count > 0, caller);
    }

    public async Task<IReadOnlyList<DatasetView>> ListAsync(Caller caller, CancellationToken cancellationToken)
    {
        var held = (await runs.ListAsync(null, RunState.Held, null, 10_000, cancellationToken)).Select(r => r.Dataset).ToHashSet();
        return [.. (await datasets.ListAsync(cancellationToken)).Select(d => View(d, held.Contains(d.Document.Name), caller))];
    }

    DatasetView View(Dataset dataset, bool held, Caller caller)
    {
        var head = dataset.Head;
        return new DatasetView(
            dataset.Document.Name, head.Department, held ? "held" : head.Storage ? "ready" : "empty",
            head.Storage ? new PublicationSummary(head.Publication, head.PublishedAt, head.Told(head.Records, caller)) : null,
            schedules.NextRun(dataset.Definition.Schedule), dataset.Document.Revision, dataset.Document.Json);
    }
}
