using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>The routes by which datasets are read.</summary>
static class DeliveryEndpoints
{
    static readonly Role[] Readers = [Role.Administrator, Role.ItStaff, Role.Steward, Role.Subscriber];

    public static void MapDelivery(this IEndpointRouteBuilder routes)
    {
        var dataset = routes.MapGroup("/api/v1/datasets/{name}").WithTags("Records");
        dataset.MapRead("/records", (string name, HttpContext http, ListRecords list) => list.HandleAsync(name, http))
            .WithSummary("Reads the records of a publication: page by page, or all of them as a stream");
        dataset.MapRead("/records/{**key}", (string name, string key, HttpContext http, ReadRecord read) => read.HandleAsync(name, key, http))
            .WithSummary("Reads one record by its key");
        dataset.MapRead("/changes", (string name, HttpContext http, FollowChanges follow) => follow.HandleAsync(name, http))
            .WithSummary("Reads what has changed since a cursor");
    }

    static RouteHandlerBuilder MapRead(this RouteGroupBuilder group, string pattern, Delegate handler) =>
        group.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler).AllowRoles(Readers);
}
