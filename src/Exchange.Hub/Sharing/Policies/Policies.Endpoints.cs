using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Policies;

/// <summary>The policy of a dataset in the API.</summary>
static class PoliciesEndpoints
{
    public static IServiceCollection AddPolicies(this IServiceCollection services) => services.AddSingleton<SharingPolicies>();

    public static void MapPolicies(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/datasets/{name}/policy").WithTags("Sharing");
        group.MapGet("", (string name, SharingPolicies policies, CancellationToken ct) => policies.ViewAsync(name, ct))
            .AllowAnyRole().WithSummary("Shows on what terms a dataset is shared");
        group.MapPut("", (string name, PolicyDefinition body, Caller caller, SharingPolicies policies, CancellationToken ct, bool dryRun = false) =>
                policies.PutAsync(name, body, caller, dryRun, ct))
            .AllowRoles(Role.Steward).WithSummary("States on what terms a dataset is shared, or changes them");
    }
}
