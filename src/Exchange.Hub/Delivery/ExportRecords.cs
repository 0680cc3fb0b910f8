using System.Globalization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>All records of one publication as a stream, straight from the database's COPY to the client.</summary>
sealed class ExportRecords(CsvColumns csvColumns, UseLog log)
{
    public async Task WriteAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, RecordQuery query, RecordFormat format)
    {
        if (query.Limit is not null || query.After.Length > 0)
            throw new HubException(ErrorKind.Malformed, "query-invalid", "limit and cursor belong to pages. Leave them out to take everything, or ask for application/json.");
        var columns = format == RecordFormat.Csv ? await csvColumns.ReadAsync(snapshot, query.AsOf, reading.Access.View, reading.Stop) : [];
        var count = await CountAsync(snapshot, query, reading.Stop);
        WriteHeaders(http.Response, count, format);
        log.Read(http, snapshot.Head.Name, format.ToString(), query.AsOf, count);
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        await reading.TakeAsync(count);
        await WholeStream.SendAsync(http, log, count, async () =>
        {
            await using var copy = await OpenAsync(snapshot, query, reading.Stop);
            using var documents = new CopyDocuments(copy);
            await (format == RecordFormat.Ndjson
                ? RecordStream.WriteNdjsonAsync(documents, http.Response.BodyWriter, reading)
                : WriteCsvAsync(documents, http.Response.Body, columns, reading));
            return reading.Records;
        });
    }

    static async Task WriteCsvAsync(CopyDocuments documents, Stream body, IReadOnlyList<CsvColumn> columns, Reading reading)
    {
        await using var csv = new CsvRecords(body, columns);
        await RecordStream.WriteCsvAsync(documents, csv, reading);
    }

    static void WriteHeaders(HttpResponse response, long count, RecordFormat format)
    {
        response.ContentType = RecordFormats.MediaType(format) + "; charset=utf-8";
        response.Headers[DeliveryHeaders.Count] = count.ToString(CultureInfo.InvariantCulture);
        if (format == RecordFormat.Csv)
            response.Headers[DeliveryHeaders.CsvFormulas] = "escaped";
    }

    /// <summary>The number of records to come, from the same snapshot as they.</summary>
    static async Task<long> CountAsync(DatasetSnapshot snapshot, RecordQuery query, CancellationToken cancellation) =>
        query.Rows.IsNone && query.AsOf == snapshot.Head.Publication ? snapshot.Head.Records
        : await snapshot.Connection.ScalarAsync<long>($"select count(*) from ({Select(snapshot, query)}) d", [], cancellation);

    static async Task<Stream> OpenAsync(DatasetSnapshot snapshot, RecordQuery query, CancellationToken cancellation)
    {
        SqlText copy = $"copy ({Select(snapshot, query)}) to stdout (format binary)";
        return await snapshot.Connection.BeginRawBinaryCopyAsync(copy.ToString(), cancellation);
    }

    static SqlText Select(DatasetSnapshot snapshot, RecordQuery query) =>
        !snapshot.Head.Storage ? RecordReads.Nothing
        : query.AsOf == snapshot.Head.Publication ? snapshot.Reads.All(query.Rows)
        : snapshot.Reads.AllAsOf(query.Rows, query.AsOf);
}
