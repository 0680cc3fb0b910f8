using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Datasets;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog.Schemas;

/// <summary>A schema with all its versions.</summary>
/// <param name="Latest">The highest version.</param>
/// <param name="Items">Every version, the highest first.</param>
public sealed record SchemaHistory(string Name, string Latest, IReadOnlyList<SchemaVersionView> Items);

/// <summary>One version of a schema.</summary>
/// <param name="Registered">When its document was last changed; a version in use does not change.</param>
/// <param name="Readers">What it means to readers of the version before: <c>first</c>, <c>same</c>, <c>compatible</c> or <c>breaking</c>.</param>
/// <param name="Writers">The same to writers.</param>
/// <param name="Datasets">Who follows it.</param>
public sealed record SchemaVersionView(
    string Version, LocalTitle Title, IReadOnlyList<string> Key, int Fields, DateTimeOffset Registered, string Readers, string Writers, IReadOnlyList<SchemaUse> Datasets);

/// <summary>A dataset that follows a version.</summary>
/// <param name="Declared">It is declared with this version: the next run publishes by it.</param>
/// <param name="Published">Its last publication follows this version.</param>
public sealed record SchemaUse(string Dataset, string Department, bool Declared, bool Published);

/// <summary>Shows the versions of a schema, and who uses which.</summary>
sealed class SchemaVersions(SharedSchemas schemas, CompareSchemas compare, DatasetCatalog datasets)
{
    /// <summary>All versions of one schema.</summary>
    /// <exception cref="HubException">There is no such schema.</exception>
    public async Task<SchemaHistory> FindAsync(string name, CancellationToken cancellationToken)
    {
        var versions = await schemas.VersionsAsync(name, cancellationToken);
        var used = await datasets.ListAsync(cancellationToken);
        var views = new List<SchemaVersionView>();
        string? before = null;
        foreach (var version in versions)
        {
            var id = $"{name}/{version}";
            var document = await schemas.DocumentAsync(id, cancellationToken);
            var schema = await schemas.FindAsync(id, cancellationToken);
            var report = before is null ? null : await compare.ExecuteAsync(before, id, cancellationToken);
            views.Insert(0, new SchemaVersionView(
                $"{version}", schema.Title, schema.Key, schema.Fields.Count, document.ChangedAt, report?.Readers ?? "first", report?.Writers ?? "first", UsesOf(id, used)));
            before = id;
        }
        return new SchemaHistory(name, views[0].Version, views);
    }

    static List<SchemaUse> UsesOf(string id, IReadOnlyList<Dataset> datasets) =>
    [
        .. datasets
            .Select(dataset => new SchemaUse(dataset.Document.Name, dataset.Head.Department, dataset.Definition.Schema == id, dataset.Head.Schema == id))
            .Where(use => use.Declared || use.Published),
    ];
}
