using Exchange.Engine.Records;
using Exchange.Hub.Platform;
using Parquet;
using Parquet.Schema;

namespace Exchange.Hub.Delivery.Exports.Parquet;

/// <summary>Gathers the values of one column until a row group of them is written.</summary>
abstract class ParquetColumn(ExportColumn column, DataField target)
{
    const int Here = 1;
    const int FirstRows = 1024;

    /// <summary>By row 1 for a value and 0 for none; unused where every row has one.</summary>
    int[] levels = target.IsNullable ? new int[FirstRows] : [];
    int rows;

    /// <summary>The column in the file's schema.</summary>
    public DataField Field => target;

    /// <summary>Bytes that are gathered.</summary>
    public abstract long Bytes { get; }

    /// <summary>What stands for a row's level beside its value.</summary>
    protected long LevelBytes => target.IsNullable ? (long)rows * sizeof(int) : 0;

    public static ParquetColumn Of(ExportColumn column)
    {
        var (name, type, nullable) = (column.Name, column.Type, !column.Required);
        return type.Kind switch
        {
            ColumnKind.Boolean => new ValueColumn<bool>(column, new DataField<bool>(name, nullable), ParquetValue.TryBoolean),
            ColumnKind.Integer => new ValueColumn<long>(column, new DataField<long>(name, nullable), ParquetValue.TryInteger),
            ColumnKind.Decimal => new ValueColumn<decimal>(
                column, new DecimalDataField(name, type.Precision, type.Scale, isNullable: nullable), new ParquetValue.DecimalOf(type.Precision, type.Scale).TryRead),
            ColumnKind.Date => new ValueColumn<DateOnly>(column, new DataField<DateOnly>(name, nullable), ParquetValue.TryDate),
            ColumnKind.Instant => new ValueColumn<DateTime>(
                column, new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Micros, nullable), ParquetValue.TryInstant),
            _ => new TextColumn(column, new DataField<string>(name, nullable)),
        };
    }

    /// <summary>Takes the value of the next row.</summary>
    /// <exception cref="HubException">The record is not as its schema says.</exception>
    public void Add(FieldSlice slice, ReadOnlySpan<byte> record)
    {
        if (slice.Missing && !target.IsNullable)
            throw Misfit();
        if (target.IsNullable)
        {
            if (rows == levels.Length)
                Array.Resize(ref levels, rows * 2);
            levels[rows] = slice.Missing ? 0 : Here;
        }
        rows++;
        if (!slice.Missing)
            Take(slice, record);
    }

    /// <summary>Writes what was gathered, and begins anew.</summary>
    public async Task WriteAsync(ParquetRowGroupWriter group, CancellationToken cancellation)
    {
        await WriteAsync(group, target.IsNullable ? (ReadOnlyMemory<int>?)levels.AsMemory(0, rows) : null, cancellation);
        rows = 0;
    }

    protected abstract void Take(FieldSlice slice, ReadOnlySpan<byte> record);

    protected abstract Task WriteAsync(ParquetRowGroupWriter group, ReadOnlyMemory<int>? definitionLevels, CancellationToken cancellation);

    /// <summary>A file whose value is another than the record's is worse than none.</summary>
    protected HubException Misfit() => HubException.Conflict(
        "export-misfit", $"A record has at {column.Name} what is not {(column.Required ? "there or not " : "")}{column.Type}, though its schema says so. Take NDJSON, JSON or CSV, and tell the dataset's department.");
}
