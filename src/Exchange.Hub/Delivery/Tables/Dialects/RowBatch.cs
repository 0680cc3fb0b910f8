using Exchange.Engine.Records;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>Rows as values, for drivers that take values. Not thread-safe.</summary>
sealed class RowBatch(IReadOnlyList<BoundColumn> columns)
{
    readonly FieldReader fields = new([.. columns.Select(column => column.Pointer)]);
    byte[] scratch = new byte[1024];

    /// <summary>The rows, each with its key in bytes first.</summary>
    public List<object?[]> Rows { get; } = [];

    /// <summary>About how many bytes they are.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds one.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> document)
    {
        var row = new object?[columns.Count + 1];
        row[0] = key.ToArray();
        var slices = fields.Read(document);
        try
        {
            for (var i = 0; i < columns.Count; i++)
                row[i + 1] = TableValues.Read(columns[i], slices[i], document, ref scratch);
        }
        catch (TableValueException misfit)
        {
            throw misfit.Of(key);
        }
        Rows.Add(row);
        Bytes += key.Length + document.Length;
    }

    /// <summary>Forgets them.</summary>
    public void Clear()
    {
        Rows.Clear();
        Bytes = 0;
    }
}
