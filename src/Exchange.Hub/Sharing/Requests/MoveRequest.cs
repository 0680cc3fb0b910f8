using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>The deeds that only move a request: the transition table says where to.</summary>
sealed class MoveRequest(RequestSteps steps, TimeProvider time)
{
    static readonly RequestDeed[] Reasoned =
    [
        RequestDeed.Return, RequestDeed.Ask, RequestDeed.Answer, RequestDeed.Extend, RequestDeed.Refuse, RequestDeed.Appeal, RequestDeed.Uphold, RequestDeed.Overturn,
    ];

    /// <summary>Does one of them.</summary>
    /// <param name="attempt">Which request, and who.</param>
    /// <param name="deed">A deed with one arrow from each state.</param>
    /// <param name="reason">Why, or what is asked or answered.</param>
    /// <exception cref="HubException">The reason is missing, or the deed cannot be done now or by the caller.</exception>
    public Task<RequestView> ExecuteAsync(Attempt attempt, RequestDeed deed, string? reason, CancellationToken cancellationToken, JsonElement? detail = null)
    {
        CheckReason(deed, reason);
        return steps.TakeAsync(
            attempt, deed,
            (_, request) =>
            {
                if (deed is RequestDeed.Agree or RequestDeed.Verify)
                    ApproveRequest.RequireTimeLeft(request.Approved!, time.GetUtcNow());
                var to = RequestStates.Arrows.Single(arrow => arrow.From == request.State && arrow.Deed == deed).To;
                return Task.FromResult(new Outcome(to, request, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), detail));
            },
            cancellationToken);
    }

    /// <summary>Refuses a deed without the reason that it must carry.</summary>
    public static void CheckReason(RequestDeed deed, string? reason) =>
        new Validation()
            .Require(!Reasoned.Contains(deed) || reason?.Trim().Length >= 3, "/reason", "is missing", "Say in 3 to 4000 characters why; it is told to the other side.")
            .Require(reason is null or { Length: <= 4000 }, "/reason", "is too long", "Say it in at most 4000 characters.")
            .ThrowIfAny();
}
