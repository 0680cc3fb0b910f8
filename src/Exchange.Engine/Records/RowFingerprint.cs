using System.Buffers.Binary;
using System.IO.Hashing;
using Exchange.Sdk;

namespace Exchange.Engine.Records;

/// <summary>
/// Tells a source row from every other row: XXH128 over the bytes of its cells, their lengths and their kinds. Rows of
/// equal fingerprint become equal records as long as nothing else changes that records depend on (see
/// <see cref="Mapping.MappingPlan.RulesOn"/>). Not thread-safe.
/// </summary>
public sealed class RowFingerprint(long seed)
{
    byte[] scratch = new byte[1024];

    /// <summary>The fingerprint of one row of a batch.</summary>
    public UInt128 Of(Batch batch, int row)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var cells = batch.Utf8(row);
        var length = cells.Length + (batch.ColumnCount * sizeof(long));
        if (scratch.Length < length)
            scratch = new byte[length * 2];
        cells.CopyTo(scratch);
        var bounds = scratch.AsSpan(cells.Length);
        for (var column = 0; column < batch.ColumnCount; column++)
            BinaryPrimitives.WriteInt64LittleEndian(bounds[(column * sizeof(long))..], ((long)batch.Utf8(row, column).Length << 8) | (byte)batch.Kind(row, column));
        return XxHash128.HashToUInt128(scratch.AsSpan(0, length), seed);
    }
}
