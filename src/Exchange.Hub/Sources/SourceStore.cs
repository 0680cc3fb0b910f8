using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Sources;

/// <summary>A source as the API shows it: its document without the values of secrets.</summary>
public sealed record SourceView(string Name, string Department, int Revision, JsonElement Source);

/// <summary>Registered sources, and the way from a document and its secrets to a source that can be read.</summary>
sealed class SourceStore(NpgsqlDataSource database, PluginCatalog plugins, ISecretStore secrets, SourceFolder folder, TimeProvider time)
{
    public const string Kind = "source";

    public async Task<SourceView> FindAsync(string name, CancellationToken cancellationToken) => View(await DocumentAsync(name, cancellationToken));

    /// <summary>A source, for the staff of its department.</summary>
    /// <exception cref="HubException">There is no such source, or it is another department's.</exception>
    public async Task<SourceView> ShowAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var source = await FindAsync(name, cancellationToken);
        return caller.MayActFor(source.Department)
            ? source
            : throw HubException.Forbidden("other-department", $"Source {name} belongs to {source.Department} and is for its own staff.");
    }

    /// <summary>The sources of the caller's department.</summary>
    public async Task<IReadOnlyList<SourceView>> ListAsync(Caller caller, CancellationToken cancellationToken) =>
        [.. (await DocumentStore.ListAsync(database, Kind, cancellationToken)).Select(View).Where(source => caller.MayActFor(source.Department))];

    /// <summary>The document of a source.</summary>
    /// <exception cref="HubException">There is no such source.</exception>
    public async Task<Document> DocumentAsync(string name, CancellationToken cancellationToken) =>
        await DocumentStore.FindAsync(database, Kind, name, cancellationToken)
        ?? throw HubException.NotFound("source-not-found", $"There is no source {name}.");

    /// <summary>Makes a source ready to work, secrets included.</summary>
    /// <exception cref="HubException">There is no such source.</exception>
    /// <exception cref="ConnectorException">Its document no longer fits the installed connector.</exception>
    public async Task<(ConfiguredSource Source, int Revision)> OpenAsync(string name, CancellationToken cancellationToken)
    {
        var document = await DocumentAsync(name, cancellationToken);
        var connection = JsonObject.Create(SourceDocument.Parse(document.Json).Connection)!;
        foreach (var pointer in plugins.SecretPointers(JsonSerializer.SerializeToElement(connection)))
            SourceDocument.Set(connection, pointer, await secrets.RevealAsync(SecretName(name, pointer), cancellationToken));
        var source = plugins.Resolve(JsonSerializer.SerializeToElement(connection), time, folder.Path);
        return (source, document.Revision);
    }

    /// <summary>The name under which a secret of a source is stored.</summary>
    public static string SecretName(string source, string pointer) => $"source/{source}{pointer}";

    static SourceView View(Document document) =>
        new(document.Name, document.Json.GetProperty("department").GetString()!, document.Revision, document.Json);
}

/// <summary>The folder that relative paths in sources start from.</summary>
public sealed record SourceFolder(string Path);
