using System.Text.Json;
using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Documents;
using Exchange.Hub.Catalog.Restores;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog;

/// <summary>The catalog's room: departments and schemas.</summary>
static class CatalogRoom
{
    public static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSingleton<PutDocument>()
        .AddSingleton<Departments.Departments>()
        .AddSingleton<SharedSchemas>()
        .AddSingleton<RestoreCheck>()
        .AddSingleton<KnownDatasets>();

    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        MapDepartments(routes);
        MapSchemas(routes);
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

    static void MapSchemas(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/schemas").WithTags("Catalog");
        group.MapGet("", async (SharedSchemas schemas, CancellationToken ct) => new ItemList<SchemaView>(await schemas.ListAsync(ct)))
            .AllowAnyRole().WithSummary("Lists the shared schemas and their versions");
        group.MapGet("/{name}/{version}", async (string name, string version, SharedSchemas schemas, CancellationToken ct) =>
                Results.Content((await schemas.DocumentAsync($"{name}/{version}", ct)).Body, "application/schema+json"))
            .AllowAnyRole().WithSummary("Shows one version of a schema");
        group.MapPut("/{name}/{version}", (string name, string version, JsonElement body, Caller caller, SharedSchemas schemas, CancellationToken ct, bool dryRun = false) =>
                schemas.PutAsync(name, version, body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator, Role.Steward, Role.ItStaff).WithSummary("Registers a version of a schema; a version in use never changes");
    }
}

/// <summary>A whole list.</summary>
public sealed record ItemList<T>(IReadOnlyList<T> Items);
