using Exchange.Sdk;

namespace Exchange.Engine.Records;

/// <summary>
/// What the mapping and the schema made of one <see cref="Batch"/>: accepted records as canonical JSON bytes with
/// key and content hash, rejects with their reason, and counts. Reused from batch to batch; not thread-safe.
/// Invariant: <c>Read = Count + Rejects.Count + Filtered + Known</c>.
/// </summary>
public sealed class RecordBatch
{
    readonly JsonBuffer bytes = new(1024 * 1024);
    readonly List<RecordReject> rejects = [];
    Entry[] entries = new Entry[4096];

    /// <summary>Rows and source rejects that came in.</summary>
    public long Read { get; set; }

    /// <summary>Rows that the mapping's filter left out.</summary>
    public long Filtered { get; set; }

    /// <summary>Rows that were not mapped, because what becomes of them is known already.</summary>
    public long Known { get; set; }

    /// <summary>Accepted records.</summary>
    public int Count { get; private set; }

    /// <summary>Rows refused, each with its reason.</summary>
    public IReadOnlyList<RecordReject> Rejects => rejects;

    /// <summary>Where mapped bytes are written; see <see cref="Accept"/>.</summary>
    public JsonBuffer Bytes => bytes;

    /// <summary>Bytes written so far; the start of what is written next.</summary>
    public int Position => bytes.Length;

    /// <summary>Empties the batch.</summary>
    public void Clear()
    {
        bytes.Clear();
        rejects.Clear();
        Count = 0;
        Read = Filtered = Known = 0;
    }

    /// <summary>Bytes between two positions.</summary>
    public ReadOnlySpan<byte> Slice(int start, int end) => bytes.WrittenSpan[start..end];

    /// <summary>Takes the bytes <c>[keyStart, docStart)</c> as key and <c>[docStart, Position)</c> as record.</summary>
    /// <param name="keyStart">Start of the key text.</param>
    /// <param name="docStart">Start of the canonical JSON; empty for a tombstone.</param>
    /// <param name="hash">Content hash of the record.</param>
    /// <param name="sourceRow">Row in the source batch.</param>
    /// <param name="position">Where the row stood.</param>
    /// <param name="delete">True for a tombstone.</param>
    public void Accept(int keyStart, int docStart, UInt128 hash, int sourceRow, SourcePosition position, bool delete = false)
    {
        if (Count == entries.Length)
            Array.Resize(ref entries, Count * 2);
        entries[Count++] = new Entry(keyStart, docStart, bytes.Length, hash, sourceRow, position, delete);
    }

    /// <summary>Records a refused row.</summary>
    public void Reject(RecordReject reject) => rejects.Add(reject);

    /// <summary>Moves accepted records that a later check refuses to the rejects.</summary>
    /// <param name="check">The reason to refuse the record of this index; null to keep it.</param>
    public void RejectWhere(Func<int, RecordReject?> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (check(i) is { } reject)
                rejects.Add(reject);
            else
                entries[kept++] = entries[i];
        }
        Count = kept;
    }

    /// <summary>Key text (UTF-8) of one record.</summary>
    public ReadOnlySpan<byte> Key(int index) => Slice(entries[index].KeyStart, entries[index].DocStart);

    /// <summary>Canonical JSON (UTF-8) of one record; empty for a tombstone.</summary>
    public ReadOnlySpan<byte> Doc(int index) => Slice(entries[index].DocStart, entries[index].End);

    /// <summary>Content hash of one record.</summary>
    public UInt128 Hash(int index) => entries[index].Hash;

    /// <summary>Row of the source batch that the record came from.</summary>
    public int SourceRow(int index) => entries[index].SourceRow;

    /// <summary>Where the record stood in its source.</summary>
    public SourcePosition SourcePosition(int index) => entries[index].Position;

    /// <summary>True for a tombstone.</summary>
    public bool IsDelete(int index) => entries[index].Delete;

    readonly record struct Entry(int KeyStart, int DocStart, int End, UInt128 Hash, int SourceRow, SourcePosition Position, bool Delete);
}
