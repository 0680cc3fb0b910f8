using System.Buffers.Binary;
using Exchange.Engine.Records;
using Npgsql;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// Writes rows as <c>COPY … FROM STDIN (FORMAT BINARY)</c> takes them, straight from records' bytes (PostgreSQL manual,
/// COPY, "Binary Format"; of each type, what its function <c>…recv</c> reads). Not thread-safe.
/// </summary>
sealed class PostgreSqlLoad : IRowLoad
{
    const int SendBytes = 256 * 1024;
    const int LongestNumber = 131072 + 16384;
    static readonly int epochDay = new DateOnly(2000, 1, 1).DayNumber;
    static readonly long epochTicks = new DateTime(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    readonly NpgsqlRawCopyStream copy;
    readonly BoundColumn[] columns;
    readonly FieldReader fields;
    readonly JsonBuffer rows = new(SendBytes * 2);
    byte[] scratch = new byte[1024];
    bool complete;

    public PostgreSqlLoad(NpgsqlRawCopyStream copy, IReadOnlyList<BoundColumn> columns)
    {
        this.copy = copy;
        this.columns = [.. columns];
        fields = new FieldReader([.. columns.Select(column => column.Pointer)]);
        rows.Write([0x50, 0x47, 0x43, 0x4F, 0x50, 0x59, 0x0A, 0xFF, 0x0D, 0x0A, 0x00, 0, 0, 0, 0, 0, 0, 0, 0]);
    }

    public bool Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> document)
    {
        try
        {
            WriteShort((short)(columns.Length + 1));
            WriteText(TableColumn.Key, key);
            var slices = fields.Read(document);
            for (var i = 0; i < columns.Length; i++)
                Write(columns[i], slices[i], document);
        }
        catch (TableValueException misfit)
        {
            throw misfit.Of(key);
        }
        return rows.Length >= SendBytes;
    }

    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        await copy.WriteAsync(rows.WrittenMemory, cancellationToken);
        rows.Clear();
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        WriteShort(-1);
        await SendAsync(cancellationToken);
        complete = true;
        await copy.DisposeAsync();
    }

    /// <summary>Whoever did not complete it does not want it: the server is told to forget the rows.</summary>
    public async ValueTask DisposeAsync()
    {
        if (complete)
            return;
        try
        {
            await copy.CancelAsync();
        }
        catch (Exception error) when (error is NpgsqlException or IOException or InvalidOperationException)
        {
            // the connection is gone, and with it the rows
        }
    }

    void Write(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document)
    {
        if (slice.Missing)
        {
            WriteInt(-1);
            return;
        }
        switch (column.Form)
        {
            case ColumnKind.Integer: WriteInteger(column, TableValues.Integer(column, slice, document)); break;
            case ColumnKind.Number: WriteNumber(column, TableValues.Number(column, slice, document)); break;
            case ColumnKind.Boolean: WriteBytes([TableValues.Boolean(column, slice) ? (byte)1 : (byte)0]); break;
            case ColumnKind.Date:
                WriteInt(4);
                WriteInt(TableValues.Date(column, slice, document).DayNumber - epochDay);
                break;
            case ColumnKind.Instant: WriteInstant(column, TableValues.Instant(column, slice, document)); break;
            case ColumnKind.Json: WriteJson(column, slice.Of(document)); break;
            default: WriteText(column.Name, TableValues.Text(column, slice, document, ref scratch)); break;
        }
    }

    void WriteInteger(BoundColumn column, long value)
    {
        var length = column.Limits.Bits is { } bits ? bits / 8 : 8;
        WriteInt(length);
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(whole, value);
        rows.Write(whole[(8 - length)..]);
    }

    void WriteInstant(BoundColumn column, DateTime instant)
    {
        var ticks = instant.Ticks - epochTicks;
        if (ticks % TimeSpan.TicksPerMicrosecond != 0)
            throw new TableValueException(column.Name, "the moment is finer than a microsecond. Make the column a text.");
        Span<byte> whole = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(whole, ticks / TimeSpan.TicksPerMicrosecond);
        WriteBytes(whole);
    }

    void WriteText(string column, ReadOnlySpan<byte> text)
    {
        if (text.Contains((byte)0))
            throw new TableValueException(column, "the text holds the character U+0000, which PostgreSQL does not store.");
        WriteBytes(text);
    }

    void WriteJson(BoundColumn column, ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\u0000"u8) >= 0)
            throw new TableValueException(column.Name, "a text in it holds the character U+0000, which PostgreSQL does not store.");
        var binary = column.Type == "jsonb";
        WriteInt(json.Length + (binary ? 1 : 0));
        if (binary)
            rows.Write(1);
        rows.Write(json);
    }

    /// <summary>A decimal as digits of base 10,000 (src/backend/utils/adt/numeric.c, numeric_recv).</summary>
    void WriteNumber(BoundColumn column, ReadOnlySpan<byte> text)
    {
        var negative = text[0] == '-';
        if (negative)
            text = text[1..];
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var places = point < 0 ? default : text[(point + 1)..];
        if (text.Length > LongestNumber || places.Length > 16383)
            throw new TableValueException(column.Name, "the number has more digits than PostgreSQL stores. Make the column a text.");
        var groups = (whole.Length + 3) / 4;
        var fractions = (places.Length + 3) / 4;
        WriteInt(8 + (2 * (groups + fractions)));
        WriteShort((short)(groups + fractions));
        WriteShort((short)(groups - 1));
        WriteShort(negative ? (short)0x4000 : (short)0);
        WriteShort((short)places.Length);
        var first = whole.Length - (4 * (groups - 1));
        for (var i = 0; i < groups; i++)
            WriteShort(Digits(i == 0 ? whole[..first] : whole.Slice(first + (4 * (i - 1)), 4), 0));
        for (var i = 0; i < fractions; i++)
        {
            var group = places.Slice(4 * i, Math.Min(4, places.Length - (4 * i)));
            WriteShort(Digits(group, 4 - group.Length));
        }
    }

    static short Digits(ReadOnlySpan<byte> text, int zeros)
    {
        var value = 0;
        foreach (var digit in text)
            value = (value * 10) + digit - '0';
        for (; zeros > 0; zeros--)
            value *= 10;
        return (short)value;
    }

    void WriteBytes(ReadOnlySpan<byte> value)
    {
        WriteInt(value.Length);
        rows.Write(value);
    }

    void WriteInt(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(rows.GetSpan(4), value);
        rows.Advance(4);
    }

    void WriteShort(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(rows.GetSpan(2), value);
        rows.Advance(2);
    }
}
