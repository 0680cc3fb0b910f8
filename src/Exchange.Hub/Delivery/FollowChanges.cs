using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>
/// The change feed: each key at its latest change, in the order of changes, tombstones included. Seq numbers come from
/// one counter per dataset that is locked by whoever publishes, so nothing can appear behind a cursor.
/// </summary>
sealed class FollowChanges(NpgsqlDataSource database, CursorSource cursorSource, HubOptions options, UseLog log)
{
    const int FlushBytes = 64 * 1024;

    public async Task HandleAsync(string dataset, HttpContext http)
    {
        var format = RecordFormats.Choose(http.Request, RecordFormat.Json, RecordFormat.Ndjson);
        var cursors = await cursorSource.GetAsync(http.RequestAborted);
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var query = FeedQuery.Parse(http.Request.Query, snapshot.Head, cursors, options.PageSizeLimit);
        http.Response.Headers[DeliveryHeaders.Publication] = snapshot.Head.Publication.ToString(CultureInfo.InvariantCulture);
        if (Freshness.ClientIsCurrent(http, Freshness.ListTag(snapshot.Head.Epoch, snapshot.Head.Seq, format)))
            return;
        if (format == RecordFormat.Json)
            await WritePageAsync(http, snapshot, query, cursors);
        else
            await WriteStreamAsync(http, snapshot, query, cursors);
    }

    async Task WritePageAsync(HttpContext http, DatasetSnapshot snapshot, FeedQuery query, Cursors cursors)
    {
        using var page = new ItemPage();
        var last = await FillAsync(page, snapshot, query, http.RequestAborted);
        await snapshot.DisposeAsync(); // a slow client holds no connection
        var next = cursors.Write(snapshot.FeedCursor(last));
        var more = last < snapshot.Head.Seq;
        if (more)
            PageLink.SetNext(http, next);
        var rest = page.EndItems();
        rest.WriteString("next"u8, next);
        rest.WriteBoolean("more"u8, more);
        log.Read(http, snapshot.Head.Name, "changes", last, page.Count);
        await page.SendAsync(http);
    }

    /// <summary>Fills a page; the last seq that was looked at.</summary>
    async Task<long> FillAsync(ItemPage page, DatasetSnapshot snapshot, FeedQuery query, CancellationToken cancellation)
    {
        if (!snapshot.Head.Storage)
            return query.After;
        var limit = query.Limit ?? options.PageSize;
        await using var rows = await snapshot.ReadAsync(snapshot.Reads.Changes, [query.After, limit], cancellation);
        var last = query.After;
        while (await rows.ReadAsync(cancellation))
        {
            var change = Change.Read(rows);
            page.AddChange(change);
            last = change.Seq;
            if (page.Count == limit || page.IsFull)
                return last;
        }
        return snapshot.Head.Seq;
    }

    async Task WriteStreamAsync(HttpContext http, DatasetSnapshot snapshot, FeedQuery query, Cursors cursors)
    {
        if (query.Limit is not null)
            throw new HubException(ErrorKind.Malformed, "query-invalid", "limit belongs to pages. Leave it out to take every change, or ask for application/json.");
        var count = snapshot.Head.Storage ? await snapshot.Connection.ScalarAsync<long>(snapshot.Reads.CountChanges, [query.After], http.RequestAborted) : 0;
        http.Response.ContentType = RecordFormats.Ndjson + "; charset=utf-8";
        http.Response.Headers[DeliveryHeaders.Count] = count.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers[DeliveryHeaders.NextCursor] = cursors.Write(snapshot.FeedCursor(snapshot.Head.Seq));
        log.Read(http, snapshot.Head.Name, "changes", snapshot.Head.Seq, count);
        if (count > 0 && !HttpMethods.IsHead(http.Request.Method))
            await WholeStream.SendAsync(http, log, count, () => SendAsync(snapshot, query, http.Response.BodyWriter, http.RequestAborted));
    }

    static async Task<long> SendAsync(DatasetSnapshot snapshot, FeedQuery query, PipeWriter output, CancellationToken cancellation)
    {
        await using var rows = await snapshot.ReadAsync(snapshot.Reads.Changes, [query.After, long.MaxValue], cancellation);
        await using var json = new Utf8JsonWriter(output, ItemPage.Options);
        var count = 0L;
        for (; await rows.ReadAsync(cancellation); count++)
        {
            Change.Read(rows).WriteTo(json);
            json.Flush();
            json.Reset();
            output.Write("\n"u8);
            if (output.UnflushedBytes >= FlushBytes)
                await output.FlushAsync(cancellation);
        }
        return count;
    }
}
