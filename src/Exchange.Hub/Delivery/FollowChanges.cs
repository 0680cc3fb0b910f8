using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Delivery;

/// <summary>
/// The change feed: each key at its latest change, tombstones included. Seq numbers come from
/// one counter per dataset that is locked by whoever publishes, so nothing can appear behind a cursor.
/// </summary>
sealed class FollowChanges(NpgsqlDataSource database, AccessGate gate, CursorSource cursorSource, PublicationNews news, HubOptions options, UseLog log, TimeProvider time)
{
    const int FlushBytes = 64 * 1024;

    public async Task HandleAsync(string dataset, HttpContext http)
    {
        var format = RecordFormats.Choose(http.Request, RecordFormat.Json, RecordFormat.Ndjson);
        var cursors = await cursorSource.GetAsync(http.RequestAborted);
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var access = await snapshot.AdmitAsync(gate, http, DeliveryMode.Changes);
        await Reading.AnswerAsync(http, access, log, "changes", null, async reading =>
        {
            var query = FeedQuery.Parse(http.Request.Query, snapshot, access, cursors, options.PageSizeLimit);
            if (access.Line is not null && query.HasAll(snapshot.Head))
                throw PastSchema.Ended(access);
            if (query.Wait == TimeSpan.Zero || !query.HasAll(snapshot.Head))
            {
                await AnswerAsync(http, snapshot, reading, query, cursors, format);
                return;
            }
            await snapshot.DisposeAsync(); // who waits holds no connection
            await WaitAsync(snapshot.Head, query.Wait, reading.Stop);
            await using var later = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
            await AnswerAsync(http, StillAsDecided(later, snapshot.Head), reading, query, cursors, format);
        });
    }

    /// <summary>Until the dataset is published anew, or the time is over, or the reader's grant.</summary>
    async Task WaitAsync(DatasetHead seen, TimeSpan wait, CancellationToken cancellation)
    {
        var next = news.NextAsync(seen.DatasetId);
        if (await DatasetHeads.FindAsync(database, seen.Name, cancellation) is { } now && now.Seq == seen.Seq)
            await next.WaitAsync(wait, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>What the gate has decided before the wait holds for the dataset as it was declared then.</summary>
    static DatasetSnapshot StillAsDecided(DatasetSnapshot later, DatasetHead decided)
    {
        var now = later.Head;
        if (now.DatasetId == decided.DatasetId && now.Epoch == decided.Epoch && now.Filters.SequenceEqual(decided.Filters) && now.Schema == decided.Schema)
            return later;
        throw later.Changing();
    }

    async Task AnswerAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, FeedQuery query, Cursors cursors, RecordFormat format)
    {
        http.Response.Headers[DeliveryHeaders.Publication] = snapshot.Head.Publication.ToString(CultureInfo.InvariantCulture);
        if (Freshness.ClientIsCurrent(http, Freshness.ListTag(snapshot.Head.Epoch, snapshot.Head.Publication, format, reading.Access)))
            return;
        if (format == RecordFormat.Json)
            await WritePageAsync(http, snapshot, reading, query, cursors);
        else
            await WriteStreamAsync(http, snapshot, reading, query, cursors);
    }

    async Task WritePageAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, FeedQuery query, Cursors cursors)
    {
        using var page = new ItemPage(reading);
        var cursor = await FillAsync(page, new FeedWalk(snapshot, reading, query), query.Limit ?? options.PageSize, reading.Stop);
        await snapshot.DisposeAsync(); // a slow client holds no connection
        var more = cursor.Since != cursor.Seq || cursor.Seq < snapshot.Head.Seq;
        var next = cursors.Write(cursor);
        PageLink.Set(http, "cursor", more ? next : null);
        var rest = page.EndItems();
        rest.WriteString("next"u8, next);
        rest.WriteBoolean("more"u8, more);
        log.Read(http, snapshot.Head.Name, "changes", cursor.Seq, page.Count);
        await page.SendAsync(http);
    }

    /// <summary>Fills a page; where to go on.</summary>
    static async Task<FeedCursor> FillAsync(ItemPage page, FeedWalk walk, int limit, CancellationToken cancellation)
    {
        Change last = default;
        // One more than the page takes: whether more follow must not depend on rows that are not seen.
        await foreach (var change in walk.ReadAsync(limit + 1, cancellation))
        {
            if (page.Count == limit || page.IsFull)
                return walk.After(last);
            page.AddChange(change);
            last = change;
        }
        return walk.AfterAll;
    }

    async Task WriteStreamAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, FeedQuery query, Cursors cursors)
    {
        if (query.Limit is not null)
            throw new HubException(ErrorKind.Malformed, "query-invalid", "limit belongs to pages. Leave it out to take every change, or ask for application/json.");
        var walk = new FeedWalk(snapshot, reading, query with { Left = null });
        var (count, records) = await walk.CountAsync(reading.Stop);
        http.Response.ContentType = RecordFormats.Ndjson + "; charset=utf-8";
        http.Response.Headers[DeliveryHeaders.Count] = count.ToString(CultureInfo.InvariantCulture);
        http.Response.Headers[DeliveryHeaders.NextCursor] = cursors.Write(walk.AfterAll);
        log.Read(http, snapshot.Head.Name, "changes", snapshot.Head.Seq, count);
        if (count == 0 || HttpMethods.IsHead(http.Request.Method))
            return;
        await reading.TakeAsync(records);
        await WholeStream.SendAsync(http, log, count, () => SendAsync(walk, reading, http.Response.BodyWriter));
    }

    static async Task<long> SendAsync(FeedWalk walk, Reading reading, PipeWriter output)
    {
        await using var json = new Utf8JsonWriter(output, ItemPage.Options);
        var count = 0L;
        await foreach (var change in walk.ReadAsync(long.MaxValue, reading.Stop))
        {
            change.WriteTo(json, reading);
            json.Flush();
            json.Reset();
            output.Write("\n"u8);
            if (output.UnflushedBytes >= FlushBytes)
                await output.FlushAsync(reading.Stop);
            count++;
        }
        return count;
    }
}
