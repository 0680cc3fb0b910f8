using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Restores;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Search;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog;

/// <summary>The catalog's room: departments and schemas.</summary>
static class CatalogRoom
{
    public static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSingleton<PutDocument>()
        .AddSingleton<Departments.Departments>()
        .AddSchemas()
        .AddSingleton<RestoreCheck>()
        .AddSingleton<KnownDatasets>()
        .AddSingleton<FindDatasets>()
        .AddHostedService<SearchBackfill>();

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        MapDepartments(routes);
        routes.MapSchemas();
    }

    static void MapDepartments(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/departments").WithTags("Catalog");
        group.MapGet("", async (Departments.Departments departments, CancellationToken ct) => new ItemList<DepartmentView>(await departments.ListAsync(ct)))
            .AllowAnyRole().WithSummary("Lists the departments");
        group.MapGet("/{name}", (string name, Departments.Departments departments, CancellationToken ct) => departments.FindAsync(name, ct))
            .AllowAnyRole().WithSummary("Shows a department");
        group.MapPut("/{name}", (string name, DepartmentDefinition body, Caller caller, Departments.Departments departments, CancellationToken ct, bool dryRun = false) =>
                departments.PutAsync(name, body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator).WithSummary("Enters a department or changes its entry");
    }
}

/// <summary>A whole list.</summary>
public sealed record ItemList<T>(IReadOnlyList<T> Items);
