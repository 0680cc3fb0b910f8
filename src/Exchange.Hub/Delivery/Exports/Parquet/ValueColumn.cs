using System.Runtime.CompilerServices;
using Exchange.Engine.Records;
using Parquet;
using Parquet.Schema;

namespace Exchange.Hub.Delivery.Exports.Parquet;

/// <summary>Values of a type of their own.</summary>
sealed class ValueColumn<T>(ExportColumn column, DataField field, TryRead<T> read) : ParquetColumn(column, field)
    where T : struct
{
    const int FirstValues = 1024;

    T[] values = new T[FirstValues];
    int count;
    byte[] scratch = new byte[64];

    public override long Bytes => ((long)count * Unsafe.SizeOf<T>()) + LevelBytes;

    protected override void Take(FieldSlice slice, ReadOnlySpan<byte> record)
    {
        if (count == values.Length)
            Array.Resize(ref values, count * 2);
        if (!read(slice.Kind, slice.TextOf(record, ref scratch), out values[count++]))
            throw Misfit();
    }

    protected override async Task WriteAsync(ParquetRowGroupWriter group, ReadOnlyMemory<int>? definitionLevels, CancellationToken cancellation)
    {
        await group.WriteAllPartsAsync<T>(Field, values.AsMemory(0, count), definitionLevels, null, cancellation);
        count = 0;
    }
}
