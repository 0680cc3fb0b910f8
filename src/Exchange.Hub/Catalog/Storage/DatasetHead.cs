namespace Exchange.Hub.Catalog.Storage;

/// <summary>Where a dataset stands.</summary>
/// <param name="Seq">Last seq of the change feed.</param>
/// <param name="Publication">Number of the last publication; 0 before the first.</param>
/// <param name="Records">Records alive.</param>
/// <param name="Epoch">Feed epoch.</param>
/// <param name="HashSeed">Seed of the content hashes.</param>
/// <param name="Checkpoint">Source position up to which records are safely published.</param>
/// <param name="Columns">Source columns of the last publication, as JSON.</param>
/// <param name="Run">The run that made the last publication.</param>
/// <param name="Storage">False until the dataset's tables exist.</param>
public sealed record DatasetHead(
    int DatasetId,
    string Name,
    string Department,
    long Seq,
    int Publication,
    long Records,
    int Epoch,
    long HashSeed,
    string? Checkpoint,
    string? Columns,
    DateTimeOffset? PublishedAt,
    Guid? Run,
    bool Storage,
    IReadOnlyList<FilterColumn> Filters)
{
    /// <summary>Schema that the records of the last publication follow, such as <c>company/1.0</c>; null before the first.</summary>
    public string? Schema { get; init; }

    /// <summary>Counts told outside of the department are multiples of this; null where they are exact.</summary>
    public int? SmallCount { get; init; }
}
