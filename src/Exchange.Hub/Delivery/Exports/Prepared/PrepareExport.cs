using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Use;
using Npgsql;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>What is to be prepared.</summary>
/// <param name="Format"><c>ndjson</c>, <c>json</c>, <c>csv</c> or <c>parquet</c>.</param>
/// <param name="Filters">Conditions, named and written as query parameters are: <c>{"registeredOn.gte": "2020-01-01"}</c>.</param>
/// <param name="AsOf">Number of the publication; the newest when left out.</param>
/// <param name="Gzip">Whether the file is compressed.</param>
public sealed record ExportOrder(string Format, IReadOnlyDictionary<string, string>? Filters = null, int? AsOf = null, bool Gzip = false);

/// <summary>Asks for an export to be prepared as a file.</summary>
sealed class PrepareExport(NpgsqlDataSource database, AccessGate gate, IAuditTrail audit, IJobQueue jobs, TimeProvider time)
{
    /// <summary>Exports that a department may have under way.</summary>
    const int MostOpen = 10;

    /// <summary>Decides as for a stream, and queues the export.</summary>
    /// <exception cref="HubException">The caller may not, or the order will not do.</exception>
    public async Task<PreparedExport> ExecuteAsync(string dataset, ExportOrder order, HttpContext http)
    {
        await using var snapshot = await DatasetSnapshot.OpenAsync(database, dataset, http.RequestAborted);
        var access = await gate.DecideAsync(http, snapshot.Head, DeliveryMode.Query);
        try
        {
            var export = await CheckAsync(snapshot, access, order, http);
            await snapshot.DisposeAsync(); // one connection at a time
            await QueueAsync(export, http.RequestAborted);
            access.RecordUse(UseOutcome.Served, "prepare", 0, 0);
            return export;
        }
        catch (HubException refusal)
        {
            access.RecordUse(UseOutcome.Refused, "prepare", 0, 0, null, refusal.Code);
            throw;
        }
    }

    async Task<PreparedExport> CheckAsync(DatasetSnapshot snapshot, ReadAccess access, ExportOrder order, HttpContext http)
    {
        var head = snapshot.Head;
        var format = RecordFormats.ParseExport(order.Format);
        new Validation()
            .Require(format is not null, "/format", "is no form of an export", $"Give {RecordFormats.ExportNames}.")
            .Require(format != RecordFormat.Parquet || !order.Gzip, "/gzip", "does not go with Parquet, which is compressed already", "Leave it out.")
            .Require(order.AsOf is null or >= 0, "/asOf", "is not the number of a publication", $"Give a number from GET /api/v1/datasets/{head.Name}/publications.")
            .ThrowIfAny();
        if (order.AsOf > head.Publication)
            throw HubException.NotFound("publication-not-found", $"Dataset '{head.Name}' has no publication {order.AsOf} yet; its newest is {head.Publication}.");
        var filters = order.Filters ?? new Dictionary<string, string>();
        var query = QueryOf(filters, order.AsOf ?? head.Publication, head, access);
        await PastSchema.CheckAsync(snapshot, access, query.AsOf, http.RequestAborted);
        var caller = Caller.Of(http)!;
        return new PreparedExport(
            Guid.CreateVersion7(), head.DatasetId, head.Name, head.Epoch, caller, access.Purpose, AccessHeaders.Read(http.Request, AccessHeaders.Case),
            access.Grant?.Id, access.Version, format!.Value, filters, query.AsOf, order.Gzip, ExportState.Waiting, time.GetUtcNow());
    }

    /// <summary>The query of an order.</summary>
    /// <exception cref="HubException">A filter will not do, or is over a field that the grant does not show.</exception>
    public static RecordQuery QueryOf(IReadOnlyDictionary<string, string> filters, int publication, DatasetHead head, ReadAccess access)
    {
        var errors = new List<FieldError>();
        var asked = FilterParameters.Parse(filters, head.Filters, errors);
        if (errors.Count > 0)
            throw HubException.Invalid([.. errors.Select(error => error with { Pointer = "/filters/" + Escape(error.Pointer[1..]) })]);
        return RecordQuery.OfAll(asked, publication, access);
    }

    async Task QueueAsync(PreparedExport export, CancellationToken cancellationToken)
    {
        await database.InTransactionAsync(
            async connection =>
            {
                if (await ExportStore.CountOpenAsync(connection, export.Caller.Department!, cancellationToken) >= MostOpen)
                    throw HubException.Conflict("exports-open", $"{export.Caller.Department} has {MostOpen} exports under way. Wait for one of them, or delete one; GET /api/v1/exports lists them.");
                await ExportStore.InsertAsync(connection, export, cancellationToken);
                await audit.AppendAsync(
                    connection, export.Caller,
                    new ExportRequested(export.Dataset, export.Id, export.Caller.Department!, export.Grant, RecordFormats.NameOf(export.Format), export.Publication), cancellationToken);
            },
            cancellationToken);
        jobs.Enqueue<ExportJob>(JobQueues.Exports, job => job.ExecuteAsync(export.Id, CancellationToken.None));
    }

    static string Escape(string name) => name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
