using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Schemas;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Schemas;

/// <summary>A version of a shared schema was registered.</summary>
sealed record SchemaRegistered(string Schema, string Compatibility) : IAuditEvent
{
    public string Subject => $"schema:{Schema}";
}

/// <summary>A version as the list shows it.</summary>
public sealed record SchemaView(string Name, string Version, LocalTitle Title, IReadOnlyList<string> Key, int Fields);

/// <summary>What registering a version did, and what the registry has to say about it.</summary>
public sealed record SchemaRegistration(string Change, IReadOnlyList<ValueChange> Changes, SchemaReport Report);

/// <summary>What the registry has to say about a version.</summary>
/// <param name="Warnings">What is allowed but probably not meant.</param>
/// <param name="Uncovered">Keywords that the compiled plan leaves to the slower second validator.</param>
/// <param name="ComparedWith">The version before; null for the first.</param>
/// <param name="Verdict"><c>first</c>, <c>compatible</c> or <c>breaking</c>.</param>
/// <param name="Reasons">Why.</param>
public sealed record SchemaReport(IReadOnlyList<string> Warnings, IReadOnlyList<string> Uncovered, string? ComparedWith, string Verdict, IReadOnlyList<SchemaChange> Reasons);

/// <summary>Versions of the shared schemas. A version that a dataset uses never changes; a changed schema is a new version.</summary>
sealed class SharedSchemas(NpgsqlDataSource database, PutDocument put)
{
    public const string Kind = "schema";

    /// <summary>Names the highest version.</summary>
    public const string Latest = "latest";
    readonly ConcurrentDictionary<string, (int Revision, SharedSchema Schema)> compiled = new();

    /// <summary>Registers a version.</summary>
    /// <exception cref="HubException">The schema has problems, or the version is in use and differs.</exception>
    public async Task<SchemaRegistration> PutAsync(string name, string version, JsonElement body, Caller caller, bool dryRun, CancellationToken cancellationToken)
    {
        new Validation().RequireSlug(name, "/name")
            .Require(SchemaVersion.TryParse(version, out _), "/version", $"\"{version}\" is not a version", "Write major and minor, such as 1.0.")
            .ThrowIfAny();
        var schema = Parse(name, version, Encoding.UTF8.GetBytes(body.GetRawText()));
        var report = await ReportAsync(schema, cancellationToken);
        var id = $"{name}/{version}";
        var change = await put.ExecuteAsync(
            Kind, id, body, _ => new SchemaRegistered(id, report.Verdict), caller, dryRun,
            async (connection, change) =>
            {
                if (change.Revision > 1 && await UsedByAsync(connection, id, cancellationToken) is { } dataset)
                    throw HubException.Conflict("schema-in-use", $"Dataset {dataset} publishes records of {id}, so this version can no longer change. Register the changed schema as a new version.");
            },
            cancellationToken);
        return new SchemaRegistration(change.Change, change.Changes, report);
    }

    /// <summary>The document of one version, <c>name/version</c>.</summary>
    /// <exception cref="HubException">There is no such version.</exception>
    public async Task<Document> DocumentAsync(string id, CancellationToken cancellationToken) =>
        await DocumentStore.FindAsync(database, Kind, id, cancellationToken)
        ?? throw HubException.NotFound("schema-not-found", $"There is no schema {id}.");

    /// <summary>One version, compiled; <c>name/version</c>.</summary>
    /// <exception cref="HubException">There is no such version.</exception>
    public async Task<SharedSchema> FindAsync(string id, CancellationToken cancellationToken)
    {
        var document = await DocumentAsync(id, cancellationToken);
        if (compiled.TryGetValue(id, out var known) && known.Revision == document.Revision)
            return known.Schema;
        var (name, version) = Split(id);
        var schema = Parse(name, version, Encoding.UTF8.GetBytes(document.Body));
        compiled[id] = (document.Revision, schema);
        return schema;
    }

    /// <summary>One version, compiled; null when there is none. Any text may be asked for.</summary>
    public async Task<SharedSchema?> FindOrDefaultAsync(string id, CancellationToken cancellationToken) =>
        await DocumentStore.FindAsync(database, Kind, id, cancellationToken) is null ? null : await FindAsync(id, cancellationToken);

    /// <summary>The versions of a schema, the lowest first.</summary>
    /// <exception cref="HubException">There is no such schema.</exception>
    public async Task<IReadOnlyList<SchemaVersion>> VersionsAsync(string name, CancellationToken cancellationToken)
    {
        List<SchemaVersion> versions = [.. (await DocumentStore.ListAsync(database, Kind, cancellationToken)).Select(d => Split(d.Name)).Where(d => d.Name == name).Select(d => SchemaVersion.TryParse(d.Version, out var v) ? v : default).Order()];
        return versions.Count > 0 ? versions : throw HubException.NotFound("schema-not-found", $"There is no schema {name}.");
    }

    /// <summary>The whole name of a version: <c>company/1.0</c>. <c>latest</c> is the highest.</summary>
    /// <exception cref="HubException">There is no such schema.</exception>
    public async Task<string> ResolveAsync(string name, string version, CancellationToken cancellationToken) =>
        version == Latest ? $"{name}/{(await VersionsAsync(name, cancellationToken))[^1]}" : $"{name}/{version}";

    public async Task<IReadOnlyList<SchemaView>> ListAsync(CancellationToken cancellationToken)
    {
        var views = new List<SchemaView>();
        foreach (var document in await DocumentStore.ListAsync(database, Kind, cancellationToken))
        {
            var schema = await FindAsync(document.Name, cancellationToken);
            views.Add(new SchemaView(schema.Name, schema.Version.ToString(), schema.Title, schema.Key, schema.Fields.Count));
        }
        return views;
    }

    async Task<SchemaReport> ReportAsync(SharedSchema schema, CancellationToken cancellationToken)
    {
        var before = (await DocumentStore.ListAsync(database, Kind, cancellationToken))
            .Select(d => Split(d.Name))
            .Where(d => d.Name == schema.Name)
            .Select(d => SchemaVersion.TryParse(d.Version, out var v) ? v : default)
            .Where(v => v.CompareTo(schema.Version) < 0)
            .OrderDescending().Cast<SchemaVersion?>().FirstOrDefault();
        var warnings = schema.Warnings.Select(w => w.ToString()).ToList();
        var uncovered = schema.Plan.Uncovered.Select(u => u.ToString()).ToList();
        if (before is null)
            return new SchemaReport(warnings, uncovered, null, "first", []);
        var comparison = SchemaComparison.Compare(await FindAsync($"{schema.Name}/{before}", cancellationToken), schema);
        return new SchemaReport(warnings, uncovered, before.ToString(), comparison.IsCompatible ? "compatible" : "breaking", comparison.Changes);
    }

    static SharedSchema Parse(string name, string version, byte[] utf8)
    {
        var (schema, problems) = SharedSchema.Parse(name, version, utf8);
        return schema ?? throw HubException.Invalid([.. problems.Select(p => new FieldError(p.Pointer, p.Message, p.Fix))]);
    }

    static Task<string?> UsedByAsync(NpgsqlConnection connection, string id, CancellationToken cancellationToken) =>
        connection.ScalarAsync<string>(
            $"select d.name from catalog.publications p join catalog.datasets d on d.id = p.dataset_id where p.schema = $1 limit 1", [id], cancellationToken);

    static (string Name, string Version) Split(string id)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        return (id[..slash], id[(slash + 1)..]);
    }
}
