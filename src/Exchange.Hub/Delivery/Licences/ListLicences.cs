using Exchange.Hub.Catalog;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Licences;

/// <summary>An issued licence as it is listed; of whom it speaks is not kept.</summary>
public sealed record ListedLicence(
    Guid Id, string Consumer, Guid? Grant, string? Purpose, int Publication, DateTimeOffset IssuedAt, DateTimeOffset ExpiresAt, DateTimeOffset? RevokedAt, string? Reason);

/// <summary>Lists the licences of a dataset.</summary>
sealed class ListLicences(NpgsqlDataSource database)
{
    const int Most = 1000;

    /// <summary>The newest first: all of a dataset's to its department, administrators and auditors; to others those issued to their own.</summary>
    /// <exception cref="HubException">There is no such dataset.</exception>
    public async Task<ItemList<ListedLicence>> ExecuteAsync(string dataset, Caller caller, int? limit, CancellationToken cancellationToken)
    {
        var head = await DatasetHeads.FindAsync(database, dataset, cancellationToken) ?? throw HubException.NotFound("dataset-not-found", $"There is no dataset {dataset}.");
        var all = caller.Role is Role.Administrator or Role.Auditor || caller.Department == head.Department;
        return new ItemList<ListedLicence>(await database.QueryAsync(
            $"""
            select id, consumer, grant_id, purpose, publication, issued_at, expires_at, revoked_at, reason from delivery.licences
            where dataset_id = $1 and ($2 or consumer = $3::text) order by issued_at desc, id desc limit $4
            """,
            [head.DatasetId, all, caller.Department, Math.Clamp(limit ?? 100, 1, Most)],
            row => new ListedLicence(
                row.GetGuid(0), row.GetString(1), row.Maybe<Guid?>(2), row.Maybe<string>(3), row.GetInt32(4), row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6),
                row.Maybe<DateTimeOffset?>(7), row.Maybe<string>(8)),
            cancellationToken));
    }
}
