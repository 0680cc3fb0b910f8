using System.Globalization;
using Exchange.Hub.Delivery.Exports;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>
/// A page of records in the order of their keys. A walk reads the publication of its first page to its end, whatever
/// is published meanwhile; a page costs the same wherever it stands.
/// </summary>
sealed class ListRecords(NpgsqlDataSource database, AccessGate gate, CursorSource cursorSource, HubOptions options, ExportRecords export, UseLog log)
{
    public async Task HandleAsync(string dataset, HttpContext http)
    {
        var format = RecordFormats.Choose(http.Request, RecordFormat.Json, RecordFormat.Ndjson, RecordFormat.Csv, RecordFormat.Parquet);
        var cursors = await cursorSource.GetAsync(http.RequestAborted);
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var access = await snapshot.AdmitAsync(gate, http, DeliveryMode.Query);
        await Reading.AnswerAsync(http, access, log, RecordFormats.NameOf(format), null, reading => AnswerAsync(http, snapshot, reading, cursors, format));
    }

    async Task AnswerAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, Cursors cursors, RecordFormat format)
    {
        var query = RecordQuery.Parse(http.Request.Query, snapshot, reading.Access, cursors, options.PageSizeLimit);
        await PastSchema.CheckAsync(snapshot, reading.Access, query.AsOf, reading.Stop);
        http.Response.Headers[DeliveryHeaders.Publication] = query.AsOf.ToString(CultureInfo.InvariantCulture);
        if (Freshness.ClientIsCurrent(http, Freshness.ListTag(snapshot.Head.Epoch, query.AsOf, format, reading.Access)))
            return;
        await snapshot.WhileDeclaredAsync(query, () => format == RecordFormat.Json ? WritePageAsync(http, snapshot, reading, query, cursors) : export.WriteAsync(http, snapshot, reading, query, format));
    }

    async Task WritePageAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, RecordQuery query, Cursors cursors)
    {
        using var page = new ItemPage(reading);
        var last = await FillAsync(page, snapshot, query, reading.Stop);
        await snapshot.DisposeAsync(); // a slow client holds no connection
        var next = last is null
            ? null
            : cursors.Write(new PageCursor(snapshot.ScopeOf(reading.Access), query.AsOf, query.Asked.Fingerprint, last));
        PageLink.Set(http, "cursor", next);
        var rest = page.EndItems();
        rest.WriteString("next"u8, next);
        rest.WriteNumber("asOf"u8, query.AsOf);
        if (snapshot.Head.Publication == 0)
            rest.WriteString("note"u8, "The dataset has no publication yet.");
        log.Read(http, snapshot.Head.Name, "page", query.AsOf, page.Count);
        await page.SendAsync(http);
    }

    /// <summary>Fills a page; the last key on it when more records follow, else null.</summary>
    async Task<string?> FillAsync(ItemPage page, DatasetSnapshot snapshot, RecordQuery query, CancellationToken cancellation)
    {
        if (!snapshot.Head.Storage)
            return null;
        var limit = query.Limit ?? options.PageSize;
        var (sql, arguments) = query.AsOf == snapshot.Head.Publication
            ? (snapshot.Reads.Page(query.Rows), (object[])[query.After, limit + 1])
            : (snapshot.Reads.PageAsOf(query.Rows), [query.After, limit + 1, query.AsOf]);
        await using var rows = await snapshot.ReadAsync(sql, arguments, cancellation);
        var last = "";
        while (await rows.ReadAsync(cancellation))
        {
            if (page.Count == limit || page.IsFull)
                return last;
            last = rows.GetString(0);
            page.AddRecord(last, rows.GetInt64(1), rows.GetFieldValue<byte[]>(2));
        }
        return null;
    }
}
