using System.Runtime.InteropServices;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// A blocked Bloom filter over the keys of one run, of fixed size: it may suspect a key wrongly, it never misses a
/// duplicate. Suspects take the slow way, where the database decides exactly; so memory stays bounded whatever the
/// number of rows. (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007.)
/// </summary>
sealed unsafe class KeyFilter : IDisposable
{
    const int WordsPerBlock = 8;
    const int BitsPerKey = 7;
    readonly ulong blocks;
    ulong* words;

    /// <param name="bytes">Size; rounded down to whole cache lines.</param>
    public KeyFilter(long bytes)
    {
        blocks = (ulong)Math.Max(1, bytes / (WordsPerBlock * sizeof(ulong)));
        words = (ulong*)NativeMemory.AllocZeroed((nuint)blocks * WordsPerBlock, sizeof(ulong));
    }

    /// <summary>Says that a key will soon be added.</summary>
    public void Prefetch(UInt128 hash) => KeyHashes.Prefetch(BlockOf(hash));

    /// <summary>Adds a key.</summary>
    /// <returns>True when the key may have been added before; false when it surely was not.</returns>
    public bool AddAndSuspect(UInt128 hash)
    {
        var block = BlockOf(hash);
        var bits = (ulong)(hash >> 64);
        var suspect = true;
        for (var i = 0; i < BitsPerKey; i++, bits >>= 9)
        {
            var mask = 1UL << (int)(bits & 63);
            ref var word = ref block[(bits >> 6) & 7];
            suspect &= (word & mask) != 0;
            word |= mask;
        }
        return suspect;
    }

    ulong* BlockOf(UInt128 hash) => words + (Math.BigMul((ulong)hash, blocks, out _) * WordsPerBlock);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(words);
        words = null;
    }
}
