using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// Which rows of one batch stand as they stood when their records were published, under the same rules: their records
/// are unchanged without being made again. One for each batch that goes round; reads the index, changes nothing.
/// </summary>
sealed class RowMatches(KeyIndex index, long seed)
{
    /// <summary>Look-ups that a fetch from memory takes as long as.</summary>
    const int Ahead = KeyHashes.Ahead;

    readonly RowFingerprint fingerprint = new(seed);
    UInt128[] fingerprints = [];
    int[] entries = [];
    bool[] known = [];

    /// <summary>True for each known row of the batch looked at last.</summary>
    public ReadOnlySpan<bool> Known => known.AsSpan(0, Rows);

    /// <summary>Rows of that batch.</summary>
    public int Rows { get; private set; }

    /// <summary>The entry of a known row's record; -1 for a row that must be mapped.</summary>
    public int Entry(int row) => entries[row];

    /// <summary>The fingerprint of a row.</summary>
    public UInt128 Fingerprint(int row) => fingerprints[row];

    /// <summary>Looks at a batch.</summary>
    public void Find(Batch batch)
    {
        Rows = batch.RowCount;
        if (fingerprints.Length < Rows)
            (fingerprints, entries, known) = (new UInt128[Rows], new int[Rows], new bool[Rows]);
        for (var row = 0; row < Rows; row++)
            fingerprints[row] = batch.IsDelete(row) ? default : fingerprint.Of(batch, row);
        for (var row = 0; row < Rows; row++)
        {
            if (row + Ahead < Rows)
                index.PrefetchRow(fingerprints[row + Ahead]);
            entries[row] = index.FindRow(fingerprints[row]);
            known[row] = entries[row] >= 0;
        }
    }
}
