using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>Saying that a record is wrong, and what becomes of it.</summary>
static class CorrectionsEndpoints
{
    static readonly Role[] readers = [Role.Subscriber, Role.ItStaff, Role.Steward, Role.Clerk, Role.Administrator, Role.Auditor];

    public static IServiceCollection AddCorrections(this IServiceCollection services) => services
        .AddSingleton<CorrectionStore>()
        .AddSingleton<RaiseCorrection>()
        .AddSingleton<DecideCorrection>()
        .AddSingleton<CloseCorrections>();

    public static void MapCorrections(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/datasets/{name}/corrections", async (string name, NewCorrection body, HttpRequest request, Caller caller, RaiseCorrection raise, CancellationToken ct) =>
            {
                var raised = await raise.ExecuteAsync(
                    name, body, AccessHeaders.Read(request, AccessHeaders.Purpose), AccessHeaders.Read(request, AccessHeaders.Case), caller, ct);
                return TypedResults.Created($"/api/v1/corrections/{raised.Id}", raised);
            })
            .AllowRoles(Role.Subscriber, Role.ItStaff, Role.Steward, Role.Clerk).WithTags("Corrections").WithSummary("Says that a record is wrong, to whoever may see it");

        var group = routes.MapGroup("/api/v1/corrections").WithTags("Corrections");
        group.MapGet("", (CorrectionStore corrections, Caller caller, CancellationToken ct, string? dataset = null, string? state = null, Guid? before = null, int limit = 50) =>
                corrections.ListAsync(caller, dataset, Spelling.Parse<CorrectionState>(state, nameof(state)), before, limit, ct))
            .AllowRoles(readers).LinksPages("before").WithSummary("Lists what the caller's department raised and what was raised against its records, newest first; all for administrators and auditors");
        group.MapGet("/{id:guid}", (Guid id, CorrectionStore corrections, Caller caller, CancellationToken ct) => corrections.FindAsync(id, caller, ct))
            .AllowRoles(readers).WithSummary("Shows a correction to its two departments, administrators and auditors");
        group.MapPost("/{id:guid}/verify", (Guid id, DecideCorrection decide, Caller caller, CancellationToken ct) => decide.TakeUpAsync(id, caller, ct))
            .AllowRoles(Role.Steward).WithSummary("Takes a correction up");
        group.MapPost("/{id:guid}/confirm", (Guid id, DecideCorrection decide, Caller caller, CancellationToken ct) => decide.ConfirmAsync(id, caller, ct))
            .AllowRoles(Role.Steward).WithSummary("Confirms that the record is wrong; the publication that changes it closes the correction");
        group.MapPost("/{id:guid}/reject", (Guid id, Rejection body, DecideCorrection decide, Caller caller, CancellationToken ct) => decide.RejectAsync(id, body.Reason, caller, ct))
            .AllowRoles(Role.Steward).WithSummary("Says that the record is right, and why");
        group.MapPost("/{id:guid}/acknowledge", async (Guid id, DecideCorrection decide, Caller caller, CancellationToken ct) =>
            {
                await decide.AcknowledgeAsync(id, caller, ct);
                return TypedResults.NoContent();
            })
            .AllowRoles(Role.Subscriber, Role.ItStaff, Role.Steward, Role.Clerk).WithSummary("Takes note of an outcome; the task to do so ends");
    }

    /// <summary>A steward's word against a correction.</summary>
    /// <param name="Reason">Why the record is right.</param>
    internal sealed record Rejection(string Reason);
}
