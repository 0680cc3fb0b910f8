using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Access;

/// <summary>The component that decides, and its answers to who asks why.</summary>
static class AccessEndpoints
{
    public static IServiceCollection AddAccess(this IServiceCollection services) => services
        .AddSingleton<SharingKeySource>()
        .AddSingleton<GrantIndex>()
        .AddSingleton<QuotaMeter>()
        .AddSingleton<RefusalWatch>()
        .AddHostedService(provider => provider.GetRequiredService<RefusalWatch>())
        .AddSingleton<AccessGate>()
        .AddSingleton<ExplainAccess>()
        .AddHostedService<GrantListener>();

    /// <summary>Stands before whatever reads a dataset.</summary>
    public static void UseAccess(this IApplicationBuilder hub) =>
        hub.UseWhen(http => http.Request.Path.StartsWithSegments("/api/v1/datasets", StringComparison.Ordinal), branch => branch.UseMiddleware<RefusedTokens>());

    public static void MapAccess(this IEndpointRouteBuilder routes) =>
        routes.MapGet(
                "/api/v1/datasets/{name}/explain",
                (string name, Caller caller, ExplainAccess explain, CancellationToken ct, string mode = "query", string? purpose = null, string? department = null, string? system = null) =>
                    explain.ExecuteAsync(name, new ExplainQuery(Spelling.Parse<DeliveryMode>(mode, nameof(mode))!.Value, purpose, department, system), caller, ct))
            .AllowAnyRole().WithTags("Grants").WithSummary("Tells whether the caller, or a reader that it names, may read a dataset, and which rule, grant and policy say so");
}
