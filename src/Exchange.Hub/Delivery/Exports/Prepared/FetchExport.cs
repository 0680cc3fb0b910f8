using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>
/// Hands out the file of a prepared export, or a range of it. The gate decides anew each time: whoever could not read the
/// records now does not get those that were written down before.
/// </summary>
sealed class FetchExport(NpgsqlDataSource database, ExportStore store, ExportFiles files, DeleteExport delete, AccessGate gate, GrantStore grants, UseLog log, TimeProvider time)
{
    public async Task HandleAsync(Guid id, HttpContext http)
    {
        var caller = Caller.Of(http)!;
        var export = await store.FindAsync(id, caller.Department, http.RequestAborted) ?? throw ExportsEndpoints.NotFound(id);
        RequireReady(export);
        var head = await DatasetHeads.FindAsync(database, export.Dataset, http.RequestAborted);
        if (head is null || !await StandsAsync(export, head, http.RequestAborted))
            throw await EndAsync(export, http.RequestAborted);
        var access = await gate.DecideAsync(http, head, DeliveryMode.Query);
        await Reading.AnswerAsync(http, access, log, "prepared", null, async reading =>
        {
            if (access.GrantId != (export.Grant ?? Guid.Empty))
                throw HubException.Forbidden("other-grant", $"The export was made under grant {export.Grant}, and the request is under another, {access.GrantId}. Say the purpose by {AccessHeaders.Purpose}, or use the token of the system that asked for it.");
            await SendAsync(export, reading, http);
        });
    }

    static void RequireReady(PreparedExport export)
    {
        if (export.State == ExportState.Expired)
            throw new HubException(ErrorKind.Gone, export.Problem?.Code ?? "export-expired", export.Problem?.Detail ?? "The file is deleted.");
        if (export.State == ExportState.Failed)
            throw HubException.Conflict("export-failed", $"There is no file: {export.Problem?.Detail}");
        if (export.State != ExportState.Ready)
            throw new HubException(ErrorKind.Conflict, "export-not-ready", $"The export is {export.State.Stored()}. Ask GET /api/v1/exports/{export.Id} until it is ready.") { RetryAfter = TimeSpan.FromSeconds(2) };
    }

    /// <summary>Whether that under which it was made still stands: the grant in its version, or that the dataset is one's own.</summary>
    async Task<bool> StandsAsync(PreparedExport export, DatasetHead head, CancellationToken cancellation)
    {
        if (head.DatasetId != export.DatasetId || head.Epoch != export.Epoch)
            return false;
        if (export.Grant is not { } id)
            return head.Department == export.Caller.Department;
        return await grants.FindAsync(id, cancellation) is { State: GrantState.Active } grant
            && grant.Version == export.GrantVersion && grant.Terms.Until > time.GetUtcNow() && (head.Schema is null || grant.CoversSchema(head.Schema));
    }

    async Task<HubException> EndAsync(PreparedExport export, CancellationToken cancellation)
    {
        var problem = new ExportProblem("grant-changed", "What the export was made under does not stand any more: its grant has ended or changed, or the dataset has. The file is deleted. GET …/explain says how it stands; prepare the export anew.");
        await delete.ExpireAsync(export, problem, "grant-changed", cancellation);
        return new HubException(ErrorKind.Gone, problem.Code, problem.Detail);
    }

    async Task SendAsync(PreparedExport export, Reading reading, HttpContext http)
    {
        if (files.Open(export.Id) is not { } file)
            throw new HubException(ErrorKind.Gone, "export-file-missing", "The file is not in the data directory of this hub: another hub made it, or somebody took it away. Prepare the export anew.");
        await using var watched = new WatchedFile(file, reading);
        // A client that takes nothing must not keep what it was sent so far waiting for it either.
        await using var cut = reading.Stop.Register(() =>
        {
            if (http.Response.HasStarted)
                http.Abort();
        });
        var headers = http.Response.Headers;
        headers[DeliveryHeaders.Publication] = export.Publication.ToString(CultureInfo.InvariantCulture);
        headers[DeliveryHeaders.Count] = export.Records.ToString(CultureInfo.InvariantCulture);
        headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(export.Sha256!)}:";
        headers.CacheControl = "private, no-cache";
        if (export.Format == RecordFormat.Csv)
            headers[DeliveryHeaders.CsvFormulas] = "escaped";
        var tag = new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(export.Sha256!)}\"");
        await TypedResults.Stream(watched, export.MediaType, export.FileName, export.EndedAt, tag, enableRangeProcessing: true).ExecuteAsync(http);
        reading.Stop.ThrowIfCancellationRequested();
        if (http.Response.StatusCode == StatusCodes.Status416RangeNotSatisfiable)
            throw new HubException((ErrorKind)StatusCodes.Status416RangeNotSatisfiable, "range-not-satisfiable", $"The file has {export.Bytes} bytes. Ask for a range that begins within them.");
        log.Read(http, export.Dataset, "prepared", export.Publication, 0);
    }
}
