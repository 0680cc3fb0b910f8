using Exchange.Hub.Delivery.Dcat;
using Exchange.Hub.Delivery.Exports;
using Exchange.Hub.Delivery.Files;
using Exchange.Hub.Delivery.Licences;
using Exchange.Hub.Delivery.Lookup;
using Exchange.Hub.Delivery.Search;
using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Delivery.Tables;
using Exchange.Hub.Delivery.Webhooks;
using Exchange.Hub.Platform;
using Microsoft.OpenApi;

namespace Exchange.Hub.Delivery;

/// <summary>The room by which data leaves the hub: records, exports, changes.</summary>
static class DeliveryRoom
{
    /// <summary>What records are read by.</summary>
    internal static readonly string[] ReadMethods = [HttpMethods.Get, HttpMethods.Head];

    public static IServiceCollection AddDelivery(this IServiceCollection services) => services
        .AddSingleton<CursorSource>()
        .AddSingleton<UseLog>()
        .AddSingleton<ListRecords>()
        .AddSingleton<ReadRecord>()
        .AddSingleton<FollowChanges>()
        .AddSingleton<PublicationNews>()
        .AddHostedService(services => services.GetRequiredService<PublicationNews>())
        .AddSingleton<ListPublications>()
        .AddSubscriptions()
        .AddLookup()
        .AddLicences()
        .AddExports()
        .AddDcat()
        .AddFiles()
        .AddTables()
        .AddWebhooks()
        .AddSearch();

    public static void MapDelivery(this IEndpointRouteBuilder routes)
    {
        var dataset = routes.MapGroup("/api/v1/datasets/{name}").WithTags("Records");
        routes.MapDcat();
        routes.MapSubscriptions();
        routes.MapExports(dataset);
        routes.MapSearch();
        routes.MapWebhooks();
        routes.MapTables();
        MapRecords(dataset);
        dataset.MapLookup();
        routes.MapLicences(dataset);
        dataset.MapMethods("/changes", ReadMethods, (string name, HttpContext http, FollowChanges follow) => follow.HandleAsync(name, http)).AsRead()
            .WithSummary("Reads what has changed since a cursor")
            .WithDescription("Each key at its latest change, tombstones included, in the order of changes. application/x-ndjson streams every change up to now.")
            .Produces<ChangePage>(StatusCodes.Status200OK, RecordFormats.Json, RecordFormats.Ndjson)
            .Produces(StatusCodes.Status304NotModified)
            .TakesQuery(
                ("cursor", "Where to go on; from the beginning when left out", JsonSchemaType.String),
                ("limit", "Changes per page", JsonSchemaType.Integer),
                ("wait", "Seconds to wait for changes where there are none, 50 at most", JsonSchemaType.Integer));
        dataset.MapGet("/publications", (string name, Caller caller, ListPublications list, CancellationToken ct, int? before = null, int? limit = null) =>
                list.ExecuteAsync(name, caller, before, limit, ct))
            .AllowAnyRole().LinksPages("before").WithSummary("Lists the publications of a dataset, newest first");
    }

    static void MapRecords(RouteGroupBuilder dataset)
    {
        dataset.MapMethods("/records", ReadMethods, (string name, HttpContext http, ListRecords list) => list.HandleAsync(name, http)).AsRead()
            .WithSummary("Reads the records of a publication: page by page, or all of them as a stream")
            .WithDescription("Filters: <field>=<value>, and <field>.gt, .gte, .lt, .lte for ranges, over the filterable fields that the dataset declares. application/x-ndjson, text/csv and application/vnd.apache.parquet stream every record.")
            .Produces<RecordPage>(StatusCodes.Status200OK, RecordFormats.Json, RecordFormats.Ndjson, RecordFormats.Csv, RecordFormats.Parquet)
            .Produces(StatusCodes.Status304NotModified)
            .TakesQuery(
                ("cursor", "Where to go on: next of the page before", JsonSchemaType.String),
                ("limit", "Records per page", JsonSchemaType.Integer),
                ("asOf", "Number of the publication to read; the newest when left out", JsonSchemaType.Integer));
        dataset.MapMethods("/records/{**key}", ReadMethods, (string name, string key, HttpContext http, ReadRecord read) => read.HandleAsync(name, RecordAddress.KeyOf(http), http)).AsRead()
            .WithSummary("Reads one record by its key")
            .WithDescription("404 when no record has the key, 410 when it was deleted.")
            .Produces<object>(StatusCodes.Status200OK, RecordFormats.Json)
            .Produces(StatusCodes.Status304NotModified)
            .TakesQuery(("asOf", "Number of the publication to read; the newest when left out", JsonSchemaType.Integer));
    }

    /// <summary>Open to every role, as the gate decides who sees what, and a refusal by the gate is on record.</summary>
    internal static RouteHandlerBuilder AsRead(this RouteHandlerBuilder route) => route.AllowAnyRole().WithMetadata(new OwnTags());

    /// <summary>Describes query parameters that the use case reads itself.</summary>
    internal static void TakesQuery(this RouteHandlerBuilder route, params (string Name, string Description, JsonSchemaType Type)[] parameters) =>
        route.AddOpenApiOperationTransformer((operation, _, _) =>
        {
            operation.Parameters ??= [];
            foreach (var (name, description, type) in parameters)
                operation.Parameters.Add(new OpenApiParameter { Name = name, In = ParameterLocation.Query, Description = description, Schema = new OpenApiSchema { Type = type } });
            return Task.CompletedTask;
        });
}
