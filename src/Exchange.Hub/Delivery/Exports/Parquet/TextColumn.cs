using System.Text;
using Exchange.Engine.Records;
using Parquet;
using Parquet.Schema;

namespace Exchange.Hub.Delivery.Exports.Parquet;

/// <summary>Text, all of it in one buffer.</summary>
sealed class TextColumn(ExportColumn column, DataField field) : ParquetColumn(column, field)
{
    const int FirstCharacters = 16 * 1024;
    const int FirstValues = 1024;

    /// <summary>What one huge value needed is not kept for the others.</summary>
    const int KeptCharacters = 4 * 1024 * 1024;

    char[] characters = new char[FirstCharacters];
    int[] ends = new int[FirstValues];
    int count;
    byte[] scratch = new byte[1024];
    ReadOnlyMemory<char>[] values = [];

    int Length => count == 0 ? 0 : ends[count - 1];

    public override long Bytes => ((long)Length * sizeof(char)) + ((long)count * (sizeof(int) + 16)) + LevelBytes;

    protected override void Take(FieldSlice slice, ReadOnlySpan<byte> record)
    {
        var text = slice.TextOf(record, ref scratch);
        var start = Length;
        if (characters.Length - start < text.Length)
            Array.Resize(ref characters, Math.Max(characters.Length * 2, start + text.Length));
        if (count == ends.Length)
            Array.Resize(ref ends, count * 2);
        ends[count++] = start + Encoding.UTF8.GetChars(text, characters.AsSpan(start));
    }

    protected override async Task WriteAsync(ParquetRowGroupWriter group, ReadOnlyMemory<int>? definitionLevels, CancellationToken cancellation)
    {
        if (values.Length < count)
            values = new ReadOnlyMemory<char>[ends.Length];
        for (var (i, start) = (0, 0); i < count; start = ends[i++])
            values[i] = characters.AsMemory(start, ends[i] - start);
        await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(Field, values.AsMemory(0, count), definitionLevels, null, cancellation);
        count = 0;
        if (characters.Length > KeptCharacters)
            (characters, values) = (new char[FirstCharacters], []);
    }
}
