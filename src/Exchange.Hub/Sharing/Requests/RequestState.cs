namespace Exchange.Hub.Sharing.Requests;

/// <summary>Where a request stands.</summary>
public enum RequestState
{
    /// <summary>Being written; nobody else sees it.</summary>
    Draft,

    /// <summary>Waits for an administrator's pre-check.</summary>
    Submitted,

    /// <summary>Waits for its department, with one list of everything missing.</summary>
    Returned,

    /// <summary>Waits for the providing department's steward.</summary>
    UnderReview,

    /// <summary>As under review, with the one extension of the time to answer.</summary>
    Extended,

    /// <summary>Waits for the providing department to confirm the terms.</summary>
    Approved,

    /// <summary>Waits for the requesting department to confirm the terms.</summary>
    Agreed,

    /// <summary>A grant came out.</summary>
    Granted,

    /// <summary>Refused, with the reason; may be appealed against.</summary>
    Refused,

    /// <summary>Waits for an administrator's word on the refusal.</summary>
    Appealed,

    /// <summary>The refusal stands.</summary>
    Upheld,

    /// <summary>Taken back by its department.</summary>
    Withdrawn,
}

/// <summary>What somebody does to a request. Verifying grants it, overturning a refusal approves it: no request rests in between.</summary>
public enum RequestDeed
{
    Draft,
    Amend,
    Submit,
    Return,
    Ask,
    Answer,
    PreCheck,
    Extend,
    Approve,
    Refuse,
    Agree,
    Verify,
    Withdraw,
    Appeal,
    Uphold,
    Overturn,
}

/// <summary>On whose behalf a deed is done.</summary>
public enum Party
{
    /// <summary>IT staff and stewards of the department that asks.</summary>
    Requester,

    /// <summary>Administrators of the hub.</summary>
    Administrator,

    /// <summary>Stewards of the department that provides.</summary>
    Provider,
}

/// <summary>One arrow of the state machine.</summary>
public sealed record Arrow(RequestState From, RequestDeed Deed, Party Party, RequestState To);

/// <summary>The transition table of <see cref="RequestState"/>. What is not in it cannot be done.</summary>
public static class RequestStates
{
    /// <summary>Every arrow.</summary>
    public static IReadOnlyList<Arrow> Arrows { get; } =
    [
        new(RequestState.Draft, RequestDeed.Amend, Party.Requester, RequestState.Draft),
        new(RequestState.Draft, RequestDeed.Submit, Party.Requester, RequestState.Submitted),
        new(RequestState.Draft, RequestDeed.Withdraw, Party.Requester, RequestState.Withdrawn),

        new(RequestState.Submitted, RequestDeed.Ask, Party.Administrator, RequestState.Submitted),
        new(RequestState.Submitted, RequestDeed.Answer, Party.Requester, RequestState.Submitted),
        new(RequestState.Submitted, RequestDeed.Return, Party.Administrator, RequestState.Returned),
        new(RequestState.Submitted, RequestDeed.PreCheck, Party.Administrator, RequestState.Granted),
        new(RequestState.Submitted, RequestDeed.PreCheck, Party.Administrator, RequestState.UnderReview),
        new(RequestState.Submitted, RequestDeed.PreCheck, Party.Administrator, RequestState.Refused),
        new(RequestState.Submitted, RequestDeed.Withdraw, Party.Requester, RequestState.Withdrawn),

        new(RequestState.Returned, RequestDeed.Amend, Party.Requester, RequestState.Returned),
        new(RequestState.Returned, RequestDeed.Submit, Party.Requester, RequestState.Submitted),
        new(RequestState.Returned, RequestDeed.Withdraw, Party.Requester, RequestState.Withdrawn),

        new(RequestState.UnderReview, RequestDeed.Ask, Party.Provider, RequestState.UnderReview),
        new(RequestState.UnderReview, RequestDeed.Answer, Party.Requester, RequestState.UnderReview),
        new(RequestState.UnderReview, RequestDeed.Extend, Party.Provider, RequestState.Extended),
        new(RequestState.UnderReview, RequestDeed.Approve, Party.Provider, RequestState.Approved),
        new(RequestState.UnderReview, RequestDeed.Refuse, Party.Provider, RequestState.Refused),
        new(RequestState.UnderReview, RequestDeed.Withdraw, Party.Requester, RequestState.Withdrawn),

        new(RequestState.Extended, RequestDeed.Ask, Party.Provider, RequestState.Extended),
        new(RequestState.Extended, RequestDeed.Answer, Party.Requester, RequestState.Extended),
        new(RequestState.Extended, RequestDeed.Approve, Party.Provider, RequestState.Approved),
        new(RequestState.Extended, RequestDeed.Refuse, Party.Provider, RequestState.Refused),
        new(RequestState.Extended, RequestDeed.Withdraw, Party.Requester, RequestState.Withdrawn),

        new(RequestState.Approved, RequestDeed.Agree, Party.Provider, RequestState.Agreed),
        new(RequestState.Agreed, RequestDeed.Verify, Party.Requester, RequestState.Granted),

        new(RequestState.Refused, RequestDeed.Appeal, Party.Requester, RequestState.Appealed),
        new(RequestState.Appealed, RequestDeed.Uphold, Party.Administrator, RequestState.Upheld),
        new(RequestState.Appealed, RequestDeed.Overturn, Party.Administrator, RequestState.Approved),
    ];

    /// <summary>On whose behalf a deed is done in a state; null when it cannot be done there.</summary>
    public static Party? PartyOf(this RequestState from, RequestDeed deed) => Arrows.FirstOrDefault(a => a.From == from && a.Deed == deed)?.Party;

    /// <summary>True when a deed may lead from one state to the other.</summary>
    public static bool CanBecome(this RequestState from, RequestDeed deed, RequestState to) => Arrows.Any(a => a.From == from && a.Deed == deed && a.To == to);

    /// <summary>The states in which a deed can be done.</summary>
    public static IEnumerable<RequestState> StatesFor(RequestDeed deed) => Arrows.Where(a => a.Deed == deed).Select(a => a.From).Distinct();

    /// <summary>True for a deed that decides over somebody else's request, which takes four eyes.</summary>
    public static bool Decides(this Party party) => party != Party.Requester;
}
