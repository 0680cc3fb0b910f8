using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;

namespace Exchange.Hub.Delivery.Exports.Parquet;

/// <summary>Reads the text of a JSON value; false when it is not of the type, or would not be the same in it.</summary>
delegate bool TryRead<T>(JsonTokenType kind, ReadOnlySpan<byte> text, out T value);

/// <summary>The values of JSON as those of Parquet.</summary>
static class ParquetValue
{
    const long TicksPerMinute = TimeSpan.TicksPerMinute;

    public static bool TryBoolean(JsonTokenType kind, ReadOnlySpan<byte> text, out bool value)
    {
        value = kind == JsonTokenType.True;
        return kind is JsonTokenType.True or JsonTokenType.False;
    }

    public static bool TryInteger(JsonTokenType kind, ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out var read) & read == text.Length & kind == JsonTokenType.Number;

    public static bool TryDate(JsonTokenType kind, ReadOnlySpan<byte> text, out DateOnly value)
    {
        value = default;
        if (kind != JsonTokenType.String || text.Length != 10 || text[4] != '-' || text[7] != '-'
            || !TryDigits(text[..4], out var year) || !TryDigits(text[5..7], out var month) || !TryDigits(text[8..], out var day)
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month))
            return false;
        value = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>
    /// An instant (RFC 3339) in UTC. It is cut to microseconds, which is as fine as the column; a leap second is the
    /// second after it, as in POSIX.
    /// </summary>
    public static bool TryInstant(JsonTokenType kind, ReadOnlySpan<byte> text, out DateTime value)
    {
        value = default;
        if (text.Length < 20 || !TryDate(kind, text[..10], out var date) || text[13] != ':' || text[16] != ':'
            || !TryDigits(text[11..13], out var hour) || !TryDigits(text[14..16], out var minute) || !TryDigits(text[17..19], out var second))
            return false;
        var rest = text[19..];
        var ticks = date.DayNumber * TimeSpan.TicksPerDay + hour * TimeSpan.TicksPerHour + minute * TicksPerMinute + second * TimeSpan.TicksPerSecond + TakeFraction(ref rest);
        if (!TryOffset(rest, out var offset))
            return false;
        ticks -= offset * TicksPerMinute;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks)
            return false;
        value = new DateTime(ticks, DateTimeKind.Utc);
        return true;
    }

    static long TakeFraction(ref ReadOnlySpan<byte> rest)
    {
        const int finest = 6;
        if (rest is not [(byte)'.', ..])
            return 0;
        var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        var micros = 0L;
        for (var i = 0; i < finest; i++)
            micros = micros * 10 + (i < digits ? rest[1 + i] - '0' : 0);
        rest = rest[(1 + Math.Max(digits, 0))..];
        return micros * TimeSpan.TicksPerMicrosecond;
    }

    static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
            return text[0] is (byte)'Z' or (byte)'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':' || !TryDigits(text[1..3], out var hour) || !TryDigits(text[4..], out var minute))
            return false;
        minutes = (hour * 60 + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return false;
            value = value * 10 + digit - '0';
        }
        return true;
    }

    /// <summary>Decimals of one precision and scale.</summary>
    internal sealed class DecimalOf(int precision, int scale)
    {
        readonly decimal limit = PowerOfTen(precision - scale);

        public bool TryRead(JsonTokenType kind, ReadOnlySpan<byte> text, out decimal value)
        {
            value = default;
            if (kind != JsonTokenType.Number || text.IndexOf((byte)'.') is var point && point >= 0 && text.Length - point - 1 > scale)
                return false;
            return decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && Math.Abs(value) < limit;
        }

        static decimal PowerOfTen(int digits)
        {
            var power = 1m;
            for (var i = 0; i < digits; i++)
                power *= 10;
            return power;
        }
    }
}
