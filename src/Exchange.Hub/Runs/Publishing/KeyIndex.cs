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
/// Every published key with its content hash and seq, 32 bytes each, outside the garbage collector's reach. Keys and
/// contents stand as 96 bits of seeded XxHash128: among ten million keys the chance that any two meet is below 10⁻¹⁵.
/// </summary>
sealed unsafe class KeyIndex : IDisposable
{
    const long SeenBit = 1;
    readonly long maxEntries;
    Entry* entries;
    long capacity;
    long count;

    /// <param name="expected">Keys to make room for at once.</param>
    /// <param name="byteBudget">Bytes that the index may take at most, growth included.</param>
    public KeyIndex(long expected, long byteBudget)
    {
        maxEntries = CapacityWithin(byteBudget);
        capacity = 1024;
        while (MaxFill(capacity) < expected)
            capacity *= 2;
        entries = Allocate(capacity);
    }

    /// <summary>Entries that fit into a budget; more must be compared by the database.</summary>
    public static long Limit(long byteBudget) => MaxFill(CapacityWithin(byteBudget));

    /// <summary>Keys in the index.</summary>
    public long Count => count;

    /// <summary>Adds a published key.</summary>
    /// <exception cref="KeyIndexFullException">The budget is used up.</exception>
    public void AddPublished(UInt128 key, UInt128 content, long seq)
    {
        MakeRoom();
        var entry = Slot(key);
        Fill(entry, key, content, seq << 1);
        count++;
    }

    /// <summary>Says that a key will soon be looked up.</summary>
    public void Prefetch(UInt128 key) => KeyHashes.Prefetch(entries + ((long)(ulong)key & (capacity - 1)));

    /// <summary>Looks a record up and marks its key as seen; a new key is remembered.</summary>
    /// <exception cref="KeyIndexFullException">The budget is used up.</exception>
    public KeyMatch Match(UInt128 key, UInt128 content)
    {
        MakeRoom();
        var entry = Slot(key);
        if (entry->SeqAndSeen == 0)
        {
            Fill(entry, key, content, SeenBit);
            count++;
            return KeyMatch.New;
        }
        if ((entry->SeqAndSeen & SeenBit) != 0)
            return KeyMatch.Duplicate;
        entry->SeqAndSeen |= SeenBit;
        return entry->Content0 == (ulong)content && entry->Content1 == High32(content) ? KeyMatch.Unchanged : KeyMatch.Changed;
    }

    /// <summary>The seq of every published key that no record of this run had.</summary>
    public IEnumerable<long> Unseen()
    {
        for (var i = 0L; i < capacity; i++)
        {
            var seq = SeqAt(i);
            if (seq != 0 && (seq & SeenBit) == 0)
                yield return seq >> 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(entries);
        entries = null;
        capacity = 0;
    }

    static long MaxFill(long capacity) => capacity / 4 * 3;

    static long CapacityWithin(long byteBudget)
    {
        var capacity = 1024L;
        // While the index grows the old half stands beside the new one.
        while (capacity * 2 * sizeof(Entry) <= byteBudget)
            capacity *= 2;
        return capacity;
    }

    static Entry* Allocate(long capacity) => (Entry*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(Entry));

    static uint High32(UInt128 value) => (uint)(value >> 64);

    static void Fill(Entry* entry, UInt128 key, UInt128 content, long seqAndSeen)
    {
        entry->Key0 = (ulong)key;
        entry->Key1 = High32(key);
        entry->Content0 = (ulong)content;
        entry->Content1 = High32(content);
        entry->SeqAndSeen = seqAndSeen;
    }

    long SeqAt(long index) => entries[index].SeqAndSeen;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    Entry* Slot(UInt128 key)
    {
        var key0 = (ulong)key;
        var key1 = High32(key);
        var index = (long)(key0 & (ulong)(capacity - 1));
        while (true)
        {
            var entry = entries + index;
            if (entry->SeqAndSeen == 0 || (entry->Key0 == key0 && entry->Key1 == key1))
                return entry;
            index = (index + 1) & (capacity - 1);
        }
    }

    void MakeRoom()
    {
        if (count < MaxFill(capacity))
            return;
        if (capacity >= maxEntries)
            throw new KeyIndexFullException();
        var (old, oldCapacity) = ((nint)entries, capacity);
        capacity *= 2;
        entries = Allocate(capacity);
        for (var i = 0L; i < oldCapacity; i++)
        {
            var entry = ((Entry*)old) + i;
            if (entry->SeqAndSeen != 0)
                *SlotOf(entry->Key0, entry->Key1) = *entry;
        }
        NativeMemory.Free((void*)old);
    }

    Entry* SlotOf(ulong key0, uint key1) => Slot(new UInt128(key1, key0));

    [StructLayout(LayoutKind.Sequential)]
    struct Entry
    {
        public ulong Key0;
        public ulong Content0;
        public long SeqAndSeen;
        public uint Key1;
        public uint Content1;
    }
}

/// <summary>More keys than the run's memory holds: the run begins again and lets the database compare.</summary>
sealed class KeyIndexFullException : Exception;
