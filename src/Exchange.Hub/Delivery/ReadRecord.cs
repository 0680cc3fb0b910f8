using System.Globalization;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>One record by its key: what may be seen of its stored bytes, or why there are none.</summary>
sealed class ReadRecord(NpgsqlDataSource database, AccessGate gate, UseLog log)
{
    public async Task HandleAsync(string dataset, string key, HttpContext http)
    {
        RecordFormats.Choose(http.Request, RecordFormat.Json);
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var access = await snapshot.AdmitAsync(gate, http, DeliveryMode.Lookup);
        await Reading.AnswerAsync(http, access, log, "record", key, reading => AnswerAsync(http, snapshot, reading, key));
    }

    async Task AnswerAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, string key)
    {
        var (asOf, version) = await FindAsync(http, snapshot, reading, key);
        await snapshot.DisposeAsync(); // a slow client holds no connection
        var dataset = snapshot.Head.Name;
        if (version is null)
            throw HubException.NotFound("record-not-found", $"Dataset '{dataset}' has no record with this key as of publication {asOf}.");
        var (publication, hash, doc) = version;
        if (doc is null)
            throw new HubException(ErrorKind.Gone, "record-deleted", $"The record was deleted from dataset '{dataset}' in publication {publication}. Read it with ?asOf={publication - 1}, or drop it.");
        log.Read(http, dataset, "record", asOf, 1);
        http.Response.Headers[DeliveryHeaders.Publication] = publication.ToString(CultureInfo.InvariantCulture);
        var shown = reading.Show(doc).ToArray();
        await reading.TakeAsync(reading.Records);
        if (Freshness.ClientIsCurrent(http, Freshness.RecordTag(hash!, shown, reading.Access)))
            return;
        http.Response.ContentType = RecordFormats.Json;
        await reading.SendAsync(shown);
    }

    static async Task<(int AsOf, RecordVersion? Version)> FindAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, string key)
    {
        List<FieldError> errors = [];
        var asOf = QueryText.Publication(http.Request.Query, snapshot.Head, errors) ?? snapshot.Head.Publication;
        QueryText.ThrowIfAny(errors);
        await PastSchema.CheckAsync(snapshot, reading.Access, asOf, reading.Stop);
        return (asOf, snapshot.Head.Storage
            ? await snapshot.Connection.FirstOrDefaultAsync(snapshot.Reads.One(reading.Access.Rows), [key, asOf], RecordVersion.Read, reading.Stop)
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
