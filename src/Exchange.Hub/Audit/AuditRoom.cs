using Exchange.Hub.Platform;

namespace Exchange.Hub.Audit;

/// <summary>The audit log's room.</summary>
public static class AuditRoom
{
    const int UsualPage = 100;

    /// <summary>Registers the room.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services) => services
        .AddSingleton<AuditLog>()
        .AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<AuditLog>())
        .AddSingleton<AuditMark>()
        .AddHostedService(provider => provider.GetRequiredService<AuditMark>())
        .AddSingleton<SearchEvents>();

    /// <summary>Maps the room's routes.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/api/v1/audit").AllowRoles(Role.Administrator, Role.Auditor).WithTags("Audit");
        audit.MapGet("", (string? type, string? subject, string? actor, long? before, int? limit, SearchEvents search, CancellationToken cancellationToken) =>
                search.ExecuteAsync(new AuditQuery(type, subject, actor, before, limit ?? UsualPage), cancellationToken))
            .LinksPages("before").WithSummary("Looks events up, newest first");
        audit.MapGet("/verify", (AuditLog log, CancellationToken cancellationToken) => log.VerifyAsync(cancellationToken))
            .WithSummary("Walks the whole chain and reports the first break");
    }
}
