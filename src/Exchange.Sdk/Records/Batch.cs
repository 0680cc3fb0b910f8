using System.Buffers.Text;
using System.Globalization;

namespace Exchange.Sdk;

/// <summary>
/// Rows handled together: one byte buffer, and per cell where it ends and of what kind it is. The host owns and
/// reuses the batch, the reader fills it. Not safe for use from two threads at once.
/// </summary>
public sealed class Batch
{
    /// <summary>A batch is full at this many bytes of values unless told otherwise.</summary>
    public const int DefaultByteLimit = 512 * 1024;

    /// <summary>A batch is full at this many rows unless told otherwise.</summary>
    public const int DefaultRowLimit = 4096;

    readonly int byteLimit;
    readonly int rowLimit;
    readonly List<SourceReject> rejects = [];
    byte[] buffer;
    int used;
    int[] cellEnds = new int[1024];
    ValueKind[] kinds = new ValueKind[1024];
    int cells;
    long[] rowNumbers;
    long[] offsets;
    bool[] deletes;
    int rows;

    /// <summary>Makes an empty batch that reports itself full at either limit.</summary>
    public Batch(int byteLimit = DefaultByteLimit, int rowLimit = DefaultRowLimit)
    {
        this.byteLimit = byteLimit;
        this.rowLimit = rowLimit;
        buffer = new byte[byteLimit + (byteLimit / 4)];
        rowNumbers = new long[Math.Min(rowLimit, 4096)];
        offsets = new long[rowNumbers.Length];
        deletes = new bool[rowNumbers.Length];
    }

    /// <summary>Columns of every row in this batch.</summary>
    public int ColumnCount { get; private set; }

    /// <summary>Whole rows in this batch.</summary>
    public int RowCount => rows;

    /// <summary>The file (or table) that these rows came from, for positions shown to people. Null when there is but one.</summary>
    public string? Origin { get; set; }

    /// <summary>What could not become a row. A bad row is a value, never an exception.</summary>
    public IReadOnlyList<SourceReject> Rejects => rejects;

    /// <summary>True when the reader should hand the batch over before adding rows.</summary>
    public bool IsFull => rows >= rowLimit || used >= byteLimit || rejects.Count >= rowLimit;

    /// <summary>Empties the batch for rows of <paramref name="columnCount"/> cells.</summary>
    public void Clear(int columnCount)
    {
        ColumnCount = columnCount;
        Origin = null;
        used = cells = rows = 0;
        rejects.Clear();
        if (buffer.Length > 4 * (byteLimit + (byteLimit / 4)))
            buffer = new byte[byteLimit + (byteLimit / 4)]; // one huge row must not be paid for in every later batch
    }

    /// <summary>Adds the next cell of the row being built.</summary>
    public void Add(ValueKind kind, ReadOnlySpan<byte> utf8)
    {
        if (buffer.Length - used < utf8.Length)
            GrowBuffer(utf8.Length);
        utf8.CopyTo(buffer.AsSpan(used));
        CloseCell(kind, utf8.Length);
    }

    /// <summary>Adds a null cell.</summary>
    public void AddNull() => CloseCell(ValueKind.Null, 0);

    /// <summary>Adds a whole number.</summary>
    public void AddInteger(long value)
    {
        if (buffer.Length - used < 20)
            GrowBuffer(20);
        Utf8Formatter.TryFormat(value, buffer.AsSpan(used), out var written);
        CloseCell(ValueKind.Integer, written);
    }

    /// <summary>Adds a binary floating point number in its shortest round-trip form; what is no number is a text (<c>NaN</c>, <c>Infinity</c>).</summary>
    public void AddDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            AddText(value.ToString(CultureInfo.InvariantCulture));
            return;
        }
        value.TryFormat(GetSpan(32), out var written, provider: CultureInfo.InvariantCulture);
        CloseCell(ValueKind.Double, written);
    }

    /// <summary>Adds a text cell from UTF-16.</summary>
    public void AddText(ReadOnlySpan<char> text) => AddUtf16(ValueKind.Text, text);

    /// <summary>Adds a cell whose canonical form is given in UTF-16.</summary>
    public void AddUtf16(ValueKind kind, ReadOnlySpan<char> text)
    {
        var space = GetSpan(System.Text.Encoding.UTF8.GetMaxByteCount(text.Length));
        CloseCell(kind, System.Text.Encoding.UTF8.GetBytes(text, space));
    }

    /// <summary>Space to format the next cell into; close it with <see cref="CloseCell"/>.</summary>
    public Span<byte> GetSpan(int size)
    {
        if (buffer.Length - used < size)
            GrowBuffer(size);
        return buffer.AsSpan(used);
    }

    /// <summary>Ends a cell of which <paramref name="length"/> bytes were written into <see cref="GetSpan"/>.</summary>
    public void CloseCell(ValueKind kind, int length)
    {
        if (cells == kinds.Length)
        {
            Array.Resize(ref cellEnds, cells * 2);
            Array.Resize(ref kinds, cells * 2);
        }
        used += length;
        cellEnds[cells] = used;
        kinds[cells++] = kind;
    }

    /// <summary>Ends the row. <paramref name="rowNumber"/> counts from 1 within <see cref="Origin"/>.</summary>
    /// <param name="rowNumber">Row or line number shown to people.</param>
    /// <param name="byteOffset">Offset of the row in the source bytes, -1 where there is none.</param>
    /// <param name="delete">True when the source says that the record with this key is gone (a tombstone).</param>
    /// <exception cref="InvalidOperationException">The row has more or fewer cells than the batch has columns.</exception>
    public void EndRow(long rowNumber, long byteOffset = -1, bool delete = false)
    {
        if (cells != (rows + 1) * ColumnCount)
            throw new InvalidOperationException($"Row {rowNumber} has {cells - (rows * ColumnCount)} cells, the batch has {ColumnCount} columns.");
        if (rows == rowNumbers.Length)
        {
            Array.Resize(ref rowNumbers, rows * 2);
            Array.Resize(ref offsets, rows * 2);
            Array.Resize(ref deletes, rows * 2);
        }
        rowNumbers[rows] = rowNumber;
        offsets[rows] = byteOffset;
        deletes[rows++] = delete;
    }

    /// <summary>Forgets the cells of a row that was begun and not ended.</summary>
    public void AbandonRow()
    {
        cells = rows * ColumnCount;
        used = cells == 0 ? 0 : cellEnds[cells - 1];
    }

    /// <summary>Records a row that could not be read.</summary>
    public void Reject(SourceReject reject) => rejects.Add(reject);

    /// <summary>The kind of one cell.</summary>
    public ValueKind Kind(int row, int column) => kinds[(row * ColumnCount) + column];

    /// <summary>The bytes of one cell, in the canonical form of its kind. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Utf8(int row, int column)
    {
        var cell = (row * ColumnCount) + column;
        var start = cell == 0 ? 0 : cellEnds[cell - 1];
        return buffer.AsSpan(start, cellEnds[cell] - start);
    }

    /// <summary>The bytes of all cells of one row, one after the other. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        var cell = row * ColumnCount;
        var start = cell == 0 ? 0 : cellEnds[cell - 1];
        return ColumnCount == 0 ? [] : buffer.AsSpan(start, cellEnds[cell + ColumnCount - 1] - start);
    }

    /// <summary>Where a row stood in its source.</summary>
    public SourcePosition Position(int row) => new(Origin, rowNumbers[row], offsets[row]);

    /// <summary>True when the row is a tombstone: only its key columns mean anything.</summary>
    public bool IsDelete(int row) => deletes[row];

    void GrowBuffer(int more) => Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Max(buffer.Length * 2L, (long)used + more)));
}
