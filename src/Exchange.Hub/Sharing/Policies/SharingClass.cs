namespace Exchange.Hub.Sharing.Policies;

/// <summary>How freely data is shared, from the freest to the strictest.</summary>
public enum SharingClass
{
    /// <summary>Granted to whoever passes the pre-check.</summary>
    Unconditional,

    /// <summary>The providing department's steward decides.</summary>
    Conditional,

    /// <summary>Refused, with the stored legal basis.</summary>
    NotShared,
}
