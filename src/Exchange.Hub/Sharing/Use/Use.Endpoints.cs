using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Use;

/// <summary>Who used what.</summary>
static class UseEndpoints
{
    public static IServiceCollection AddUse(this IServiceCollection services) => services
        .AddSingleton<UseWriter>()
        .AddSingleton<ListUse>()
        .AddHostedService(provider => provider.GetRequiredService<UseWriter>());

    public static void MapUse(this IEndpointRouteBuilder routes) =>
        routes.MapGet(
                "/api/v1/datasets/{name}/use",
                (string name, Caller caller, ListUse list, CancellationToken ct, string? key = null, Guid? grant = null, long? before = null, int limit = 100) =>
                    list.ExecuteAsync(name, new UseQuery(key, grant, before, limit), caller, ct))
            .AllowRoles(Role.Administrator, Role.Auditor, Role.Steward, Role.ItStaff, Role.Subscriber).WithTags("Grants").LinksPages("before")
            .WithSummary("Lists who used a dataset, newest first: all of it to its department, administrators and auditors; their own to others");
}
