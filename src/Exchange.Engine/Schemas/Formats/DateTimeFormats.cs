namespace Exchange.Engine.Schemas.Formats;

/// <summary>Dates and times (RFC 3339) and durations (RFC 3339, appendix A).</summary>
static class DateTimeFormats
{
    public static bool IsDate(ReadOnlySpan<byte> text) =>
        text.Length == 10 && text[4] == '-' && text[7] == '-'
        && TryDigits(text[..4], out var year) && TryDigits(text.Slice(5, 2), out var month) && TryDigits(text[8..], out var day)
        && month is >= 1 and <= 12 && day >= 1 && day <= DaysIn(year, month);

    static int DaysIn(int year, int month) => month switch
    {
        2 => year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };

    public static bool IsDateTime(ReadOnlySpan<byte> text) =>
        text.Length > 11 && (text[10] | 0x20) == 't' && IsDate(text[..10]) && IsTime(text[11..]);

    public static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.Length < 9 || text[2] != ':' || text[5] != ':'
            || !TryDigits(text[..2], out var hour) || !TryDigits(text.Slice(3, 2), out var minute) || !TryDigits(text.Slice(6, 2), out var second)
            || hour > 23 || minute > 59 || second > 60)
            return false;
        var at = 8;
        if (text[at] == '.')
        {
            var digits = text[++at..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits <= 0)
                return false;
            at += digits;
        }
        return TryOffset(text[at..], out var offset) && (second < 60 || IsLeapSecond(hour, minute, offset));
    }

    /// <summary>Leap seconds are the last second of a day in UTC.</summary>
    static bool IsLeapSecond(int hour, int minute, int offset) => (((hour * 60) + minute - offset) % 1440 + 1440) % 1440 == 1439;

    static bool TryOffset(ReadOnlySpan<byte> text, out int minutes)
    {
        minutes = 0;
        if (text.Length == 1)
            return (text[0] | 0x20) == 'z';
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !TryDigits(text.Slice(1, 2), out var hour) || !TryDigits(text[4..], out var minute) || hour > 23 || minute > 59)
            return false;
        minutes = ((hour * 60) + minute) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    static bool TryDigits(ReadOnlySpan<byte> text, out int value)
    {
        value = 0;
        foreach (var digit in text)
        {
            if ((uint)(digit - '0') > 9)
                return false;
            value = (value * 10) + digit - '0';
        }
        return true;
    }

    public static bool IsDuration(ReadOnlySpan<byte> text)
    {
        if (text.Length < 3 || text[0] != 'P')
            return false;
        text = text[1..];
        if (text[^1] == 'W')
            return TakeUnits(ref text, "W"u8) && text.IsEmpty;
        var date = text[0] == 'T' || TakeUnits(ref text, "YMD"u8);
        if (!date || text.IsEmpty)
            return date;
        if (text[0] != 'T')
            return false;
        text = text[1..];
        return TakeUnits(ref text, "HMS"u8) && text.IsEmpty;
    }

    /// <summary>Takes one or more of the units in their order; a unit may be left out only at either end.</summary>
    static bool TakeUnits(ref ReadOnlySpan<byte> text, ReadOnlySpan<byte> units)
    {
        var next = -1;
        while (!text.IsEmpty && text[0] != 'T')
        {
            var digits = text.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits <= 0)
                return false;
            var unit = units.IndexOf(text[digits]);
            if (unit < 0 || (next >= 0 && unit != next))
                return false;
            next = unit + 1;
            text = text[(digits + 1)..];
        }
        return next > 0;
    }
}
