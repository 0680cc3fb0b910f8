using Exchange.Hub.Platform;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;

namespace Exchange.Hub.Delivery;

/// <summary>The room by which data leaves the hub: records, exports, changes.</summary>
static class DeliveryRoom
{
    static readonly Role[] Readers = [Role.Administrator, Role.ItStaff, Role.Steward, Role.Subscriber];

    public static IServiceCollection AddDelivery(this IServiceCollection services) => services
        .AddSingleton<CursorSource>()
        .AddSingleton<UseLog>()
        .AddSingleton<ListRecords>()
        .AddSingleton<ExportRecords>()
        .AddSingleton<ReadRecord>()
        .AddSingleton<FollowChanges>();

    public static void MapDelivery(this IEndpointRouteBuilder routes)
    {
        var dataset = routes.MapGroup("/api/v1/datasets/{name}").WithTags("Records");
        dataset.MapRead("/records", (string name, HttpContext http, ListRecords list) => list.HandleAsync(name, http))
            .WithSummary("Reads the records of a publication: page by page, or all of them as a stream");
        dataset.MapRead("/records/{**key}", (string name, string key, HttpContext http, ReadRecord read) => read.HandleAsync(name, RecordAddress.KeyOf(http), http))
            .WithSummary("Reads one record by its key");
        dataset.MapRead("/changes", (string name, HttpContext http, FollowChanges follow) => follow.HandleAsync(name, http))
            .WithSummary("Reads what has changed since a cursor");
    }

    static RouteHandlerBuilder MapRead(this RouteGroupBuilder group, string pattern, Delegate handler) =>
        group.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler).AllowRoles(Readers);
}
