using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Parsing;

/// <summary>Texts, dates and times to a date, a time of day, a local date-time or an instant.</summary>
internal sealed class ParseMoment(Term source, ValueKind target, IReadOnlyList<DateTimePattern> patterns, TimeZoneInfo? zone, string expected)
    : ParseStep(source, target.ToKinds())
{
    readonly DateTimePattern[] patterns = [.. patterns];

    protected override Value Parse(Row row, Value value)
    {
        if (value.Kind == target)
            return value;
        switch (value.Kind)
        {
            case ValueKind.Date when Iso8601.TryReadDate(value.Utf8, out var date):
                return Convert(row, value.Utf8, date.ToDateTime(TimeOnly.MinValue), default, null);
            case ValueKind.LocalDateTime when Iso8601.TryReadLocalDateTime(value.Utf8, out var local, out var fraction):
                return Convert(row, value.Utf8, local, fraction, null);
            case ValueKind.Instant when Iso8601.TryReadLocalDateTime(value.Utf8[..^1], out var utc, out var fraction):
                return Convert(row, value.Utf8, utc, fraction, TimeSpan.Zero);
            default:
                return ParseText(row, value.Utf8);
        }
    }

    Value ParseText(Row row, ReadOnlySpan<byte> text)
    {
        var parts = new DateTimeParts();
        if (!TryRead(Whitespace.Trim(text), ref parts))
            return Invalid(row, text);
        if (target == ValueKind.Date && (parts.OffsetMinutes is null || zone is null))
        {
            var start = row.Scratch.Length;
            Iso8601.WriteDate(parts.Year, parts.Month, parts.Day, row.Scratch);
            return row.Produced(target, start);
        }
        TimeSpan? offset = parts.OffsetMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : null;
        return Convert(row, text, new DateTime(parts.Year, parts.Month, parts.Day, parts.Hour, parts.Minute, parts.Second), parts.Fraction, offset);
    }

    bool TryRead(ReadOnlySpan<byte> text, scoped ref DateTimeParts parts)
    {
        foreach (var pattern in patterns)
        {
            parts = new DateTimeParts();
            if (pattern.TryRead(text, ref parts) && parts.Exists)
                return true;
        }
        return false;
    }

    Value Convert(Row row, ReadOnlySpan<byte> text, DateTime moment, ReadOnlySpan<byte> fraction, TimeSpan? offset)
    {
        var start = row.Scratch.Length;
        if (target == ValueKind.Instant)
        {
            if (offset is null && zone!.IsInvalidTime(moment))
                return row.Fail(RejectCode.SkippedLocalTime, $"{Row.Show(text)} does not exist in {zone.Id}: clocks were put forward over it.");
            if (!TryShift(moment, -(offset ?? OffsetIn(zone!, moment)), out moment))
                return Invalid(row, text);
            Iso8601.WriteDateTime(moment, fraction, utc: true, row.Scratch);
            return row.Produced(target, start);
        }
        if (offset is { } known && zone is not null)
        {
            if (!TryShift(moment, -known, out var utc) || !TryShift(utc, zone.GetUtcOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)), out moment))
                return Invalid(row, text);
        }
        if (target == ValueKind.Date)
            Iso8601.WriteDate(DateOnly.FromDateTime(moment), row.Scratch);
        else if (target == ValueKind.Time)
            Iso8601.WriteTime((int)moment.TimeOfDay.TotalSeconds, fraction, row.Scratch);
        else
            Iso8601.WriteDateTime(moment, fraction, utc: false, row.Scratch);
        return row.Produced(target, start);
    }

    /// <summary>Of a local time that came twice, the earlier instant is taken.</summary>
    static TimeSpan OffsetIn(TimeZoneInfo zone, DateTime local) =>
        zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);

    static bool TryShift(DateTime moment, TimeSpan by, out DateTime shifted)
    {
        var ticks = moment.Ticks + by.Ticks;
        var fits = ticks >= DateTime.MinValue.Ticks && ticks <= DateTime.MaxValue.Ticks;
        shifted = fits ? new DateTime(ticks) : default;
        return fits;
    }

    Value Invalid(Row row, ReadOnlySpan<byte> text) => target switch
    {
        ValueKind.Date => row.Fail(RejectCode.InvalidDate, $"{Row.Show(text)} is no date that exists, written {expected}."),
        ValueKind.Time => row.Fail(RejectCode.InvalidTime, $"{Row.Show(text)} is no time of day, written {expected}."),
        _ => row.Fail(RejectCode.InvalidDateTime, $"{Row.Show(text)} is no date with time that exists, written {expected}."),
    };
}
