using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Search;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Documents;

/// <summary>A document in force.</summary>
/// <param name="Kind"><c>department</c>, <c>schema</c>, <c>source</c>, <c>mapping</c> or <c>dataset</c>.</param>
/// <param name="Revision">Counts from 1.</param>
/// <param name="Body">JSON as it was written: the order of a schema's fields is the order of their columns.</param>
public sealed record Document(string Kind, string Name, int Revision, string Body, DateTimeOffset ChangedAt, string ChangedBy)
{
    /// <summary>The body, parsed.</summary>
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Body);
}

/// <summary>
/// Revisions of everything that people declare: departments, schemas, sources, mappings, datasets. Putting the same
/// document twice changes nothing; every change is a new revision that stays.
/// </summary>
public static class DocumentStore
{
    static readonly SqlText select = $"select kind, name, revision, body, changed_at, changed_by from catalog.documents d";

    /// <summary>The document in force; null when there is none.</summary>
    public static Task<Document?> FindAsync(NpgsqlConnection connection, string kind, string name, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync($"{select} where kind = $1 and name = $2 order by revision desc limit 1", [kind, name], Read, cancellationToken);

    /// <summary>The document in force; null when there is none.</summary>
    public static Task<Document?> FindAsync(NpgsqlDataSource database, string kind, string name, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"{select} where kind = $1 and name = $2 order by revision desc limit 1", [kind, name], Read, cancellationToken);

    /// <summary>All documents of a kind in force, by name.</summary>
    public static Task<List<Document>> ListAsync(NpgsqlDataSource database, string kind, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"{select} where kind = $1 and revision = (select max(revision) from catalog.documents l where l.kind = d.kind and l.name = d.name) order by name",
            [kind], Read, cancellationToken);

    /// <summary>Puts a document: a new revision when it differs from the one in force.</summary>
    /// <param name="connection">In the transaction that also audits the change.</param>
    public static async Task<DocumentChange> PutAsync(
        NpgsqlConnection connection, string kind, string name, JsonElement body, string actor, DateTimeOffset at, CancellationToken cancellationToken)
    {
        // Two people who put the same document at once take turns; the second sees the first one's revision.
        await connection.ExecuteAsync($"select pg_advisory_xact_lock(hashtextextended($1, 0))", [$"{kind}/{name}"], cancellationToken);
        var current = await FindAsync(connection, kind, name, cancellationToken);
        if (current is not null && CanonicalJson.Of(current.Json).AsSpan().SequenceEqual(CanonicalJson.Of(body)))
            return new DocumentChange(DocumentChange.Unchanged, current.Revision, []);
        var revision = (current?.Revision ?? 0) + 1;
        await connection.ExecuteAsync(
            $"insert into catalog.documents (kind, name, revision, body, changed_at, changed_by) values ($1, $2, $3, $4, $5, $6)",
            [kind, name, revision, body.GetRawText(), at, actor], cancellationToken);
        await SearchIndex.FollowAsync(connection, kind, name, cancellationToken);
        return current is null
            ? new DocumentChange("created", revision, [])
            : new DocumentChange("updated", revision, JsonDifference.Between(current.Json, body));
    }

    static Document Read(NpgsqlDataReader row) =>
        new(row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetString(5));
}

/// <summary>What putting a document did, or would do.</summary>
/// <param name="Change"><c>created</c>, <c>updated</c> or <c>unchanged</c>.</param>
/// <param name="Revision">The revision in force afterwards.</param>
/// <param name="Changes">What differs from the revision before.</param>
public sealed record DocumentChange(string Change, int Revision, IReadOnlyList<ValueChange> Changes)
{
    /// <summary>The document stands as it stood.</summary>
    public const string Unchanged = "unchanged";
}

/// <summary>One value that differs.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901).</param>
/// <param name="From">The value before; null when it was not there.</param>
/// <param name="To">The value after; null when it is not there.</param>
public sealed record ValueChange(string Pointer, JsonElement? From, JsonElement? To);
