using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>
/// The change feed: each key at its latest change, in the order of changes, tombstones included. Seq numbers come from
/// one counter per dataset that is locked by whoever publishes, so nothing can appear behind a cursor.
/// </summary>
sealed class FollowChanges(NpgsqlDataSource database, AccessGate gate, CursorSource cursorSource, HubOptions options, UseLog log)
{
    const int FlushBytes = 64 * 1024;

    public async Task HandleAsync(string dataset, HttpContext http)
    {
        var format = RecordFormats.Choose(http.Request, RecordFormat.Json, RecordFormat.Ndjson);
        var cursors = await cursorSource.GetAsync(http.RequestAborted);
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var access = await gate.DecideAsync(http, snapshot.Head, DeliveryMode.Changes);
        await Reading.AnswerAsync(http, access, log, "changes", null, reading => AnswerAsync(http, snapshot, reading, cursors, format));
    }

    async Task AnswerAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, Cursors cursors, RecordFormat format)
    {
        var query = FeedQuery.Parse(http.Request.Query, snapshot, reading.Access, cursors, options.PageSizeLimit);
        http.Response.Headers[DeliveryHeaders.Publication] = snapshot.Head.Publication.ToString(CultureInfo.InvariantCulture);
        if (Freshness.ClientIsCurrent(http, Freshness.ListTag(snapshot.Head.Epoch, snapshot.Head.Seq, format, reading.Access)))
            return;
        if (format == RecordFormat.Json)
            await WritePageAsync(http, snapshot, reading, query, cursors);
        else
            await WriteStreamAsync(http, snapshot, reading, query, cursors);
    }

    async Task WritePageAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, FeedQuery query, Cursors cursors)
    {
        using var page = new ItemPage(reading);
        var last = await FillAsync(page, snapshot, reading, query);
        await snapshot.DisposeAsync(); // a slow client holds no connection
        var more = last < snapshot.Head.Seq;
        var next = cursors.Write(new FeedCursor(snapshot.ScopeOf(reading.Access), last, more ? query.Since : last));
        if (more)
            PageLink.SetNext(http, next);
        var rest = page.EndItems();
        rest.WriteString("next"u8, next);
        rest.WriteBoolean("more"u8, more);
        log.Read(http, snapshot.Head.Name, "changes", last, page.Count);
        await page.SendAsync(http);
    }

    /// <summary>Fills a page; the last seq that was looked at.</summary>
    async Task<long> FillAsync(ItemPage page, DatasetSnapshot snapshot, Reading reading, FeedQuery query)
    {
        if (!snapshot.Head.Storage)
            return query.After;
        var limit = query.Limit ?? options.PageSize;
        await using var rows = await snapshot.ReadAsync(snapshot.Reads.Changes(reading.Access.Rows, query.Since), [query.After, limit], reading.Stop);
        var last = query.After;
        while (await rows.ReadAsync(reading.Stop))
        {
            var change = Change.Read(rows);
            page.AddChange(change);
            last = change.Seq;
            if (page.Count == limit || page.IsFull)
                return last;
        }
        return snapshot.Head.Seq;
    }

    async Task WriteStreamAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, FeedQuery query, Cursors cursors)
    {
        if (query.Limit is not null)
            throw new HubException(ErrorKind.Malformed, "query-invalid", "limit belongs to pages. Leave it out to take every change, or ask for application/json.");
        var count = snapshot.Head.Storage ? await snapshot.Connection.ScalarAsync<long>(snapshot.Reads.CountChanges(reading.Access.Rows, query.Since), [query.After], reading.Stop) : 0;
        http.Response.ContentType = RecordFormats.Ndjson + "; charset=utf-8";
        http.Response.Headers[DeliveryHeaders.Count] = count.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers[DeliveryHeaders.NextCursor] = cursors.Write(new FeedCursor(snapshot.ScopeOf(reading.Access), snapshot.Head.Seq, snapshot.Head.Seq));
        log.Read(http, snapshot.Head.Name, "changes", snapshot.Head.Seq, count);
        if (count > 0 && !HttpMethods.IsHead(http.Request.Method))
            await WholeStream.SendAsync(http, log, count, () => SendAsync(snapshot, reading, query, http.Response.BodyWriter));
    }

    static async Task<long> SendAsync(DatasetSnapshot snapshot, Reading reading, FeedQuery query, PipeWriter output)
    {
        await using var rows = await snapshot.ReadAsync(snapshot.Reads.Changes(reading.Access.Rows, query.Since), [query.After, long.MaxValue], reading.Stop);
        await using var json = new Utf8JsonWriter(output, ItemPage.Options);
        var count = 0L;
        for (; await rows.ReadAsync(reading.Stop); count++)
        {
            Change.Read(rows).WriteTo(json, reading);
            json.Flush();
            json.Reset();
            output.Write("\n"u8);
            if (output.UnflushedBytes >= FlushBytes)
                await output.FlushAsync(reading.Stop);
        }
        return count;
    }
}
