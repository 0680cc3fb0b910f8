using Exchange.Hub.Platform;

namespace Exchange.Hub.Catalog.Storage;

/// <summary>
/// Counts as they are told outside of the department whose dataset it is: rounded down to a multiple of the threshold
/// of its policy. Leaving out only those below the threshold would not do, as two totals tell what lies between them.
/// </summary>
public static class SmallCounts
{
    /// <summary>Whether a caller is told exact counts: the department's own people, and those who run and audit the hub.</summary>
    public static bool TellsExactly(this DatasetHead head, Caller caller) =>
        head.SmallCount is null || caller.Department == head.Department || (caller.Department is null && caller.Role is Role.Administrator or Role.Auditor);

    /// <summary>A count of records as the caller may know it.</summary>
    public static long Told(this DatasetHead head, long count, Caller caller) =>
        head.TellsExactly(caller) ? count : count - (count % head.SmallCount!.Value);
}
