using System.Globalization;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>All records of one publication as a stream, straight from the database's COPY to the client.</summary>
sealed class ExportRecords(CsvColumns csvColumns, UseLog log)
{
    public async Task WriteAsync(HttpContext http, DatasetSnapshot snapshot, RecordQuery query, RecordFormat format)
    {
        if (query.Limit is not null || query.After.Length > 0)
            throw new HubException(ErrorKind.Malformed, "query-invalid", "limit and cursor belong to pages. Leave them out to take everything, or ask for application/json.");
        var cancellation = http.RequestAborted;
        var columns = format == RecordFormat.Csv ? await csvColumns.ReadAsync(snapshot, query.AsOf, cancellation) : [];
        var count = await CountAsync(snapshot, query, cancellation);
        WriteHeaders(http.Response, count, format);
        log.Read(http, snapshot.Head.Name, format.ToString(), query.AsOf, count);
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        await WholeStream.SendAsync(http, log, count, async () =>
        {
            await using var copy = await OpenAsync(snapshot, query, cancellation);
            using var documents = new CopyDocuments(copy);
            if (format == RecordFormat.Ndjson)
                return await RecordStream.WriteNdjsonAsync(documents, http.Response.BodyWriter, cancellation);
            await using var csv = new CsvRecords(http.Response.Body, columns);
            return await RecordStream.WriteCsvAsync(documents, csv, cancellation);
        });
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
        query.Filter.Conditions.Count == 0 && query.AsOf == snapshot.Head.Publication ? snapshot.Head.Records
        : await snapshot.Connection.ScalarAsync<long>($"select count(*) from ({Select(snapshot, query)}) d", [], cancellation);

    static async Task<Stream> OpenAsync(DatasetSnapshot snapshot, RecordQuery query, CancellationToken cancellation)
    {
        SqlText copy = $"copy ({Select(snapshot, query)}) to stdout (format binary)";
        return await snapshot.Connection.BeginRawBinaryCopyAsync(copy.ToString(), cancellation);
    }

    static SqlText Select(DatasetSnapshot snapshot, RecordQuery query) =>
        !snapshot.Head.Storage ? RecordReads.Nothing
        : query.AsOf == snapshot.Head.Publication ? snapshot.Reads.All(query.Filter)
        : snapshot.Reads.AllAsOf(query.Filter, query.AsOf);
}
