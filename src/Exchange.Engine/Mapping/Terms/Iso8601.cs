using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>The canonical forms of dates and times (RFC 3339), read and written as bytes.</summary>
internal static class Iso8601
{
    const int FractionLimit = 9;

    /// <summary>Reads <c>yyyy-MM-dd</c>; only dates that exist.</summary>
    public static bool TryReadDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        if (text is not [_, _, _, _, (byte)'-', _, _, (byte)'-', _, _])
            return false;
        var year = (TwoDigits(text) * 100) + TwoDigits(text[2..]);
        var (month, day) = (TwoDigits(text[5..]), TwoDigits(text[8..]));
        if (!IsDate(year, month, day))
            return false;
        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>Whether there is such a date; negative parts mark what was no digit.</summary>
    public static bool IsDate(int year, int month, int day) =>
        year is >= 1 and <= 9999 && month is >= 1 and <= 12 && day >= 1 && (day <= 28 || day <= DateTime.DaysInMonth(year, month));

    /// <summary>The number of two digits, or less than -99 when they are none.</summary>
    public static int TwoDigits(ReadOnlySpan<byte> text)
    {
        var high = text[0] - '0';
        var low = text[1] - '0';
        return (uint)high > 9 || (uint)low > 9 ? int.MinValue / 1000 : (high * 10) + low;
    }

    /// <summary>Reads <c>HH:mm:ss[.f…]</c> of a day without leap second.</summary>
    public static bool TryReadTime(ReadOnlySpan<byte> text, out int seconds, out ReadOnlySpan<byte> fraction)
    {
        seconds = 0;
        fraction = default;
        if (text.Length < 8 || text[2] != ':' || text[5] != ':')
            return false;
        var (hour, minute, second) = (TwoDigits(text), TwoDigits(text[3..]), TwoDigits(text[6..]));
        if (hour is < 0 or > 23 || minute is < 0 or > 59 || second is < 0 or > 59)
            return false;
        seconds = (((hour * 60) + minute) * 60) + second;
        if (text.Length == 8)
            return true;
        fraction = text[9..];
        return text[8] == '.' && fraction.Length is > 0 and <= FractionLimit && !fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>Reads <c>yyyy-MM-ddTHH:mm:ss[.f…]</c>, without zone.</summary>
    public static bool TryReadLocalDateTime(ReadOnlySpan<byte> text, out DateTime moment, out ReadOnlySpan<byte> fraction)
    {
        moment = default;
        fraction = default;
        if (text.Length < 19 || text[10] != 'T' || !TryReadDate(text[..10], out var date) || !TryReadTime(text[11..], out var seconds, out fraction))
            return false;
        moment = date.ToDateTime(TimeOnly.MinValue).AddSeconds(seconds);
        return true;
    }

    public static void WriteDate(DateOnly date, JsonBuffer output) => WriteDate(date.Year, date.Month, date.Day, output);

    public static void WriteDate(int year, int month, int day, JsonBuffer output)
    {
        WriteDigits(year, 4, output);
        output.Write((byte)'-');
        WriteDigits(month, 2, output);
        output.Write((byte)'-');
        WriteDigits(day, 2, output);
    }

    /// <summary>Writes a time of day; the fraction loses its trailing zeros.</summary>
    public static void WriteTime(int seconds, ReadOnlySpan<byte> fraction, JsonBuffer output)
    {
        WriteDigits(seconds / 3600, 2, output);
        output.Write((byte)':');
        WriteDigits(seconds / 60 % 60, 2, output);
        output.Write((byte)':');
        WriteDigits(seconds % 60, 2, output);
        fraction = fraction.TrimEnd((byte)'0');
        if (fraction.IsEmpty)
            return;
        output.Write((byte)'.');
        output.Write(fraction);
    }

    public static void WriteDateTime(DateTime moment, ReadOnlySpan<byte> fraction, bool utc, JsonBuffer output)
    {
        WriteDate(DateOnly.FromDateTime(moment), output);
        output.Write((byte)'T');
        WriteTime((int)moment.TimeOfDay.TotalSeconds, fraction, output);
        if (utc)
            output.Write((byte)'Z');
    }

    static void WriteDigits(int value, int width, JsonBuffer output)
    {
        var space = output.GetSpan(width);
        for (var i = width - 1; i >= 0; i--, value /= 10)
            space[i] = (byte)('0' + (value % 10));
        output.Advance(width);
    }
}
