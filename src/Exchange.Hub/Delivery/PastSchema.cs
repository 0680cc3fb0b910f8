using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Delivery;

/// <summary>A grant is for one major version of the schema; the dataset's past may have followed another.</summary>
static class PastSchema
{
    /// <summary>Refuses to read an earlier publication that the grant does not speak of.</summary>
    /// <exception cref="HubException">Its records follow another major version.</exception>
    public static async Task CheckAsync(DatasetSnapshot snapshot, ReadAccess access, int asOf, CancellationToken cancellation)
    {
        if (access.Grant is not { } grant || asOf == snapshot.Head.Publication || asOf == 0)
            return;
        if (await DatasetHeads.PublicationsAsync(snapshot.Connection, snapshot.Head.DatasetId, asOf, 1, cancellation) is [{ Schema: var schema }] && !grant.CoversSchema(schema))
            throw HubException.Forbidden("schema-major-changed", $"The grant was approved for {grant.Schema}, and publication {asOf} follows {schema}. Read a later publication.");
    }
}
