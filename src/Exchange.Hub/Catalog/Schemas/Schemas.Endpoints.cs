using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.Net.Http.Headers;

namespace Exchange.Hub.Catalog.Schemas;

/// <summary>The registry of shared schemas.</summary>
static class SchemasEndpoints
{
    const string MediaType = "application/schema+json";

    public static IServiceCollection AddSchemas(this IServiceCollection services) => services
        .AddSingleton<SharedSchemas>()
        .AddSingleton<CompareSchemas>()
        .AddSingleton<SchemaVersions>();

    public static void MapSchemas(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/schemas").WithTags("Catalog");
        group.MapGet("", async (SharedSchemas schemas, CancellationToken ct) => new ItemList<SchemaView>(await schemas.ListAsync(ct)))
            .AllowAnyRole().WithSummary("Lists the shared schemas and their versions");
        group.MapGet("/{name}", (string name, SchemaVersions versions, CancellationToken ct) => versions.FindAsync(name, ct))
            .AllowAnyRole().WithSummary("Lists the versions of a schema, the highest first: what each means to readers and writers of the one before, and which datasets follow it");
        group.MapGet("/{name}/compare", async (string name, string from, string to, SharedSchemas schemas, CompareSchemas compare, CancellationToken ct) =>
                await compare.ExecuteAsync(await schemas.ResolveAsync(name, from, ct), await schemas.ResolveAsync(name, to, ct), ct))
            .AllowAnyRole().WithSummary("Compares two versions of a schema: each difference, and what it means to readers and to writers");
        group.MapGet("/{name}/{version}", ShowAsync)
            .AllowAnyRole().WithSummary("Shows one version of a schema, byte by byte as it was registered; latest is the highest")
            .Produces(StatusCodes.Status200OK, contentType: MediaType).Produces(StatusCodes.Status304NotModified);
        group.MapPut("/{name}/{version}", (string name, string version, JsonElement body, Caller caller, SharedSchemas schemas, CancellationToken ct, bool dryRun = false) =>
                schemas.PutAsync(name, version, body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator, Role.Steward, Role.ItStaff).WithSummary("Registers a version of a schema; a version in use never changes");
    }

    static async Task<IResult> ShowAsync(string name, string version, HttpContext http, SharedSchemas schemas, CancellationToken ct)
    {
        var document = await schemas.DocumentAsync(await schemas.ResolveAsync(name, version, ct), ct);
        var body = Encoding.UTF8.GetBytes(document.Body);
        http.Response.Headers.CacheControl = "private, no-cache"; // a version that nobody uses may still change
        http.Response.Headers.ContentLocation = $"/api/v1/schemas/{document.Name}";
        return Results.Bytes(body, MediaType, entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(body).AsSpan(..16))}\""));
    }
}
