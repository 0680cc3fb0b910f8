using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Policies;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Passes a complete request on as the strictest class among what it asks for says: granted, under review, or refused.</summary>
sealed class PreCheckRequest(RequestSteps steps, TimeProvider time)
{
    /// <summary>Passes it on.</summary>
    public Task<RequestView> ExecuteAsync(Attempt attempt, CancellationToken cancellationToken) =>
        steps.TakeAsync(
            attempt, RequestDeed.PreCheck,
            async (connection, request) =>
            {
                var policy = await SharingPolicies.FindAsync(connection, request.Dataset, cancellationToken)
                    ?? throw HubException.Conflict("not-offered", $"{request.Provider} has stated no policy for {request.Dataset}. Return the request, or wait for the policy.");
                var asked = request.Asked!;
                var fields = asked.Fields.Select(pointer => (Pointer: pointer, Rule: policy.Of(pointer))).ToList();
                if (fields.Where(field => field.Rule.Class == SharingClass.NotShared).ToList() is { Count: > 0 } withheld)
                    return new Outcome(RequestState.Refused, request, ReasonOf(request, policy, withheld));
                if (fields.Any(field => field.Rule.Class == SharingClass.Conditional))
                    return new Outcome(RequestState.UnderReview, request);
                ApproveRequest.RequireTimeLeft(asked, time.GetUtcNow());
                return new Outcome(RequestState.Granted, request with { Approved = asked });
            },
            cancellationToken);

    static string ReasonOf(Request request, PolicyDefinition policy, List<(string Pointer, (SharingClass Class, string? LegalBasis) Rule)> withheld) =>
        policy.Class == SharingClass.NotShared
            ? $"{request.Dataset} is not shared: {policy.LegalBasis}"
            : string.Join("; ", withheld.GroupBy(field => field.Rule.LegalBasis).Select(law => $"{string.Join(", ", law.Select(field => field.Pointer))} not shared: {law.Key}"));
}
