using System.Text;
using System.Text.Json;
using Exchange.Engine.Mapping;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sources;

/// <summary>A mapping was entered, or changed.</summary>
sealed record MappingDefined(string Mapping, int Revision) : IAuditEvent
{
    public string Subject => $"mapping:{Mapping}";
}

/// <summary>A mapping as the API shows it.</summary>
public sealed record MappingView(string Name, int Revision, DateTimeOffset ChangedAt, JsonElement Mapping);

/// <summary>Versioned rules from source rows to shared records.</summary>
sealed class Mappings(NpgsqlDataSource database, PutDocument put)
{
    public const string Kind = "mapping";

    /// <summary>Enters or changes a mapping. It is checked against columns and schema when a dataset or a preview uses it.</summary>
    /// <exception cref="HubException">The document is wrong, or a dataset of another department uses it.</exception>
    public async Task<DocumentChange> PutAsync(string name, JsonElement body, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        new Validation().RequireSlug(name, "/name").ThrowIfAny();
        Parse(Encoding.UTF8.GetBytes(body.GetRawText()));
        await RequireOwnAsync(name, caller, cancellationToken);
        return await put.ExecuteAsync(Kind, name, body, change => new MappingDefined(name, change.Revision), caller, dryRun, cancellationToken: cancellationToken);
    }

    /// <summary>A mapping ready to compile, and its revision.</summary>
    /// <exception cref="HubException">There is no such mapping.</exception>
    public async Task<(MappingDocument Mapping, int Revision)> FindAsync(string name, CancellationToken cancellationToken)
    {
        var document = await DocumentAsync(name, cancellationToken);
        return (Parse(Encoding.UTF8.GetBytes(document.Body)), document.Revision);
    }

    public async Task<MappingView> ViewAsync(string name, CancellationToken cancellationToken) => View(await DocumentAsync(name, cancellationToken));

    public async Task<IReadOnlyList<MappingView>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await DocumentStore.ListAsync(database, Kind, cancellationToken)).Select(View)];

    async Task<Document> DocumentAsync(string name, CancellationToken cancellationToken) =>
        await DocumentStore.FindAsync(database, Kind, name, cancellationToken)
        ?? throw HubException.NotFound("mapping-not-found", $"There is no mapping {name}.");

    /// <summary>A mapping belongs to whoever's datasets use it.</summary>
    async Task RequireOwnAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        foreach (var dataset in await DocumentStore.ListAsync(database, "dataset", cancellationToken))
        {
            var department = dataset.Json.GetProperty("department").GetString()!;
            if (dataset.Json.GetProperty("mapping").GetString() == name && !caller.MayActFor(department))
                throw HubException.Forbidden("other-department", $"Dataset {dataset.Name} of {department} uses this mapping; only its staff may change it.");
        }
    }

    static MappingDocument Parse(byte[] utf8)
    {
        var (mapping, problems) = MappingDocument.Parse(utf8);
        return mapping ?? throw HubException.Invalid([.. problems.Select(p => new FieldError(p.Pointer, p.Message, p.Fix))]);
    }

    static MappingView View(Document document) => new(document.Name, document.Revision, document.ChangedAt, document.Json);
}
