using System.Net;

namespace Exchange.Hub.Tests.Sharing.Requests;

/// <summary>The rules of requests, told once more and plainly: what happens when somebody does something.</summary>
sealed class PlainRules(string sharing)
{
    static readonly string[] BeforeSubmission = ["draft", "returned"];
    static readonly string[] Deciding = ["under-review", "extended"];

    public bool Unconditional => sharing == "unconditional";

    public string State { get; private set; } = "draft";

    /// <summary>Every deed that took effect.</summary>
    public List<string> Done { get; } = ["draft"];

    /// <summary>The side that does a deed.</summary>
    public static string SideOf(string deed, string state) => deed switch
    {
        "return" or "pre-check" or "uphold" or "overturn" => "administrator",
        "ask" => state == "submitted" ? "administrator" : "steward",
        "extend" or "approve" or "refuse" or "agree" => "steward",
        _ => "requester",
    };

    /// <summary>What brings a request nearer to a grant; null where it has ended.</summary>
    public static string? TowardsGrant(string state) => state switch
    {
        "draft" or "returned" => "submit",
        "submitted" => "pre-check",
        "under-review" or "extended" => "approve",
        "refused" => "appeal",
        "appealed" => "overturn",
        "approved" => "agree",
        "agreed" => "verify",
        _ => null,
    };

    /// <summary>Lets somebody do something.</summary>
    /// <returns>How the API answers.</returns>
    public HttpStatusCode Do(string actor, string deed)
    {
        if (!MayCall(actor, deed))
            return HttpStatusCode.Forbidden;
        if (actor == "stranger" || (State == "draft" && actor != "requester"))
            return HttpStatusCode.Forbidden;
        if (Next(deed) is not { } next)
            return HttpStatusCode.Conflict;
        if (actor != SideOf(deed, State))
            return HttpStatusCode.Forbidden;
        State = next;
        Done.Add(deed);
        return HttpStatusCode.OK;
    }

    /// <summary>Roles that the route is open to at all: a requester here is IT staff.</summary>
    static bool MayCall(string actor, string deed) => actor switch
    {
        "requester" => deed is "amend" or "submit" or "answer" or "verify" or "withdraw" or "appeal",
        "administrator" or "own administrator" => deed is "return" or "pre-check" or "ask" or "uphold" or "overturn",
        _ => deed is not ("return" or "pre-check" or "uphold" or "overturn"),
    };

    string? Next(string deed)
    {
        switch (deed)
        {
            case "amend":
                return BeforeSubmission.Contains(State) ? State : null;
            case "submit":
                return BeforeSubmission.Contains(State) ? "submitted" : null;
            case "return":
                return State == "submitted" ? "returned" : null;
            case "ask" or "answer":
                return State == "submitted" || Deciding.Contains(State) ? State : null;
            case "pre-check":
                return State != "submitted" ? null : sharing switch { "conditional" => "under-review", "unconditional" => "granted", _ => "refused" };
            case "extend":
                return State == "under-review" ? "extended" : null;
            case "approve":
                return Deciding.Contains(State) ? "approved" : null;
            case "refuse":
                return Deciding.Contains(State) ? "refused" : null;
            case "agree":
                return State == "approved" ? "agreed" : null;
            case "verify":
                return State == "agreed" ? "granted" : null;
            case "withdraw":
                return State == "submitted" || BeforeSubmission.Contains(State) || Deciding.Contains(State) ? "withdrawn" : null;
            case "appeal":
                return State == "refused" ? "appealed" : null;
            case "uphold":
                return State == "appealed" ? "upheld" : null;
            default:
                return State == "appealed" ? "approved" : null;
        }
    }
}
