using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>Takes prepared exports back.</summary>
sealed class DeleteExport(NpgsqlDataSource database, ExportStore store, ExportFiles files, IAuditTrail audit)
{
    /// <summary>Forgets an export, and deletes its file; a worker that still writes it stops within a second.</summary>
    /// <exception cref="HubException">The caller's department has no such export.</exception>
    public async Task ExecuteAsync(Guid id, Caller caller, CancellationToken cancellationToken)
    {
        var export = await store.FindAsync(id, caller.Department, cancellationToken) ?? throw ExportsEndpoints.NotFound(id);
        await database.InTransactionAsync(
            async connection =>
            {
                if (await ExportStore.DeleteAsync(connection, id, cancellationToken))
                    await audit.AppendAsync(connection, caller, new ExportDeleted(export.Dataset, id, "asked"), cancellationToken);
            },
            cancellationToken);
        files.Delete(id);
    }

    /// <summary>Deletes the file of an export, and says why it is gone.</summary>
    public async Task ExpireAsync(PreparedExport export, ExportProblem problem, string reason, CancellationToken cancellationToken)
    {
        await database.InTransactionAsync(
            async connection =>
            {
                if (await ExportStore.ExpireAsync(connection, export.Id, problem, cancellationToken))
                    await audit.AppendAsync(connection, Caller.System, new ExportDeleted(export.Dataset, export.Id, reason), cancellationToken);
            },
            cancellationToken);
        files.Delete(export.Id);
    }
}
