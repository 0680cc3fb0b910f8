namespace Exchange.Hub.Demo.City;

/// <summary>A department's data island: a register, and the legacy form in which the department gives it away.</summary>
interface IIsland
{
    /// <summary>The dataset that is published from it.</summary>
    string Dataset { get; }

    /// <summary>Writes the island as it stands on a day, over what stood there before.</summary>
    void Write(int day, Mishap mishap = Mishap.None);

    /// <summary>What a run reads and publishes on <paramref name="day"/> when <paramref name="before"/> is what was published last (0: nothing).</summary>
    RunCounts Expect(int before, int day, Mishap mishap = Mishap.None);
}

/// <summary>What may go wrong in a department on a day.</summary>
enum Mishap
{
    None,

    /// <summary>The file of the day is still being written.</summary>
    Late,

    /// <summary>Some rows are bad, each in its own way.</summary>
    BadRows,

    /// <summary>A column has a new name.</summary>
    RenamedColumn,

    /// <summary>One district's part is missing.</summary>
    MissingDistrict,
}

/// <summary>The counts of one run; <c>Read = Added + Updated + Unchanged + Filtered + Rejected</c> for full reads.</summary>
sealed record RunCounts(long Read, long Added, long Updated, long Unchanged, long Deleted, long Filtered, long Rejected)
{
    public static RunCounts Of(Difference difference, int filtered, int rejected = 0) => new(
        difference.Added + difference.Updated + difference.Unchanged + filtered + rejected,
        difference.Added, difference.Updated, difference.Unchanged, difference.Deleted, filtered, rejected);
}
