using System.Runtime.InteropServices;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// A blocked Bloom filter over the keys of one run, of bounded size: it may suspect a key wrongly, it never misses a
/// duplicate. Suspects take the slow way, where the database decides exactly; so memory stays bounded whatever the
/// number of rows. It begins small enough for a processor's cache, and goes on in a second layer of all the memory that
/// it may take. (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007.)
/// </summary>
sealed class KeyFilter(long bytes) : IDisposable
{
    const long FirstBytes = 16 * 1024 * 1024;

    /// <summary>At 64 bits a key, one in five million is suspected wrongly.</summary>
    const long FirstKeys = FirstBytes / 8;

    readonly Layer first = new(Math.Min(bytes, FirstBytes));
    Layer? second;
    long keys;

    /// <summary>Says that a key will soon be added.</summary>
    public void Prefetch(UInt128 hash)
    {
        first.Prefetch(hash);
        second?.Prefetch(hash);
    }

    /// <summary>Adds a key.</summary>
    /// <returns>True when the key may have been added before; false when it surely was not.</returns>
    public bool AddAndSuspect(UInt128 hash)
    {
        if (keys++ < FirstKeys || bytes <= 2 * FirstBytes)
            return first.Suspects(hash, add: true);
        second ??= new Layer(bytes - FirstBytes);
        return first.Suspects(hash, add: false) | second.Suspects(hash, add: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        first.Dispose();
        second?.Dispose();
    }

    sealed unsafe class Layer : IDisposable
    {
        const int WordsPerBlock = 8;
        const int BitsPerKey = 7;
        readonly ulong blocks;
        ulong* words;

        /// <param name="bytes">Size; rounded down to whole cache lines.</param>
        public Layer(long bytes)
        {
            blocks = (ulong)Math.Max(1, bytes / (WordsPerBlock * sizeof(ulong)));
            words = (ulong*)NativeMemory.AllocZeroed((nuint)blocks * WordsPerBlock, sizeof(ulong));
        }

        public void Prefetch(UInt128 hash) => KeyHashes.Prefetch(BlockOf(hash));

        public bool Suspects(UInt128 hash, bool add)
        {
            var block = BlockOf(hash);
            var bits = (ulong)(hash >> 64);
            var suspect = true;
            for (var i = 0; i < BitsPerKey; i++, bits >>= 9)
            {
                var mask = 1UL << (int)(bits & 63);
                ref var word = ref block[(bits >> 6) & 7];
                suspect &= (word & mask) != 0;
                if (add)
                    word |= mask;
            }
            return suspect;
        }

        public void Dispose()
        {
            NativeMemory.Free(words);
            words = null;
        }

        ulong* BlockOf(UInt128 hash) => words + (Math.BigMul((ulong)hash, blocks, out _) * WordsPerBlock);
    }
}
