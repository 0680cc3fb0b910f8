using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Delivery.Lookup;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>One record by its key: what may be seen of its stored bytes, or why there are none.</summary>
sealed class ReadRecord(NpgsqlDataSource database, PointReads points, AccessGate gate, UseLog log)
{
    public async Task HandleAsync(string dataset, string key, HttpContext http)
    {
        RecordFormats.Choose(http.Request, RecordFormat.Json);
        if (http.Request.Query.ContainsKey("asOf"))
            await HandlePastAsync(dataset, key, http);
        else
            await HandleNewestAsync(dataset, key, http);
    }

    async Task HandleNewestAsync(string dataset, string key, HttpContext http)
    {
        if (await points.TryReadNewestAsync(http, dataset, DeliveryMode.Lookup, _ => PointQuery.ByKey(key)) is not { } read)
        {
            await HandlePastAsync(dataset, key, http);
            return;
        }
        await Reading.AnswerAsync(http, read.Access, log, "record", key, reading => SendAsync(http, dataset, reading, read.Dataset.Head.Publication, read.Found.Count > 0 ? read.Found[0] : null));
    }

    async Task HandlePastAsync(string dataset, string key, HttpContext http)
    {
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var access = await snapshot.AdmitAsync(gate, http, DeliveryMode.Lookup);
        await Reading.AnswerAsync(http, access, log, "record", key, reading => AnswerAsync(http, snapshot, reading, key));
    }

    async Task AnswerAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, string key)
    {
        var (asOf, version) = await FindAsync(http, snapshot, reading, key);
        await snapshot.DisposeAsync(); // a slow client holds no connection
        await SendAsync(http, snapshot.Head.Name, reading, asOf, version);
    }

    async Task SendAsync(HttpContext http, string dataset, Reading reading, int asOf, PointRecord? version)
    {
        if (version is null)
            throw HubException.NotFound("record-not-found", $"Dataset '{dataset}' has no record with this key as of publication {asOf}.");
        var (_, publication, hash, doc) = version;
        if (doc is null)
            throw new HubException(ErrorKind.Gone, "record-deleted", $"The record was deleted from dataset '{dataset}' in publication {publication}. Read it with ?asOf={publication - 1}, or drop it.");
        log.Read(http, dataset, "record", asOf, 1);
        http.Response.Headers[DeliveryHeaders.Publication] = publication.ToString(CultureInfo.InvariantCulture);
        var shown = reading.Show(doc).ToArray();
        await reading.TakeAsync(reading.Records);
        if (Freshness.ClientIsCurrent(http, Freshness.RecordTag(hash!, shown, reading.Access)))
            return;
        http.Response.ContentType = RecordFormats.Json;
        await reading.SendAsync(http, shown);
    }

    static async Task<(int AsOf, PointRecord? Version)> FindAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, string key)
    {
        List<FieldError> errors = [];
        var asOf = QueryText.Publication(http.Request.Query, snapshot.Head, errors) ?? snapshot.Head.Publication;
        QueryText.ThrowIfAny(errors);
        await PastSchema.CheckAsync(snapshot, reading.Access, asOf, reading.Stop);
        return (asOf, snapshot.Head.Storage
            ? await snapshot.Connection.FirstOrDefaultAsync(snapshot.Reads.One(reading.Access.Rows), [key, asOf], row => Read(key, row), reading.Stop)
            : null);
    }

    static PointRecord Read(string key, NpgsqlDataReader row) => row.GetBoolean(1)
        ? new PointRecord(key, row.GetInt32(0), null, null)
        : new PointRecord(key, row.GetInt32(0), row.GetFieldValue<byte[]>(2), row.GetFieldValue<byte[]>(3));
}
