using System.Globalization;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>One record by its key: the stored bytes, or why there are none.</summary>
sealed class ReadRecord(NpgsqlDataSource database, UseLog log)
{
    public async Task HandleAsync(string dataset, string key, HttpContext http)
    {
        RecordFormats.Choose(http.Request, RecordFormat.Json);
        var (asOf, version) = await FindAsync(dataset, key, http);
        if (version is null)
            throw HubException.NotFound("record-not-found", $"Dataset '{dataset}' has no record with this key as of publication {asOf}.");
        var (publication, hash, doc) = version;
        if (doc is null)
            throw new HubException(ErrorKind.Gone, "record-deleted", $"The record was deleted from dataset '{dataset}' in publication {publication}. Read it with ?asOf={publication - 1}, or drop it.");
        log.Read(http, dataset, "record", asOf, 1);
        http.Response.Headers[DeliveryHeaders.Publication] = publication.ToString(CultureInfo.InvariantCulture);
        if (Freshness.ClientIsCurrent(http, Freshness.RecordTag(hash!)))
            return;
        http.Response.ContentType = RecordFormats.Json;
        http.Response.ContentLength = doc.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(doc, http.RequestAborted);
    }

    async Task<(int AsOf, RecordVersion? Version)> FindAsync(string dataset, string key, HttpContext http)
    {
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        List<FieldError> errors = [];
        var asOf = QueryText.Publication(http.Request.Query, snapshot.Head, errors) ?? snapshot.Head.Publication;
        QueryText.ThrowIfAny(errors);
        return (asOf, snapshot.Head.Storage
            ? await snapshot.Connection.FirstOrDefaultAsync(snapshot.Reads.One, [key, asOf], RecordVersion.Read, http.RequestAborted)
            : null);
    }

    /// <summary>A version of a record; without hash and doc it is a tombstone.</summary>
    sealed record RecordVersion(int Publication, byte[]? Hash, byte[]? Doc)
    {
        public static RecordVersion Read(NpgsqlDataReader row) => row.GetBoolean(1)
            ? new RecordVersion(row.GetInt32(0), null, null)
            : new RecordVersion(row.GetInt32(0), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3));
    }
}
