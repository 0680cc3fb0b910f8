using System.Text.Json;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;

namespace Exchange.Hub.Sharing.Access;

/// <summary>Why a grant of the caller's department does not allow a read, in the order in which it is checked.</summary>
public enum GrantMisfit
{
    /// <summary>The grant is for one system, and another asks.</summary>
    SystemNotGranted,

    /// <summary>The stated purpose is another.</summary>
    PurposeNotGranted,

    /// <summary>Data may not leave in this way.</summary>
    ModeNotGranted,

    /// <summary>The grant begins later.</summary>
    GrantNotYetValid,

    /// <summary>The provider has set it aside.</summary>
    GrantSuspended,

    /// <summary>Its time is over.</summary>
    GrantExpired,

    /// <summary>The provider has taken it back.</summary>
    GrantRevoked,

    /// <summary>The consumer said that it needs it no more.</summary>
    GrantCompleted,

    /// <summary>The records follow another major version of the schema than the one that was approved.</summary>
    SchemaMajorChanged,

    /// <summary>A field that its row filter names is not filterable any more.</summary>
    RowsNotFilterable,
}

/// <summary>Whether one grant allows one read.</summary>
static class GrantFit
{
    /// <summary>The first thing that does not fit; null when the grant allows the read.</summary>
    public static GrantMisfit? MisfitOf(Grant grant, ReadQuestion question)
    {
        if (grant.System is { } system && system != question.Caller.Id)
            return GrantMisfit.SystemNotGranted;
        if (question.Purpose is { } purpose && purpose != grant.Purpose)
            return GrantMisfit.PurposeNotGranted;
        if (!grant.Terms.Modes.Allow(question.Mode))
            return GrantMisfit.ModeNotGranted;
        if (OfState(grant, question.At) is { } misfit)
            return misfit;
        if (question.Dataset.Schema is { } schema && !grant.CoversSchema(schema))
            return GrantMisfit.SchemaMajorChanged;
        return grant.Terms.Rows.All(row => question.Dataset.Filters.Any(filter => filter.Pointer == row.Field)) ? null : GrantMisfit.RowsNotFilterable;
    }

    /// <summary>The code that programs know it by.</summary>
    public static string ToCode(this GrantMisfit misfit) => JsonNamingPolicy.KebabCaseLower.ConvertName(misfit.ToString());

    static GrantMisfit? OfState(Grant grant, DateTimeOffset at) => grant.State switch
    {
        GrantState.Suspended => GrantMisfit.GrantSuspended,
        GrantState.Revoked => GrantMisfit.GrantRevoked,
        GrantState.Completed => GrantMisfit.GrantCompleted,
        _ when at >= grant.Terms.Until || grant.State == GrantState.Expired => GrantMisfit.GrantExpired,
        _ => at < grant.Terms.From ? GrantMisfit.GrantNotYetValid : null,
    };
}

/// <summary>What is asked of the gate.</summary>
/// <param name="Caller">Who wants to read.</param>
/// <param name="Dataset">The dataset as it stands.</param>
/// <param name="Mode">How data would leave.</param>
/// <param name="Purpose">The stated purpose; null when none was stated.</param>
/// <param name="At">When.</param>
sealed record ReadQuestion(Caller Caller, DatasetHead Dataset, DeliveryMode Mode, string? Purpose, DateTimeOffset At)
{
    /// <summary>
    /// Finds the lines of the schema that the dataset has left. Null where whoever asks would not keep to the end of a
    /// line: then no line that is over is read.
    /// </summary>
    public Func<CancellationToken, Task<IReadOnlyList<PastLine>>>? Past { get; init; }

    /// <summary>The same question of the dataset as it stood at the end of a line.</summary>
    public ReadQuestion About(PastLine? line) => line is null ? this : this with { Dataset = line.HeadOf(Dataset) };
}
