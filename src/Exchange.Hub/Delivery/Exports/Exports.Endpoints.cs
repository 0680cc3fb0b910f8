using Exchange.Hub.Catalog;
using Exchange.Hub.Delivery.Exports.Prepared;
using Exchange.Hub.Platform;
using Microsoft.OpenApi;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>Whole publications: as streams, and as files that are prepared.</summary>
static class ExportsEndpoints
{
    static readonly Role[] readers = [Role.Subscriber, Role.ItStaff, Role.Steward];

    public static IServiceCollection AddExports(this IServiceCollection services) => services
        .AddSingleton<ExportColumns>()
        .AddSingleton<ExportPlanner>()
        .AddSingleton<ExportRecords>()
        .AddSingleton<ExportStore>()
        .AddSingleton(provider => new ExportFiles(provider.GetRequiredService<DataDirectory>()))
        .AddSingleton<PrepareExport>()
        .AddSingleton<ExportJob>()
        .AddSingleton<FetchExport>()
        .AddSingleton<DeleteExport>()
        .AddHostedService<ExportUpkeep>();

    public static void MapExports(this IEndpointRouteBuilder routes, RouteGroupBuilder dataset)
    {
        dataset.MapMethods("/export", DeliveryRoom.ReadMethods, (string name, HttpContext http, ExportRecords export) => export.HandleAsync(name, http)).AsRead()
            .WithSummary("Reads all records of a publication as one stream: NDJSON, a JSON array, CSV or Parquet")
            .WithDescription("The form is named by the parameter format or by Accept. Filters as for records.")
            .Produces<object>(StatusCodes.Status200OK, RecordFormats.Ndjson, RecordFormats.Json, RecordFormats.Csv, RecordFormats.Parquet)
            .Produces(StatusCodes.Status304NotModified)
            .TakesQuery(
                ("format", $"{RecordFormats.ExportNames}; by Accept when left out, and ndjson without it", JsonSchemaType.String),
                ("closing", "Whether NDJSON ends with a line that holds the count and the SHA-256 of the lines before", JsonSchemaType.Boolean),
                ("asOf", "Number of the publication to read; the newest when left out", JsonSchemaType.Integer));
        dataset.MapPost("/exports", async (string name, ExportOrder body, HttpContext http, PrepareExport prepare) =>
            {
                var export = await prepare.ExecuteAsync(name, body, http);
                return TypedResults.Accepted($"/api/v1/exports/{export.Id}", export.View());
            })
            .AllowAnyRole().WithSummary("Asks for all records of a publication to be prepared as a file");

        var group = routes.MapGroup("/api/v1/exports").WithTags("Records");
        group.MapGet("", async (Caller caller, ExportStore exports, CancellationToken ct, int limit = 50) =>
            {
                new Validation().Require(limit is >= 1 and <= 1000, "?limit", "is out of bounds", "Give 1 to 1000.").ThrowIfAny();
                return new ItemList<ExportView>([.. (await exports.ListAsync(caller.Department, limit, ct)).Select(export => export.View())]);
            })
            .AllowRoles(readers).WithSummary("Lists the prepared exports of the caller's department, newest first");
        group.MapGet("/{id:guid}", async (Guid id, Caller caller, ExportStore exports, CancellationToken ct) => (await exports.FindAsync(id, caller.Department, ct) ?? throw NotFound(id)).View())
            .AllowRoles(readers).WithSummary("Shows how a prepared export stands");
        group.MapDelete("/{id:guid}", async (Guid id, Caller caller, DeleteExport delete, CancellationToken ct) =>
            {
                await delete.ExecuteAsync(id, caller, ct);
                return TypedResults.NoContent();
            })
            .AllowRoles(readers).WithSummary("Deletes a prepared export and its file");
        group.MapMethods("/{id:guid}/file", DeliveryRoom.ReadMethods, (Guid id, HttpContext http, FetchExport fetch) => fetch.HandleAsync(id, http)).AsRead()
            .WithSummary("Fetches the file of a prepared export, or a range of it")
            .Produces<object>(StatusCodes.Status200OK, RecordFormats.Ndjson, RecordFormats.Json, RecordFormats.Csv, RecordFormats.Parquet, "application/gzip")
            .Produces(StatusCodes.Status206PartialContent)
            .Produces(StatusCodes.Status304NotModified)
            .ProducesProblem(StatusCodes.Status410Gone)
            .ProducesProblem(StatusCodes.Status416RangeNotSatisfiable);
    }

    /// <summary>Nobody is told of the exports of another department.</summary>
    public static HubException NotFound(Guid id) => HubException.NotFound("export-not-found", $"Your department has no export {id}. GET /api/v1/exports lists those it has; one of which nothing is left is forgotten after a week.");
}
