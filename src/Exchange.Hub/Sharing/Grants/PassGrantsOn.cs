using Exchange.Hub.Catalog.Storage;
using Npgsql;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Lets grants go with their datasets: what a department takes over, it takes over with what was promised of it.</summary>
sealed class PassGrantsOn(GrantStore grants, ChangeGrant change, NpgsqlDataSource database)
{
    /// <summary>One round of the job.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await grants.StrayedAsync(await DatasetHeads.ListAsync(database, cancellationToken), cancellationToken))
            await change.PassOnAsync(id, cancellationToken);
    }
}
