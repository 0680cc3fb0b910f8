using System.Buffers.Binary;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>
/// Rows in PostgreSQL's binary COPY format (PostgreSQL documentation, COPY, "Binary Format"), gathered into one
/// growing buffer that is sent as a whole.
/// </summary>
sealed class CopyPage
{
    /// <summary>A page is worth sending at this many bytes.</summary>
    public const int Size = 1024 * 1024;

    /// <summary>Signature, flags and header extension that open a stream.</summary>
    public static ReadOnlySpan<byte> Header => [(byte)'P', (byte)'G', (byte)'C', (byte)'O', (byte)'P', (byte)'Y', (byte)'\n', 0xff, 0x0d, 0x0a, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    static readonly DateOnly postgresEpoch = new(2000, 1, 1);
    static readonly DateTime postgresEpochInstant = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    byte[] buffer = new byte[Size + (Size / 4)];

    /// <summary>Bytes in the page.</summary>
    public int Length { get; private set; }

    /// <summary>What is in the page.</summary>
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, Length);

    /// <summary>True when the page should be sent.</summary>
    public bool IsFull => Length >= Size;

    /// <summary>Empties the page.</summary>
    public void Clear()
    {
        Length = 0;
        if (buffer.Length > 8 * Size)
            buffer = new byte[Size + (Size / 4)];
    }

    /// <summary>Opens a row.</summary>
    public void StartRow(int columns) => BinaryPrimitives.WriteInt16BigEndian(Take(2), (short)columns);

    /// <summary>The trailer that ends a stream.</summary>
    public void End() => BinaryPrimitives.WriteInt16BigEndian(Take(2), -1);

    public void Null() => BinaryPrimitives.WriteInt32BigEndian(Take(4), -1);

    /// <summary>A text or bytea column.</summary>
    public void Bytes(ReadOnlySpan<byte> value)
    {
        var space = Take(4 + value.Length);
        BinaryPrimitives.WriteInt32BigEndian(space, value.Length);
        value.CopyTo(space[4..]);
    }

    public void Int64(long value)
    {
        var space = Take(12);
        BinaryPrimitives.WriteInt32BigEndian(space, 8);
        BinaryPrimitives.WriteInt64BigEndian(space[4..], value);
    }

    public void Int32(int value)
    {
        var space = Take(8);
        BinaryPrimitives.WriteInt32BigEndian(space, 4);
        BinaryPrimitives.WriteInt32BigEndian(space[4..], value);
    }

    public void Boolean(bool value)
    {
        var space = Take(5);
        BinaryPrimitives.WriteInt32BigEndian(space, 1);
        space[4] = value ? (byte)1 : (byte)0;
    }

    /// <summary>A content hash as bytea(16), most significant byte first.</summary>
    public void Hash(UInt128 value)
    {
        var space = Take(20);
        BinaryPrimitives.WriteInt32BigEndian(space, 16);
        BinaryPrimitives.WriteUInt128BigEndian(space[4..], value);
    }

    /// <summary>A date as days since 2000-01-01.</summary>
    public void Date(DateOnly value) => Int32(value.DayNumber - postgresEpoch.DayNumber);

    /// <summary>A timestamptz as microseconds since 2000-01-01 UTC.</summary>
    public void Instant(DateTimeOffset value) => Int64((value.UtcDateTime - postgresEpochInstant).Ticks / TimeSpan.TicksPerMicrosecond);

    /// <summary>A numeric from plain decimal text (<c>-?digits[.digits]</c>), of any precision.</summary>
    public void Numeric(ReadOnlySpan<byte> text)
    {
        var negative = text.Length > 0 && text[0] == '-';
        if (negative)
            text = text[1..];
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        var wholeGroups = (whole.Length + 3) / 4;
        var fractionGroups = (fraction.Length + 3) / 4;
        var space = Take(12 + ((wholeGroups + fractionGroups) * 2));
        BinaryPrimitives.WriteInt32BigEndian(space, space.Length - 4);
        BinaryPrimitives.WriteInt16BigEndian(space[4..], (short)(wholeGroups + fractionGroups));
        BinaryPrimitives.WriteInt16BigEndian(space[6..], (short)(wholeGroups - 1));
        BinaryPrimitives.WriteUInt16BigEndian(space[8..], (ushort)(negative ? 0x4000 : 0));
        BinaryPrimitives.WriteInt16BigEndian(space[10..], (short)fraction.Length);
        var at = 12;
        for (var group = 0; group < wholeGroups; group++, at += 2)
            BinaryPrimitives.WriteInt16BigEndian(space[at..], Group(whole, whole.Length - ((wholeGroups - group) * 4)));
        for (var group = 0; group < fractionGroups; group++, at += 2)
            BinaryPrimitives.WriteInt16BigEndian(space[at..], Group(fraction, group * 4));
    }

    /// <summary>Four digits from <paramref name="start"/>, taking what lies outside the text as zeros.</summary>
    static short Group(ReadOnlySpan<byte> digits, int start)
    {
        var value = 0;
        for (var i = start; i < start + 4; i++)
            value = (value * 10) + (i >= 0 && i < digits.Length ? digits[i] - '0' : 0);
        return (short)value;
    }

    Span<byte> Take(int size)
    {
        if (buffer.Length - Length < size)
            Array.Resize(ref buffer, (int)Math.Min(Array.MaxLength, Math.Max(buffer.Length * 2L, (long)Length + size)));
        var space = buffer.AsSpan(Length, size);
        Length += size;
        return space;
    }
}
