using Exchange.Engine.Records;
using Parquet;
using Parquet.Schema;

namespace Exchange.Hub.Delivery.Exports.Parquet;

/// <summary>The rows of a row group, by column. Not thread-safe.</summary>
sealed class ParquetRows
{
    readonly ParquetColumn[] columns;

    public ParquetRows(IReadOnlyList<ExportColumn> columns)
    {
        this.columns = [.. columns.Select(ParquetColumn.Of)];
        Schema = new ParquetSchema(this.columns.Select(column => column.Field).ToArray<Field>());
    }

    /// <summary>The schema of a file of such rows.</summary>
    public ParquetSchema Schema { get; }

    /// <summary>Rows that are gathered.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes that are gathered.</summary>
    public long Bytes
    {
        get
        {
            var bytes = 0L;
            foreach (var column in columns)
                bytes += column.Bytes;
            return bytes;
        }
    }

    /// <summary>Takes a record.</summary>
    /// <param name="slices">Where its fields stand, by column.</param>
    /// <param name="record">The record.</param>
    public void Add(ReadOnlySpan<FieldSlice> slices, ReadOnlySpan<byte> record)
    {
        for (var i = 0; i < columns.Length; i++)
            columns[i].Add(slices[i], record);
        Count++;
    }

    /// <summary>Writes what was gathered as one row group, and begins anew.</summary>
    public async Task WriteAsync(ParquetWriter writer, ExportSink sink, CancellationToken cancellation)
    {
        using var group = writer.CreateRowGroup();
        foreach (var column in columns)
        {
            await column.WriteAsync(group, cancellation);
            await sink.Pipe.FlushAsync(cancellation);
        }
        group.CompleteValidate();
        Count = 0;
    }
}
