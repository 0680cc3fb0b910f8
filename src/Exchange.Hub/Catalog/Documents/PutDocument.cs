using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Catalog.Documents;

/// <summary>
/// Puts a document that its room has found right: the revision, what goes with it and the audit event in one
/// transaction. A dry run does all of it and takes it back.
/// </summary>
public sealed class PutDocument(NpgsqlDataSource database, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Puts the document.</summary>
    /// <param name="kind">Kind of the document.</param>
    /// <param name="name">Its name.</param>
    /// <param name="body">Found right by the caller.</param>
    /// <param name="deed">The audit event of a change.</param>
    /// <param name="caller">Who puts it.</param>
    /// <param name="dryRun">True to learn what would change.</param>
    /// <param name="alongside">What else must happen in the same transaction when it changes.</param>
    public async Task<DocumentChange> ExecuteAsync(
        string kind, string name, JsonElement body, Func<DocumentChange, IAuditEvent> deed, Caller caller, bool dryRun,
        Func<NpgsqlConnection, DocumentChange, Task>? alongside = null, CancellationToken cancellationToken = default)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var change = await DocumentStore.PutAsync(connection, kind, name, body, caller.Id, time.GetUtcNow(), cancellationToken);
        if (change.Change == DocumentChange.Unchanged)
            return change;
        if (alongside is not null)
            await alongside(connection, change);
        if (dryRun)
            return change;
        await audit.AppendAsync(connection, caller, deed(change), cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return change;
    }
}
