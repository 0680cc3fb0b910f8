using System.Text.Json;
using System.Text.Json.Nodes;
using Exchange.Hub.Catalog;
using Exchange.Hub.Platform;
using Exchange.Sdk;

namespace Exchange.Hub.Sources;

/// <summary>The sources' room: connectors, sources, mappings.</summary>
static class SourcesRoom
{
    /// <param name="plugins">Finds the connectors; given by whoever wires the hub.</param>
    /// <param name="folder">Where relative paths of sources start.</param>
    public static IServiceCollection AddSources(this IServiceCollection services, Func<IServiceProvider, PluginCatalog> plugins, SourceFolder folder) => services
        .AddSingleton(plugins)
        .AddSingleton(folder)
        .AddSingleton<SourceStore>()
        .AddSingleton<RegisterSource>()
        .AddSingleton<ExploreSource>()
        .AddSingleton<Mappings>()
        .AddSingleton<IDoctorCheck, ConnectorsCheck>();

    public static void MapSources(this IEndpointRouteBuilder routes)
    {
        MapConnectors(routes);
        MapSourceRoutes(routes);
        MapMappings(routes);
    }

    static void MapConnectors(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/connectors", (PluginCatalog plugins) => new ItemList<ConnectorView>(
            [
                .. plugins.Connectors.Values.Select(p => View("connector", p.Info)),
                .. plugins.Stores.Values.Select(p => View("store", p.Info)),
                .. plugins.Decoders.Values.Select(p => View("decoder", p.Info)),
            ]))
            .AllowRoles(Role.Administrator, Role.ItStaff, Role.Steward).WithTags("Sources").WithSummary("Lists connectors, stores and decoders with the options of each");

    static void MapSourceRoutes(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/sources").AllowRoles(Role.Administrator, Role.ItStaff).WithTags("Sources");
        group.MapGet("", async (Caller caller, SourceStore sources, CancellationToken ct) => new ItemList<SourceView>(await sources.ListAsync(caller, ct)))
            .WithSummary("Lists the sources of the caller's department");
        group.MapGet("/{name}", (string name, Caller caller, SourceStore sources, CancellationToken ct) => sources.ShowAsync(name, caller, ct))
            .WithSummary("Shows a source; secrets are never shown");
        group.MapPut("/{name}", (string name, JsonElement body, Caller caller, RegisterSource register, CancellationToken ct, bool dryRun = false) =>
                register.ExecuteAsync(name, body, caller, dryRun, ct))
            .WithSummary("Registers a source or changes it");
        group.MapPost("/{name}/check", (string name, Caller caller, ExploreSource explore, CancellationToken ct) => explore.CheckAsync(name, caller, ct))
            .WithSummary("Probes a source step by step");
        group.MapPost("/{name}/discover", (string name, Caller caller, ExploreSource explore, CancellationToken ct) => explore.DiscoverAsync(name, caller, ct))
            .WithSummary("Lists what there is to read");
        group.MapPost("/{name}/preview", (string name, PreviewRequest body, Caller caller, ExploreSource explore, CancellationToken ct) => explore.PreviewAsync(name, body, caller, ct))
            .WithSummary("Reads a few rows, and maps them where a mapping is named");
    }

    static void MapMappings(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/mappings").AllowRoles(Role.Administrator, Role.ItStaff).WithTags("Sources");
        group.MapGet("", async (Mappings mappings, CancellationToken ct) => new ItemList<MappingView>(await mappings.ListAsync(ct)))
            .WithSummary("Lists the mappings");
        group.MapGet("/{name}", (string name, Mappings mappings, CancellationToken ct) => mappings.ViewAsync(name, ct))
            .WithSummary("Shows a mapping");
        group.MapPut("/{name}", (string name, JsonElement body, Caller caller, Mappings mappings, CancellationToken ct, bool dryRun = false) =>
                mappings.PutAsync(name, body, caller, dryRun, ct))
            .WithSummary("Enters a mapping or changes it");
    }

    static ConnectorView View(string kind, PluginInfo info) => new(info.Name, info.Title, kind, OptionSet.Of(info.OptionsType).JsonSchema());

    /// <summary>A plugin as the API shows it.</summary>
    /// <param name="Kind"><c>connector</c>, <c>store</c> or <c>decoder</c>.</param>
    /// <param name="Options">JSON Schema of its options.</param>
    internal sealed record ConnectorView(string Name, string Title, string Kind, JsonObject Options);
}
