using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>Why a licence is taken back.</summary>
/// <param name="Reason">For the audit log.</param>
public sealed record LicenceRevocation(string Reason);

/// <summary>Takes a licence back for good.</summary>
sealed class RevokeLicence(NpgsqlDataSource database, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Revokes one.</summary>
    /// <param name="dataset">Its dataset.</param>
    /// <param name="id">Its number in the list, or the <c>jti</c> that stands in it.</param>
    /// <param name="revocation">Why.</param>
    /// <param name="caller">A steward of the department that the dataset belongs to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">There is none, it is revoked already, or the dataset is another department's.</exception>
    public async Task ExecuteAsync(string dataset, string id, LicenceRevocation revocation, Caller caller, CancellationToken cancellationToken)
    {
        var head = await DatasetHeads.FindAsync(database, dataset, cancellationToken) ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
        if (!caller.MayActFor(head.Department))
            throw HubException.Forbidden("other-department", $"Dataset {dataset} belongs to {head.Department}; only its own steward may revoke licences.");
        new Validation().RequireName(revocation.Reason, "/reason").ThrowIfAny();
        var number = Guid.TryParse(id, out var parsed) ? parsed : Guid.Empty;
        await database.InTransactionAsync(
            async connection =>
            {
                var found = await connection.FirstOrDefaultAsync(
                    $"select id, revoked_at from delivery.licences where dataset_id = $1 and (id = $2 or id_hash = $3) for update",
                    [head.DatasetId, number, new LicenceId(id).Hash], row => Tuple.Create(row.GetGuid(0), row.IsDBNull(1)), cancellationToken)
                    ?? throw HubException.NotFound("licence-not-found", $"Dataset {dataset} has no such licence. GET /api/v1/datasets/{dataset}/licences lists them.");
                if (!found.Item2)
                    throw HubException.Conflict("licence-state", "The licence is revoked already.");
                await connection.ExecuteAsync(
                    $"update delivery.licences set revoked_at = $2, revoked_by = $3, reason = $4 where id = $1", [found.Item1, time.GetUtcNow(), caller.Name, revocation.Reason.Trim()], cancellationToken);
                await audit.AppendAsync(connection, caller, new LicenceRevoked(found.Item1, dataset, revocation.Reason.Trim()), cancellationToken);
            },
            cancellationToken);
    }
}
