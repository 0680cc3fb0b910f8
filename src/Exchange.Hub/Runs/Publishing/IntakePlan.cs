using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;
using Exchange.Sdk;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>What an intake must know of its run.</summary>
/// <param name="Epoch">Epoch of the claim: a worker that was overtaken may still be writing tables of its own.</param>
/// <param name="Columns">Columns of the source, for the raw rows of rejects.</param>
/// <param name="MemoryBytes">What the run may take in all; an intake keeps well below it.</param>
/// <param name="Digest">Where the last read is remembered.</param>
/// <param name="Rules">What records depend on beside their rows; null when rows must be mapped whatever is remembered.</param>
sealed record IntakePlan(
    Guid Run, int Epoch, DatasetHead Head, IReadOnlyList<SourceColumn> Columns, long MemoryBytes, ReadDigest Digest, string? Rules)
{
    RawRow? rawRow;

    public IReadOnlyList<FilterColumn> Filters => Head.Filters;

    public DatasetTables Tables => field ??= new DatasetTables(Head.DatasetId, Head.Filters);

    public ChangeTables Changes => field ??= new ChangeTables(Run, Epoch, Tables);

    public long HashSeed => Head.HashSeed;

    /// <summary>The source row of a record, as the quarantine shows it.</summary>
    public string RawRowOf(Batch source, int row) => (rawRow ??= new RawRow(Columns)).Of(source, row);

    /// <summary>Bytes for the index of published keys.</summary>
    public long IndexBytes => MemoryBytes / 2;
}
