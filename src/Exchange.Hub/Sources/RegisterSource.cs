using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Exchange.Sdk;
using Npgsql;

namespace Exchange.Hub.Sources;

/// <summary>A source was registered, or its document changed. Secrets are not part of it.</summary>
sealed record SourceRegistered(string Source, string Department, string Connector, int Revision) : IAuditEvent
{
    public string Subject => $"source:{Source}";
}

/// <summary>Registers a source: checks the document against its connector and puts its secrets away.</summary>
sealed class RegisterSource(
    NpgsqlDataSource database, PutDocument put, Departments departments, PluginCatalog plugins, ISecretStore secrets, SourceFolder folder, TimeProvider time)
{
    /// <summary>Registers or changes a source.</summary>
    /// <exception cref="HubException">The document does not fit its connector, or is not the caller's.</exception>
    public async Task<DocumentChange> ExecuteAsync(string name, JsonElement body, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        new Validation().RequireSlug(name, "/name").ThrowIfAny();
        var document = SourceDocument.Parse(body);
        await departments.RequireOwnAsync(document.Department, caller, cancellationToken);
        var current = await DocumentStore.FindAsync(database, SourceStore.Kind, name, cancellationToken);
        if (current is not null)
            await departments.RequireOwnAsync(SourceDocument.Parse(current.Json).Department, caller, cancellationToken);

        var (stored, given) = await PutSecretsAsideAsync(name, body, document, current, cancellationToken);
        return await put.ExecuteAsync(
            SourceStore.Kind, name, stored,
            change => new SourceRegistered(name, document.Department, document.Connection.GetProperty("connector").GetString()!, change.Revision),
            caller, dryRun,
            async (connection, _) =>
            {
                foreach (var (pointer, value) in given)
                    await secrets.SetAsync(connection, SourceStore.SecretName(name, pointer), value, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>The document with marks in the place of secrets, and the secrets that are new or differ from those stored.</summary>
    async Task<(JsonElement Stored, List<(string Pointer, string Value)> Given)> PutSecretsAsideAsync(
        string name, JsonElement body, SourceDocument document, Document? current, CancellationToken cancellationToken)
    {
        var stored = JsonObject.Create(body.Clone())!;
        var complete = JsonObject.Create(document.Connection)!;
        var before = current is null ? null : JsonObject.Create(current.Json.Clone());
        var given = new List<(string, string)>();
        foreach (var pointer in plugins.SecretPointers(document.Connection))
        {
            var known = await secrets.RevealAsync(SourceStore.SecretName(name, pointer), cancellationToken);
            var revision = SourceDocument.MarkRevision(before is null ? null : SourceDocument.At(before, pointer));
            var value = SourceDocument.At(stored, pointer);
            if (SourceDocument.MarkRevision(value) > 0)
            {
                if (known is null)
                    throw HubException.Invalid(new FieldError(pointer, "No secret is stored here yet", "Give the secret itself."));
            }
            else if (value is JsonValue text && text.TryGetValue<string>(out var secret))
            {
                if (secret != known)
                {
                    given.Add((pointer, secret));
                    revision++;
                }
                known = secret;
            }
            SourceDocument.Set(stored, pointer, SourceDocument.Mark(Math.Max(1, revision)));
            SourceDocument.Set(complete, pointer, known);
        }
        var (_, problems) = plugins.TryResolve(JsonSerializer.SerializeToElement(complete), time, folder.Path);
        if (problems.Count > 0)
            throw HubException.Invalid([.. problems.Select(p => new FieldError(p.Pointer, p.Message, "See GET /api/v1/connectors for what each option takes."))]);
        return (JsonSerializer.SerializeToElement(stored), given);
    }
}
