using System.Runtime.Intrinsics.X86;
using Exchange.Engine.Records;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>The hashes of a batch's keys, computed ahead so that the memory they lead to can be fetched ahead too.</summary>
sealed class KeyHashes(long seed)
{
    /// <summary>Look-ups that a fetch from memory takes as long as.</summary>
    public const int Ahead = 16;

    UInt128[] hashes = [];

    /// <summary>Hash of one key of the batch that was computed last.</summary>
    public UInt128 this[int index] => hashes[index];

    /// <summary>Computes the hashes of a batch.</summary>
    public void Compute(RecordBatch records)
    {
        if (hashes.Length < records.Count)
            hashes = new UInt128[records.Count];
        for (var i = 0; i < records.Count; i++)
            hashes[i] = ContentHash.Of(records.Key(i), seed);
    }

    /// <summary>Fetches a cache line that will soon be wanted; a hint that other processors may ignore.</summary>
    public static unsafe void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }
}
