using System.Text.Json;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Datasets;

/// <summary>A dataset with its declaration and where it stands.</summary>
public sealed record Dataset(Document Document, DatasetDefinition Definition, DatasetHead Head);

/// <summary>The datasets on the catalog.</summary>
public sealed class DatasetCatalog(NpgsqlDataSource database)
{
    public const string Kind = "dataset";

    /// <summary>One dataset.</summary>
    /// <exception cref="HubException">There is no such dataset.</exception>
    public async Task<Dataset> FindAsync(string name, CancellationToken cancellationToken) =>
        await FindOrDefaultAsync(name, cancellationToken)
        ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {name}.");

    /// <summary>One dataset; null when there is none of that name.</summary>
    public async Task<Dataset?> FindOrDefaultAsync(string name, CancellationToken cancellationToken)
    {
        var document = await DocumentStore.FindAsync(database, Kind, name, cancellationToken);
        var head = await DatasetHeads.FindAsync(database, name, cancellationToken);
        return document is null || head is null ? null : new Dataset(document, DatasetDefinition.Parse(document.Json), head);
    }

    /// <summary>All datasets, by name.</summary>
    public async Task<IReadOnlyList<Dataset>> ListAsync(CancellationToken cancellationToken)
    {
        var heads = (await DatasetHeads.ListAsync(database, cancellationToken)).ToDictionary(h => h.Name);
        return
        [
            .. (await DocumentStore.ListAsync(database, Kind, cancellationToken))
                .Where(d => heads.ContainsKey(d.Name))
                .Select(d => new Dataset(d, DatasetDefinition.Parse(d.Json), heads[d.Name])),
        ];
    }

    /// <summary>Reads a declaration that somebody sent.</summary>
    /// <exception cref="HubException">With the place of what is wrong.</exception>
    public static DatasetDefinition Parse(JsonElement body)
    {
        try
        {
            return DatasetDefinition.Parse(body);
        }
        catch (JsonException e)
        {
            var pointer = (e.Path ?? "$").Replace("$", "", StringComparison.Ordinal).Replace('.', '/');
            throw HubException.Invalid(new FieldError(pointer, e.Message.Split(" Path:")[0], "See the README of the hub's Runs for the members of a dataset."));
        }
    }
}
