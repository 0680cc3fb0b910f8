using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>What an intake must know of its run.</summary>
/// <param name="MemoryBytes">What the run may take in all; an intake keeps well below it.</param>
sealed record IntakePlan(Guid Run, DatasetHead Head, long MemoryBytes)
{
    public IReadOnlyList<FilterColumn> Filters => Head.Filters;

    public DatasetTables Tables => field ??= new DatasetTables(Head.DatasetId, Head.Filters);

    public ChangeTables Changes => field ??= new ChangeTables(Run, Tables);

    public long HashSeed => Head.HashSeed;

    /// <summary>Bytes for the index of published keys.</summary>
    public long IndexBytes => MemoryBytes / 2;
}
