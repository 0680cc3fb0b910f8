using Exchange.Hub.Catalog;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Why something is done, for those whom it concerns.</summary>
/// <param name="Reason">In a sentence or two.</param>
public sealed record GrantReason(string Reason);

/// <summary>Why something is done, where that goes without saying.</summary>
/// <param name="Reason">In a sentence or two.</param>
public sealed record OptionalGrantReason(string? Reason = null);

/// <summary>Grants, and what people do with them.</summary>
static class GrantsEndpoints
{
    const int MostListed = 1000;

    public static IServiceCollection AddGrants(this IServiceCollection services) => services
        .AddSingleton<GrantStore>()
        .AddSingleton<IssueGrant>()
        .AddSingleton<ChangeGrant>()
        .AddSingleton<SuspendGrant>()
        .AddSingleton<ResumeGrant>()
        .AddSingleton<RevokeGrant>()
        .AddSingleton<RenewGrant>()
        .AddSingleton<CompleteGrant>()
        .AddSingleton<ExpireGrants>()
        .AddSingleton<PassGrantsOn>()
        .AddHostedService<GrantUpkeep>();

    public static void MapGrants(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/grants").WithTags("Grants");
        group.MapGet("", ListAsync)
            .AllowAnyRole().WithSummary("Lists grants, newest first: those that the caller's department gives or has; all of them for administrators and auditors");
        group.MapGet("/{id:guid}", FindAsync)
            .AllowAnyRole().WithSummary("Shows a grant to its two departments, administrators and auditors");
        MapVerbs(group);
    }

    static void MapVerbs(RouteGroupBuilder group)
    {
        group.MapPost("/{id:guid}/suspend", (Guid id, GrantReason body, Caller caller, SuspendGrant suspend, CancellationToken ct) => suspend.ExecuteAsync(id, body.Reason, caller, ct))
            .AllowRoles(Role.Administrator, Role.Steward).WithSummary("Sets a grant aside; open streams stop");
        group.MapPost("/{id:guid}/resume", (Guid id, Caller caller, ResumeGrant resume, CancellationToken ct) => resume.ExecuteAsync(id, caller, ct))
            .AllowRoles(Role.Administrator, Role.Steward).WithSummary("Lets a suspended grant hold again");
        group.MapPost("/{id:guid}/revoke", (Guid id, GrantReason body, Caller caller, RevokeGrant revoke, CancellationToken ct) => revoke.ExecuteAsync(id, body.Reason, caller, ct))
            .AllowRoles(Role.Administrator, Role.Steward).WithSummary("Takes a grant back for good; open streams stop");
        group.MapPost("/{id:guid}/renew", (Guid id, Renewal body, Caller caller, RenewGrant renew, CancellationToken ct) => renew.ExecuteAsync(id, body, caller, ct))
            .AllowRoles(Role.Steward).WithSummary("Gives a grant a new end, and perhaps fewer fields");
        group.MapPost("/{id:guid}/complete", (Guid id, OptionalGrantReason body, Caller caller, CompleteGrant complete, CancellationToken ct) => complete.ExecuteAsync(id, body.Reason, caller, ct))
            .AllowRoles(Role.Administrator, Role.Steward, Role.ItStaff).WithSummary("Ends a grant that has served its purpose");
    }

    static async Task<ItemList<Grant>> ListAsync(
        Caller caller, GrantStore grants, CancellationToken ct, string? dataset = null, string? state = null, DateTimeOffset? before = null, int limit = 100)
    {
        new Validation().Require(limit is >= 1 and <= MostListed, "?limit", "is out of bounds", $"Give 1 to {MostListed}.").ThrowIfAny();
        if (caller.Department is null && !caller.SeesAllGrants())
            return new ItemList<Grant>([]);
        return new ItemList<Grant>(await grants.ListAsync(new GrantQuery(caller.SeesAllGrants() ? null : caller.Department, dataset, Spelling.Parse<GrantState>(state, nameof(state)), before?.ToUniversalTime(), limit), ct));
    }

    static async Task<Grant> FindAsync(Guid id, Caller caller, GrantStore grants, CancellationToken ct) =>
        await grants.FindAsync(id, ct) is { } grant && caller.MaySee(grant) ? grant : throw HubException.NotFound("grant-not-found", $"There is no grant {id} of your department.");
}
