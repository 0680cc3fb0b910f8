using System.IO.Hashing;

namespace Exchange.Engine.Records;

/// <summary>
/// The fingerprint by which a refresh tells changed records from unchanged ones: XXH128 over the canonical bytes, with a
/// seed of the dataset so that records cannot be prepared to collide. It finds changes; it proves nothing to anybody.
/// </summary>
public static class ContentHash
{
    /// <summary>The hash of one record's canonical bytes.</summary>
    public static UInt128 Of(ReadOnlySpan<byte> record, long seed) => XxHash128.HashToUInt128(record, seed);
}
