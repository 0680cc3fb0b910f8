using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Clocks;

/// <summary>What a day is that is not like its weekday.</summary>
public enum DayKind
{
    /// <summary>Nobody works on it.</summary>
    Holiday,

    /// <summary>It is worked on, though it is a weekend.</summary>
    Workday,
}

/// <summary>One line of a file of days.</summary>
public sealed record ImportedDay(DateOnly Date, DayKind Kind, string Name);

/// <summary>Reads files of holidays and days made up, as governments publish them every year.</summary>
static class CalendarImport
{
    public const string Csv = "text/csv";

    const int DayLimit = 5_000;
    const string Example = "date,kind,name, then lines such as 2026-10-01,holiday,National Day; kind is holiday or workday.";

    /// <summary>Reads a file.</summary>
    /// <param name="file">UTF-8.</param>
    /// <param name="mediaType">Of the request; JSON unless it is <c>text/csv</c>.</param>
    /// <exception cref="HubException">With every line that will not do.</exception>
    public static IReadOnlyList<ImportedDay> Read(ReadOnlyMemory<byte> file, string? mediaType)
    {
        var days = mediaType?.StartsWith(Csv, StringComparison.OrdinalIgnoreCase) == true ? ReadCsv(file) : ReadJson(file);
        new Validation()
            .Require(days.Count is >= 1 and <= DayLimit, "", $"holds {days.Count} days", $"Send 1 to {DayLimit} days.")
            .Require(days.DistinctBy(day => day.Date).Count() == days.Count, "", "names a day more than once", "Give each day once.")
            .ThrowIfAny();
        return days;
    }

    /// <summary>A calendar in which these days are as the file says; every other day stays as it was.</summary>
    public static CalendarDefinition Into(CalendarDefinition calendar, IReadOnlyList<ImportedDay> days)
    {
        var imported = days.Select(day => day.Date).ToHashSet();
        return calendar with { Holidays = Merge(calendar.Holidays, DayKind.Holiday), Workdays = Merge(calendar.Workdays, DayKind.Workday) };

        IReadOnlyList<NamedDay> Merge(IReadOnlyList<NamedDay> before, DayKind kind) =>
        [
            .. before.Where(day => !imported.Contains(day.Date))
                .Concat(days.Where(day => day.Kind == kind).Select(day => new NamedDay(day.Date, day.Name)))
                .OrderBy(day => day.Date),
        ];
    }

    static List<ImportedDay> ReadJson(ReadOnlyMemory<byte> file)
    {
        try
        {
            return JsonSerializer.Deserialize<List<ImportedDay>>(file.Span, ApiJson.Options) ?? [];
        }
        catch (JsonException error)
        {
            throw RequestProblems.ExplainJson(error);
        }
    }

    static List<ImportedDay> ReadCsv(ReadOnlyMemory<byte> file)
    {
        var errors = new Validation();
        var days = new List<ImportedDay>();
        try
        {
            using var rows = CsvReader.Create(file, new CsvReaderOptions { HasHeader = true, Separator = ',', TrackLineNumbers = true });
            rows.ReadHeader();
            errors.Require(rows.Headers.SequenceEqual(["date", "kind", "name"]), "/1", "is not the expected head of the file", $"Write {Example}").ThrowIfAny();
            while (rows.Read())
            {
                if (ReadRow(rows, errors) is { } day)
                    days.Add(day);
            }
        }
        catch (CsvFormatException error)
        {
            throw new HubException(ErrorKind.Malformed, "malformed-csv", $"The body is not CSV: {error.Message} Write {Example}", error);
        }
        errors.ThrowIfAny();
        return days;
    }

    static ImportedDay? ReadRow(CsvReader row, Validation errors)
    {
        errors.Require(row.FieldCount == 3, $"/{row.LineNumber}", $"has {row.FieldCount} fields", $"Write {Example}");
        if (row.FieldCount != 3)
            return null;
        var kind = row.GetString(1);
        var isDate = DateOnly.TryParseExact(row.GetString(0), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        var isKind = kind is "holiday" or "workday";
        errors
            .Require(isDate, $"/{row.LineNumber}/date", "is not a date", "Write it as 2026-10-01.")
            .Require(isKind, $"/{row.LineNumber}/kind", "is not a kind of day", "Write holiday or workday.");
        return isDate && isKind ? new ImportedDay(date, kind == "holiday" ? DayKind.Holiday : DayKind.Workday, row.GetString(2).Trim()) : null;
    }
}
