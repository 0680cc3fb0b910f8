using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Delivery;

/// <summary>A grant is for one major version of the schema; the dataset may have followed another before, or may now.</summary>
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

    /// <summary>Tells a reader of a line that is over since when it is (RFC 9745), and until when it may be read (RFC 8594).</summary>
    public static void Announce(HttpContext http, PastLine line)
    {
        http.Response.Headers[DeliveryHeaders.Deprecation] = $"@{line.Last.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)}";
        http.Response.Headers[DeliveryHeaders.Sunset] = line.Until.ToString("R", CultureInfo.InvariantCulture);
    }

    /// <summary>What a reader is told who has every change of a line that is over.</summary>
    public static HubException Ended(ReadAccess access)
    {
        var (line, grant) = (access.Line!, access.Grant!);
        return new HubException(
            ErrorKind.Gone, "schema-line-ended",
            $"You have every change of {line.Line}: it ended with publication {line.Last.Number}, and the records now follow {line.Now}. Request a grant for that from {grant.Provider}. What there was of {line.Line} may be read until {RefusalText.At(line.Until)}.");
    }
}
