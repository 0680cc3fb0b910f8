using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>What a record is, beside what is published under its key.</summary>
enum KeyMatch
{
    /// <summary>Nothing is published under this key.</summary>
    New,

    /// <summary>The published record has the same content.</summary>
    Unchanged,

    /// <summary>The published record has other content.</summary>
    Changed,

    /// <summary>This run has seen the key before.</summary>
    Duplicate,
}

/// <summary>
/// Every published key with its content hash, its seq and, where it is known, the fingerprint of the source row that it
/// was made of; outside the garbage collector's reach. Hashes stand as 96 bits of seeded XxHash128: among ten million
/// keys the chance that any two meet is below 10⁻¹⁵.
/// </summary>
/// <remarks>
/// Entries stand in chunks in the order in which they came and never move; two open-addressing tables lead to them, by
/// key and by row. The table of rows is filled before the first record is matched and not touched afterwards, so other
/// threads may look rows up while one thread matches.
/// </remarks>
sealed unsafe class KeyIndex : IDisposable
{
    /// <summary>Bytes for one key at most: an entry, and its part of two tables of which one may just be growing.</summary>
    public const int BytesPerKey = 80;

    const int ChunkEntries = 64 * 1024;
    const int ChunkBits = 16;
    readonly long maxEntries;
    readonly Entry** chunks;
    readonly SlotTable keys;
    readonly SlotTable rows;
    int count;

    /// <param name="expected">Keys to make room for at once.</param>
    /// <param name="byteBudget">Bytes that the index may take at most, growth included.</param>
    public KeyIndex(long expected, long byteBudget)
    {
        maxEntries = Limit(byteBudget);
        expected = Math.Min(expected, maxEntries);
        chunks = (Entry**)NativeMemory.AllocZeroed((nuint)(maxEntries / ChunkEntries) + 1, (nuint)sizeof(Entry*));
        keys = new SlotTable(expected, number => At(number)->Key0);
        rows = new SlotTable(expected, number => At(number)->Row0);
    }

    /// <summary>Entries that fit into a budget; more must be compared by the database.</summary>
    public static long Limit(long byteBudget) => Math.Min(int.MaxValue / 2, byteBudget / BytesPerKey);

    /// <summary>Keys in the index.</summary>
    public int Count => count;

    /// <summary>Adds a published key.</summary>
    /// <param name="key">Hash of the key.</param>
    /// <param name="content">Hash of the record.</param>
    /// <param name="row">Fingerprint of its source row; 0 where it is not known.</param>
    /// <param name="seq">Its seq.</param>
    /// <exception cref="KeyIndexFullException">The budget is used up.</exception>
    public void AddPublished(UInt128 key, UInt128 content, UInt128 row, long seq)
    {
        var number = Append(key);
        var entry = At(number);
        entry->Content0 = (ulong)content;
        entry->Content1 = High32(content);
        SetRow(entry, row);
        entry->SeqAndFlags = seq << Entry.FlagBits;
        if (row != default)
            rows.Add(entry->Row0, number);
    }

    /// <summary>Says that a key will soon be looked up.</summary>
    public void Prefetch(UInt128 key) => KeyHashes.Prefetch(keys.First((ulong)key));

    /// <summary>Says that an entry of a digest will soon be added.</summary>
    public void Prefetch(in Entry entry)
    {
        KeyHashes.Prefetch(keys.First(entry.Key0));
        KeyHashes.Prefetch(rows.First(entry.Row0));
    }

    /// <summary>Says that a row will soon be looked up.</summary>
    public void PrefetchRow(UInt128 row) => KeyHashes.Prefetch(rows.First((ulong)row));

    /// <summary>The entry of the record that was made of a row like this one; -1 when there is none.</summary>
    public int FindRow(UInt128 row)
    {
        for (var slot = rows.First((ulong)row); *slot != SlotTable.Free; slot = rows.Next(slot))
        {
            var entry = At(*slot);
            if (entry->Row0 == (ulong)row && entry->Row1 == High32(row))
                return *slot;
        }
        return -1;
    }

    /// <summary>Marks the record of a known row as seen.</summary>
    /// <returns><see cref="KeyMatch.Unchanged"/>, or <see cref="KeyMatch.Duplicate"/> when a row before had its key.</returns>
    public KeyMatch MatchRow(int number)
    {
        var entry = At(number);
        if ((entry->SeqAndFlags & Entry.Seen) != 0)
            return KeyMatch.Duplicate;
        entry->SeqAndFlags |= Entry.Seen;
        return KeyMatch.Unchanged;
    }

    /// <summary>Looks a record up and marks its key as seen; a new key is remembered.</summary>
    /// <param name="key">Hash of the key.</param>
    /// <param name="content">Hash of the record.</param>
    /// <param name="row">Fingerprint of its row; 0 where it is not known.</param>
    /// <param name="position">Rank that it has among the changes if it is one, from 1.</param>
    /// <exception cref="KeyIndexFullException">The budget is used up.</exception>
    public KeyMatch Match(UInt128 key, UInt128 content, UInt128 row, long position)
    {
        var number = FindKey(key);
        var match = number < 0 ? KeyMatch.New : KeyMatch.Changed;
        var entry = At(number < 0 ? Append(key) : number);
        if ((entry->SeqAndFlags & Entry.Seen) != 0)
            return KeyMatch.Duplicate;
        SetRow(entry, row);
        if (match == KeyMatch.Changed && entry->Content0 == (ulong)content && entry->Content1 == High32(content))
        {
            entry->SeqAndFlags |= Entry.Seen;
            return KeyMatch.Unchanged;
        }
        entry->Content0 = (ulong)content;
        entry->Content1 = High32(content);
        entry->SeqAndFlags = (position << Entry.FlagBits) | Entry.Seen | Entry.Moved;
        return match;
    }

    /// <summary>The seq of every published key that no record of this run had.</summary>
    public IEnumerable<long> Unseen()
    {
        for (var i = 0; i < count; i++)
        {
            var seq = SeqAndFlagsAt(i);
            if ((seq & Entry.Seen) == 0)
                yield return seq >> Entry.FlagBits;
        }
    }

    /// <summary>Entries as they stand once the run is published.</summary>
    /// <param name="from">Number of the first entry to look at; moved on past the last one looked at.</param>
    /// <param name="into">Where to; as many as fit.</param>
    /// <param name="lastSeq">The last seq before this publication: changes follow it by their position.</param>
    /// <param name="dropUnseen">True when records that were not seen are gone.</param>
    /// <returns>How many were written; 0 at the end.</returns>
    public int CopyPublished(ref int from, Span<Entry> into, long lastSeq, bool dropUnseen)
    {
        var written = 0;
        for (; from < count && written < into.Length; from++)
        {
            var entry = *At(from);
            if (dropUnseen && (entry.SeqAndFlags & Entry.Seen) == 0)
                continue;
            var seq = entry.SeqAndFlags >> Entry.FlagBits;
            entry.SeqAndFlags = ((entry.SeqAndFlags & Entry.Moved) == 0 ? seq : lastSeq + seq) << Entry.FlagBits;
            into[written++] = entry;
        }
        return written;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0L; i <= maxEntries / ChunkEntries; i++)
        {
            NativeMemory.Free(chunks[i]);
            chunks[i] = null;
        }
        NativeMemory.Free(chunks);
        keys.Dispose();
        rows.Dispose();
    }

    static uint High32(UInt128 value) => (uint)(value >> 64);

    static void SetRow(Entry* entry, UInt128 row)
    {
        entry->Row0 = (ulong)row;
        entry->Row1 = High32(row);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Entry* At(int number) => chunks[number >> ChunkBits] + (number & (ChunkEntries - 1));

    long SeqAndFlagsAt(int number) => At(number)->SeqAndFlags;

    int FindKey(UInt128 key)
    {
        for (var slot = keys.First((ulong)key); *slot != SlotTable.Free; slot = keys.Next(slot))
        {
            var entry = At(*slot);
            if (entry->Key0 == (ulong)key && entry->Key1 == High32(key))
                return *slot;
        }
        return -1;
    }

    int Append(UInt128 key)
    {
        if (count >= maxEntries)
            throw new KeyIndexFullException();
        if ((count & (ChunkEntries - 1)) == 0)
            chunks[count >> ChunkBits] = (Entry*)NativeMemory.AllocZeroed(ChunkEntries, (nuint)sizeof(Entry));
        var entry = At(count);
        entry->Key0 = (ulong)key;
        entry->Key1 = High32(key);
        keys.Add(entry->Key0, count);
        return count++;
    }

    /// <summary>What is known of one key. 48 bytes; the form in which a <see cref="ReadDigest"/> stores it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Entry
    {
        public const long Seen = 1;
        public const long Moved = 2;
        public const int FlagBits = 2;

        public ulong Key0;
        public ulong Content0;
        public ulong Row0;
        public long SeqAndFlags;
        public uint Key1;
        public uint Content1;
        public uint Row1;

        public readonly UInt128 Key => new(Key1, Key0);

        public readonly UInt128 Content => new(Content1, Content0);

        public readonly UInt128 Row => new(Row1, Row0);

        public readonly long Seq => SeqAndFlags >> FlagBits;
    }
}

/// <summary>More keys than the run's memory holds: the run begins again and lets the database compare.</summary>
sealed class KeyIndexFullException : Exception;
