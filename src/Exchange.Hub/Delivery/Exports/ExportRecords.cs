using System.Globalization;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>All records of one publication as a stream to the client.</summary>
sealed class ExportRecords(NpgsqlDataSource database, AccessGate gate, ExportPlanner planner, UseLog log)
{
    const string FormatParameter = "format";
    const string ClosingParameter = "closing";

    /// <summary>Answers the route of exports, which names the form by a parameter or by <c>Accept</c>.</summary>
    public async Task HandleAsync(string dataset, HttpContext http)
    {
        var format = FormatOf(http.Request);
        var closing = ClosingOf(http.Request, format);
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var access = await snapshot.AdmitAsync(gate, http, DeliveryMode.Query);
        await Reading.AnswerAsync(http, access, log, RecordFormats.NameOf(format), null, async reading =>
        {
            var query = RecordQuery.ParseExport(http.Request.Query, [FormatParameter, ClosingParameter], snapshot, access);
            await PastSchema.CheckAsync(snapshot, access, query.AsOf, reading.Stop);
            http.Response.Headers[DeliveryHeaders.Publication] = query.AsOf.ToString(CultureInfo.InvariantCulture);
            if (Freshness.ClientIsCurrent(http, Freshness.ListTag(snapshot.Head.Epoch, query.AsOf, format, access)))
                return;
            http.Response.Headers.ContentDisposition = new ContentDispositionHeaderValue("attachment") { FileName = RecordFormats.FileName(snapshot.Head.Name, query.AsOf, format) }.ToString();
            await snapshot.WhileDeclaredAsync(query, () => WriteAsync(http, snapshot, reading, query, format, closing));
        });
    }

    /// <summary>Sends the records that a query asks for.</summary>
    /// <param name="closing">Whether NDJSON ends with a <see cref="ClosingLine"/>.</param>
    public async Task WriteAsync(HttpContext http, DatasetSnapshot snapshot, Reading reading, RecordQuery query, RecordFormat format, bool closing = false)
    {
        if (query.Limit is not null || query.After.Length > 0)
            throw new HubException(ErrorKind.Malformed, "query-invalid", "limit and cursor belong to pages. Leave them out to take everything, or ask for application/json.");
        var plan = await planner.PlanAsync(snapshot, reading, query, format, closing);
        WriteHeaders(http.Response, plan.Count, format);
        log.Read(http, snapshot.Head.Name, format.ToString(), query.AsOf, plan.Count);
        if (HttpMethods.IsHead(http.Request.Method))
            return;
        await reading.TakeAsync(plan.Count);
        await WholeStream.SendAsync(http, log, plan.Count, () => plan.WriteAsync(ExportSink.Of(http.Response), reading));
    }

    static void WriteHeaders(HttpResponse response, long count, RecordFormat format)
    {
        response.ContentType = RecordFormats.MediaType(format) + (format == RecordFormat.Parquet ? "" : "; charset=utf-8");
        response.Headers[DeliveryHeaders.Count] = count.ToString(CultureInfo.InvariantCulture);
        if (format == RecordFormat.Csv)
            response.Headers[DeliveryHeaders.CsvFormulas] = "escaped";
    }

    static RecordFormat FormatOf(HttpRequest request)
    {
        if (!request.Query.TryGetValue(FormatParameter, out var text))
            return RecordFormats.Choose(request, RecordFormat.Ndjson, RecordFormat.Array, RecordFormat.Csv, RecordFormat.Parquet);
        return RecordFormats.ParseExport(text.ToString()) ?? throw Wrong(FormatParameter, "There is no such form.", $"Give {RecordFormats.ExportNames}, or leave it out and say it by Accept.");
    }

    static bool ClosingOf(HttpRequest request, RecordFormat format)
    {
        if (!request.Query.TryGetValue(ClosingParameter, out var text) || text == "false")
            return false;
        if (text != "true")
            throw Wrong(ClosingParameter, "This is neither true nor false.", "Give true, or leave it out.");
        return format == RecordFormat.Ndjson ? true
            : throw Wrong(ClosingParameter, "Only NDJSON has a closing line.", "Leave it out: the end of Parquet and of a JSON array show that they are whole; for CSV, prepare the export, which has a checksum.");
    }

    static HubException Wrong(string parameter, string message, string fix) =>
        new(ErrorKind.Malformed, "query-invalid", $"{message} {fix}") { Errors = [new FieldError("?" + parameter, message, fix)] };
}
