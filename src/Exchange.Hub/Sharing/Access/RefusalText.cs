using System.Globalization;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Access;

/// <summary>Tells a person why a grant does not allow a read, and what to do.</summary>
static class RefusalText
{
    public static string Of(Grant grant, GrantMisfit misfit, ReadQuestion question) => $"Grant {grant.Id} for {grant.Dataset} " + misfit switch
    {
        GrantMisfit.SystemNotGranted => "is for another system of your department. Use that system's token, or request a grant for this one.",
        GrantMisfit.PurposeNotGranted => $"is for the purpose {grant.Purpose}, not {question.Purpose}. Request a grant for yours.",
        GrantMisfit.ModeNotGranted => $"allows {string.Join(", ", grant.Terms.Modes.Select(NameOf))}, not {NameOf(question.Mode)}. Request a grant for this way of delivery.",
        GrantMisfit.GrantNotYetValid => $"begins at {At(grant.Terms.From)}. Try again then.",
        GrantMisfit.GrantSuspended => $"is suspended since {At(grant.StateChangedAt)}{Because(grant)} Ask {grant.Provider} about it.",
        GrantMisfit.GrantExpired => $"expired at {At(grant.Terms.Until)}. Request a new one from {grant.Provider}.",
        GrantMisfit.GrantRevoked => $"was revoked at {At(grant.StateChangedAt)}{Because(grant)} Ask {grant.Provider} about it.",
        GrantMisfit.GrantCompleted => $"was completed at {At(grant.StateChangedAt)}. Request a new one from {grant.Provider}.",
        GrantMisfit.SchemaMajorChanged => $"was approved for {grant.Schema}, and the records now follow {question.Dataset.Schema}. Request a grant for the new version from {grant.Provider}.",
        _ => $"has a row filter over a field that {question.Dataset.Department} no longer declares filterable, or not with this type. Ask {question.Dataset.Department} to declare it as it was.",
    };

    /// <summary>The reason that somebody gave, ended as a sentence: another one follows.</summary>
    static string Because(Grant grant) => grant.StateReason?.TrimEnd() switch
    {
        null or "" => ".",
        [.., '.' or '!' or '?' or '…' or '。' or '！' or '？'] said => $": {said}",
        var said => $": {said}.",
    };

    static string NameOf(DeliveryMode mode) => mode.ToString().ToLowerInvariant();

    public static string At(DateTimeOffset instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
