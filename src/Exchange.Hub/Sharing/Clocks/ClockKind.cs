using System.Text.Json;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>What somebody has a limited time for.</summary>
public enum ClockKind
{
    /// <summary>The administrator's look at a request that was submitted.</summary>
    PreCheck,

    /// <summary>The answer to a request for data that is shared without conditions.</summary>
    UnconditionalAnswer,

    /// <summary>The steward's answer to a request for data that is shared on conditions.</summary>
    ConditionalAnswer,

    /// <summary>From approval to the first delivery under the grant.</summary>
    Delivery,

    /// <summary>The steward's word on a record that is said to be wrong.</summary>
    Correction,

    /// <summary>The catalogue's entry, after its source has changed: while a run is held because columns are not as they were.</summary>
    CatalogueUpdate,
}

/// <summary>The spelling of kinds in the API and in the database.</summary>
static class ClockKinds
{
    public static IReadOnlyList<ClockKind> All { get; } = Enum.GetValues<ClockKind>();

    /// <summary><c>pre-check</c>.</summary>
    public static string ToName(this ClockKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());

    /// <summary>The kind of this name.</summary>
    public static ClockKind Parse(string name) => All.First(kind => kind.ToName() == name);
}
