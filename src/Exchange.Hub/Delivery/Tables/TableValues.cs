using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Records;

namespace Exchange.Hub.Delivery.Tables;

/// <summary>
/// Reads values out of a record's bytes as a column takes them. A value that the column would round, cut or refuse is
/// an error here: databases do some of that without a word.
/// </summary>
static class TableValues
{
    const int SecondsLength = 19;

    /// <summary>The value for drivers; null for none.</summary>
    /// <returns>Text, <see cref="long"/>, decimals as text, <see cref="bool"/>, <see cref="DateOnly"/>, or a <see cref="DateTime"/> in UTC.</returns>
    /// <exception cref="TableValueException">The column cannot hold it.</exception>
    public static object? Read(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document, ref byte[] scratch)
    {
        if (slice.Missing)
            return null;
        switch (column.Form)
        {
            case ColumnKind.Integer: return Integer(column, slice, document);
            case ColumnKind.Number: return Encoding.ASCII.GetString(Number(column, slice, document));
            case ColumnKind.Boolean: return Boolean(column, slice);
            case ColumnKind.Date: return Date(column, slice, document);
            case ColumnKind.Instant: return Instant(column, slice, document);
            case ColumnKind.Json: return Encoding.UTF8.GetString(slice.Of(document));
            default: return Encoding.UTF8.GetString(Text(column, slice, document, ref scratch));
        }
    }

    /// <summary>A text that fits.</summary>
    public static ReadOnlySpan<byte> Text(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document, ref byte[] scratch)
    {
        var text = slice.TextOf(document, ref scratch);
        var limits = column.Limits;
        if ((limits.Bytes is { } bytes && text.Length > bytes) || (limits.Characters is { } characters && text.Length > characters && CharactersOf(text) > characters))
            throw new TableValueException(column.Name, $"the text is longer than {column.Type} takes. Make the column longer.");
        return text;
    }

    /// <summary>A whole number that fits.</summary>
    public static long Integer(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document)
    {
        var text = slice.Of(document);
        if (slice.Kind != JsonTokenType.Number || !Utf8Parser.TryParse(text, out long value, out var used) || used != text.Length)
            throw new TableValueException(column.Name, $"it is no whole number of 64 bits. Make the column a decimal or a text.");
        if (column.Limits.Bits is { } bits and < 64 && (value >= 1L << (bits - 1) || value < -(1L << (bits - 1))))
            throw new TableValueException(column.Name, $"the number is out of the range of {column.Type}. Make the column larger.");
        return value;
    }

    /// <summary>The text of a decimal that fits.</summary>
    public static ReadOnlySpan<byte> Number(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document)
    {
        if (slice.Kind != JsonTokenType.Number)
            throw new TableValueException(column.Name, "it is no number. Make the column a text.");
        var text = slice.Of(document);
        if (column.Limits.Digits is not { } digits)
            return text;
        var unsigned = text[0] == '-' ? text[1..] : text;
        var point = unsigned.IndexOf((byte)'.');
        var whole = point < 0 ? unsigned.Length : point;
        var places = point < 0 ? 0 : unsigned.Length - point - 1;
        var room = column.Limits.Places ?? 0;
        if (places > room || (unsigned[0] == '0' ? 0 : whole) > digits - room)
            throw new TableValueException(column.Name, $"the number has more digits than {column.Type} takes, which would round or refuse it. Make the column larger, or a text.");
        return text;
    }

    /// <summary>True or false.</summary>
    public static bool Boolean(BoundColumn column, FieldSlice slice) => slice.Kind switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new TableValueException(column.Name, "it is neither true nor false. Make the column a text."),
    };

    /// <summary>A day.</summary>
    public static DateOnly Date(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document)
    {
        var quoted = slice.Of(document);
        if (slice.Kind == JsonTokenType.String && quoted.Length == 12 && TryDate(quoted[1..^1], out var date))
            return date;
        throw new TableValueException(column.Name, "it is no date of the years 1 to 9999. Make the column a text.");
    }

    /// <summary>A moment, in UTC.</summary>
    public static DateTime Instant(BoundColumn column, FieldSlice slice, ReadOnlySpan<byte> document)
    {
        var quoted = slice.Of(document);
        if (slice.Kind != JsonTokenType.String || !TryInstant(quoted[1..^1], out var instant))
            throw new TableValueException(column.Name, "it is no moment as RFC 3339 writes it, or finer than 100 ns, or a leap second. Make the column a text.");
        if (column.Limits.Places is { } places and < 7 && instant.Ticks % (long)Math.Pow(10, 7 - places) != 0)
            throw new TableValueException(column.Name, $"the moment is finer than {column.Type} takes. Make the column finer, or a text.");
        return instant;
    }

    /// <summary>Reads <c>2020-01-31</c>.</summary>
    public static bool TryDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        if (text.Length != 10 || text[4] != '-' || text[7] != '-' || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..], out var day))
            return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>Reads an instant (RFC 3339 section 5.6).</summary>
    public static bool TryInstant(ReadOnlySpan<byte> text, out DateTime instant)
    {
        instant = default;
        if (text.Length <= SecondsLength || !TryDate(text[..10], out var date) || (text[10] | 0x20) != 't' || text[13] != ':' || text[16] != ':')
            return false;
        if (!TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second) || hour > 23 || minute > 59 || second > 59)
            return false;
        var rest = text[SecondsLength..];
        if (!TryFraction(ref rest, out var ticks) || !TryOffset(rest, out var offset))
            return false;
        var local = date.ToDateTime(new TimeOnly(hour, minute, second)).Ticks + ticks - offset.Ticks;
        if (local < 0 || local > DateTime.MaxValue.Ticks)
            return false;
        instant = new DateTime(local, DateTimeKind.Utc);
        return true;
    }

    static bool TryFraction(ref ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text[0] != '.')
            return true;
        var end = text[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (end < 1)
            return false;
        var digits = text.Slice(1, end).TrimEnd((byte)'0');
        if (digits.Length > 7)
            return false;
        foreach (var digit in digits)
            ticks = (ticks * 10) + digit - '0';
        for (var i = digits.Length; i < 7; i++)
            ticks *= 10;
        text = text[(end + 1)..];
        return true;
    }

    static bool TryOffset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text is [(byte)'Z' or (byte)'z'])
            return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':' || !TryDigits(text[1..3], out var hours) || !TryDigits(text[4..], out var minutes) || hours > 23 || minutes > 59)
            return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = (value * 10) + digit - '0';
        }
        return true;
    }

    static int CharactersOf(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var value in utf8)
            count += (value & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }

    /// <summary>A moment in the one spelling by which it is compared.</summary>
    public static string Spell(DateTime instant) => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}
