using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Grants;

/// <summary>Who may see a grant, and who may change it.</summary>
static class GrantParties
{
    /// <summary>Both departments, and the hub's administrators and auditors.</summary>
    public static bool MaySee(this Caller caller, Grant grant) => caller.SeesAllGrants() || caller.Department is { } own && (own == grant.Provider || own == grant.Consumer);

    /// <summary>Whether it sees the grants of all departments.</summary>
    public static bool SeesAllGrants(this Caller caller) => caller.Role is Role.Administrator or Role.Auditor;

    /// <summary>Refuses whoever is neither a steward of the provider nor an administrator.</summary>
    public static void RequireProvider(this Caller caller, Grant grant)
    {
        if (!caller.MayActFor(grant.Provider) || caller.Role is not (Role.Administrator or Role.Steward))
            throw HubException.Forbidden("other-department", $"Grant {grant.Id} is of {grant.Provider}; only its stewards and the hub's administrators may do this.");
    }

    /// <summary>Refuses whoever is no steward of the provider: an administrator keeps order, and gives nothing away.</summary>
    public static void RequireProvidersSteward(this Caller caller, Grant grant)
    {
        if (caller.Role != Role.Steward || caller.Department != grant.Provider)
            throw HubException.Forbidden("providers-steward-only", $"Only a steward of {grant.Provider} may give more of its data.");
    }

    /// <summary>Refuses whoever belongs to the department that would gain: nobody gives to themselves.</summary>
    public static void RequireFourEyes(this Caller caller, Grant grant)
    {
        if (caller.BelongsTo(grant.Consumer))
            throw HubException.Forbidden("four-eyes", $"You belong to {grant.Consumer}, which the grant is for. Leave it to somebody else of {grant.Provider}.");
    }

    /// <summary>Refuses whoever belongs to neither side.</summary>
    public static void RequireParty(this Caller caller, Grant grant)
    {
        if (caller.Role != Role.Administrator && caller.Department != grant.Provider && caller.Department != grant.Consumer)
            throw HubException.Forbidden("other-department", $"Grant {grant.Id} is between {grant.Provider} and {grant.Consumer}; only they may end it.");
    }

    /// <summary>A reason for the record, as a person wrote it.</summary>
    /// <exception cref="HubException">It is empty or too long.</exception>
    public static string RequireReason(string? reason)
    {
        new Validation().Require(!string.IsNullOrWhiteSpace(reason) && reason.Length <= 2000, "/reason", "is empty or too long", "Say in 1 to 2000 characters why: both departments read it.").ThrowIfAny();
        return reason!;
    }
}
