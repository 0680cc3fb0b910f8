using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Access;

/// <summary>The rule that allows a read.</summary>
public enum AccessRule
{
    /// <summary>IT staff and stewards see the datasets of their own department whole.</summary>
    OwnData,

    /// <summary>A grant of the caller's department is active and fits.</summary>
    Grant,
}

/// <summary>A grant that was looked at, and what did not fit.</summary>
/// <param name="Grant">The grant.</param>
/// <param name="Misfit">Null when it fits.</param>
sealed record ConsideredGrant(Grant Grant, GrantMisfit? Misfit);

/// <summary>
/// Who may read what: the rules of the hub, as a pure function of who asks, the dataset and the grants. Whoever no rule
/// allows is refused.
/// </summary>
/// <param name="Rule">The rule that allows it; null when it is refused.</param>
/// <param name="Entry">The grant that allows it, under <see cref="AccessRule.Grant"/>.</param>
/// <param name="Refusal">Why it is refused; null when it is allowed.</param>
sealed record AccessDecision(AccessRule? Rule, GrantEntry? Entry, HubException? Refusal)
{
    /// <summary>The line of the schema at whose end the reading must stop; null where the newest publication may be read.</summary>
    public PastLine? Line { get; init; }

    const string PurposeRequired = "purpose-required";

    static readonly AccessDecision ownData = new(AccessRule.OwnData, null, null);

    /// <summary>Decides.</summary>
    /// <param name="question">Who asks for what.</param>
    /// <param name="grants">The grants of the caller's department for the dataset.</param>
    public static AccessDecision Of(ReadQuestion question, GrantEntry[] grants)
    {
        var (caller, dataset) = (question.Caller, question.Dataset);
        if (IsOwnData(caller, dataset.Department))
            return ownData;
        if (!MayUseGrants(caller, question.Mode))
            return Refuse("role-cannot-read", caller.Role == Role.Clerk
                ? "A clerk looks single records up, under a grant for look-ups; pages, streams and changes are for systems."
                : $"The role {caller.Role.ToName()} reads no records. They are for the department that publishes them, and for departments with a grant.");
        if (caller.Department is null)
            return Refuse("no-department", "The token belongs to no department, and grants are given to departments. Ask an administrator for a token of yours.");
        return OfGrants(question, grants);
    }

    /// <summary>
    /// Decides for a reader who may not read the newest publication, but perhaps the last one of the line that its grant
    /// was approved for: whoever was granted a major version sees what there was of it, until the day that was announced.
    /// </summary>
    /// <param name="refused">What holds for the newest publication.</param>
    /// <param name="question">What was asked.</param>
    /// <param name="lines">The lines that the dataset has left, the newest first.</param>
    /// <param name="grants">The grants of the caller's department for the dataset.</param>
    public static AccessDecision OfPast(AccessDecision refused, ReadQuestion question, IReadOnlyList<PastLine> lines, GrantEntry[] grants)
    {
        foreach (var line in lines.Where(line => question.At < line.Until))
        {
            var decision = Of(question.About(line), grants);
            if (decision.Refusal is null)
                return decision with { Line = line };
            if (decision.Refusal.Code == PurposeRequired)
                return decision;
        }
        return refused;
    }

    static bool IsOwnData(Caller caller, string department) => caller.Role is Role.ItStaff or Role.Steward && caller.Department == department;

    static bool MayUseGrants(Caller caller, DeliveryMode mode) =>
        caller.Role is Role.Subscriber or Role.ItStaff or Role.Steward || (caller.Role == Role.Clerk && mode is DeliveryMode.Lookup or DeliveryMode.Verify);

    static AccessDecision OfGrants(ReadQuestion question, GrantEntry[] grants)
    {
        GrantEntry? found = null;
        (Grant Grant, GrantMisfit Misfit)? nearest = null;
        foreach (var entry in grants)
        {
            if (GrantFit.MisfitOf(entry.Grant, question) is { } misfit)
            {
                if (nearest is null || misfit > nearest.Value.Misfit)
                    nearest = (entry.Grant, misfit);
            }
            else if (found is null || found.Grant.Purpose == entry.Grant.Purpose)
                found = found is null ? entry : Preferred(found, entry);
            else
                return Refuse(PurposeRequired, $"Your department has grants for {question.Dataset.Name} for several purposes, {found.Grant.Purpose} and {entry.Grant.Purpose} among them. Say which with the header {AccessHeaders.Purpose}.");
        }
        if (found is not null)
            return new AccessDecision(AccessRule.Grant, found, null);
        return nearest is var (grant, why)
            ? Refuse(why.ToCode(), RefusalText.Of(grant, why, question))
            : Refuse("no-grant", $"{question.Caller.Department} has no grant for {question.Dataset.Name}. Request one from {question.Dataset.Department}.");
    }

    /// <summary>Of two grants for one purpose: the one for this very system, else the newer.</summary>
    static GrantEntry Preferred(GrantEntry one, GrantEntry other) => (one.Grant.System is null, other.Grant.System is null) switch
    {
        (true, false) => other,
        (false, true) => one,
        _ => (one.Grant.CreatedAt, one.Grant.Id).CompareTo((other.Grant.CreatedAt, other.Grant.Id)) > 0 ? one : other,
    };

    static AccessDecision Refuse(string code, string detail) => new(null, null, HubException.Forbidden(code, detail));
}
