using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>Who may see a request, who may do what to it, and that four eyes decide.</summary>
static class RequestRights
{
    /// <summary>Drafts are seen by the department that writes them; what was submitted, by both sides, administrators and auditors.</summary>
    public static bool MaySee(this Caller caller, Request request) =>
        caller.Role is Role.ItStaff or Role.Steward && caller.Department == request.Consumer
        || (request.State != RequestState.Draft
            && (caller.Role is Role.Administrator or Role.Auditor || (caller.Role is Role.ItStaff or Role.Steward && caller.Department == request.Provider)));

    /// <summary>Whether the caller acts for a side of the request.</summary>
    public static bool Is(this Caller caller, Party party, Request request) => party switch
    {
        Party.Requester => caller.Role is Role.ItStaff or Role.Steward && caller.Department == request.Consumer,
        Party.Provider => caller.Role == Role.Steward && caller.Department == request.Provider,
        _ => caller.Role == Role.Administrator,
    };

    /// <summary>Nobody decides a request of a department of theirs, in whatever role, nor one that they themselves wrote before they changed departments.</summary>
    public static bool IsOwn(this Caller caller, Request request, IReadOnlyList<RequestStep> history) =>
        caller.BelongsTo(request.Consumer)
        || history.Any(step => step.By == caller.Id && step.Deed is (RequestDeed.Draft or RequestDeed.Amend or RequestDeed.Submit));

    /// <summary>What the caller can do now, in the order of the deeds.</summary>
    public static IReadOnlyList<RequestDeed> OpenTo(this Request request, Caller caller, IReadOnlyList<RequestStep> history) =>
    [
        .. RequestStates.Arrows
            .Where(arrow => arrow.From == request.State && caller.Is(arrow.Party, request) && !(arrow.Party.Decides() && caller.IsOwn(request, history)))
            .Select(arrow => arrow.Deed).Distinct().Order(),
    ];

    /// <summary>Refuses whoever may not do this deed now.</summary>
    /// <exception cref="HubException">Says which side does it, in which state, or that four eyes are needed.</exception>
    public static void Require(this Request request, RequestDeed deed, Caller caller, IReadOnlyList<RequestStep> history)
    {
        if (!caller.MaySee(request))
            throw HubException.Forbidden("other-department", $"Request {request.Id} is between {request.Consumer} and {request.Provider}; you belong to {caller.Department ?? "neither"}.");
        if (request.State.PartyOf(deed) is not { } party)
            throw HubException.Conflict("request-state", $"The request is {Name(request.State)}{Since(history)}; {Name(deed)} applies to what is {string.Join(" or ", RequestStates.StatesFor(deed).Select(Name))}.");
        if (!caller.Is(party, request))
            throw HubException.Forbidden("other-party", $"{Capital(Name(deed))} is for {Describe(party, request)}.");
        if (party.Decides() && caller.IsOwn(request, history))
            throw HubException.Forbidden("four-eyes", "Nobody decides a request of their own department, nor one that they wrote themselves. Leave it to somebody else.");
    }

    /// <summary>A state or deed as the API spells it.</summary>
    public static string Name<T>(T value) where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    static string Since(IReadOnlyList<RequestStep> history) =>
        history is [.., var last] ? $" since {last.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} by {last.Name}" : "";

    static string Describe(Party party, Request request) => party switch
    {
        Party.Requester => $"IT staff and stewards of {request.Consumer}",
        Party.Provider => $"stewards of {request.Provider}",
        _ => "administrators of the hub",
    };

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
