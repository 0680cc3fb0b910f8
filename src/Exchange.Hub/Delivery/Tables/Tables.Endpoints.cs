using Exchange.Hub.Delivery.Subscriptions;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>Tables in consumers' own databases.</summary>
static class TablesEndpoints
{
    public static IServiceCollection AddTables(this IServiceCollection services) => services
        .AddSingleton<TableDialects>()
        .AddSingleton<TableDelivery>()
        .AddSingleton<ReportSigner>()
        .AddSingleton<ReconcileTable>()
        .AddSingleton<IPush, TablePush>();

    public static void MapTables(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/subscriptions/{id:guid}/reconcile", (Guid id, Caller caller, ReconcileTable reconcile, CancellationToken ct) => reconcile.ExecuteAsync(id, caller, ct))
            .AllowRoles(Role.Subscriber, Role.ItStaff, Role.Administrator).WithTags("Subscriptions")
            .WithSummary("Holds a table against the dataset it is kept from, by counts, hashes and keys, and signs the report");
}
