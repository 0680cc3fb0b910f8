using System.Globalization;
using Exchange.Engine.Mapping.Parsing;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Expressions;

internal static partial class Functions
{
    static Function[] DateFunctions =>
    [
        new("today", [], Kinds.Date, "The date on which the run started.", "daysBetween(today(), today())", "0", _ => new TodayTerm()) { DependsOnDate = true },
        new("date", [new("value", Kinds.Text | Kinds.Number | Kinds.Date | Kinds.LocalDateTime), new("format", Kinds.Text, Optional: true, Literal: true)], Kinds.Date,
            "The date that a text stands for, yyyy-MM-dd or as the format says; or the date of a local date-time.", "date('31.01.2024', 'dd.MM.yyyy')", "2024-01-31", DateOf),
        DatePart("year", date => date.Year, "The year of a date.", "year(date('2024-01-31'))", "2024"),
        DatePart("month", date => date.Month, "The month of a date, from 1.", "month(date('2024-01-31'))", "1"),
        DatePart("day", date => date.Day, "The day in its month.", "day(date('2024-01-31'))", "31"),
        Shift("addDays", (date, days) => date.AddDays(days), "The date so many days later, or earlier.", "addDays(date('2024-02-28'), 2)", "2024-03-01"),
        Shift("addMonths", (date, months) => date.AddMonths(months), "The date so many months later; the last day where the month is too short.", "addMonths(date('2024-01-31'), 1)", "2024-02-29"),
        Shift("addYears", (date, years) => date.AddYears(years), "The date so many years later; 29 February becomes 28.", "addYears(date('2024-02-29'), 1)", "2025-02-28"),
        Between("daysBetween", (from, to) => to.DayNumber - from.DayNumber, "Days from one date to another.", "daysBetween(date('2024-01-01'), date('2024-03-01'))", "60"),
        Between("yearsBetween", YearsBetween, "Whole years from one date to another: an age.", "yearsBetween(date('1990-03-07'), date('2024-03-06'))", "33"),
    ];

    static Function DatePart(string name, Func<DateOnly, int> part, string summary, string example, string gives) =>
        Make(name, Kinds.Integer, Parameter.Date(), (row, date) => IntegerOf(row, part(Read(date))), summary, example, gives);

    static Function Between(string name, Func<DateOnly, DateOnly, int> body, string summary, string example, string gives) =>
        Make(name, Kinds.Integer, Parameter.Date("from"), Parameter.Date("to"), (row, from, to) => IntegerOf(row, body(Read(from), Read(to))), summary, example, gives);

    static Function Shift(string name, Func<DateOnly, int, DateOnly> shift, string summary, string example, string gives) =>
        Make(name, Kinds.Date, Parameter.Date(), Parameter.Number("count"), (row, date, count) => ShiftDate(row, Read(date), count, shift), summary, example, gives);

    static Value ShiftDate(Row row, DateOnly date, Value count, Func<DateOnly, int, DateOnly> shift)
    {
        if (!TryCount(row, count, out var by, out var fault))
            return fault;
        try
        {
            var start = row.Scratch.Length;
            Iso8601.WriteDate(shift(date, by), row.Scratch);
            return row.Produced(ValueKind.Date, start);
        }
        catch (ArgumentOutOfRangeException)
        {
            return row.Fail(RejectCode.OutOfRange, "A calculated date falls outside the years 1 to 9999.");
        }
    }

    static int YearsBetween(DateOnly from, DateOnly to)
    {
        if (to < from)
            return -YearsBetween(to, from);
        var years = to.Year - from.Year;
        return (to.Month, to.Day).CompareTo((from.Month, from.Day)) < 0 ? years - 1 : years;
    }

    /// <summary>Values of kind date are dates that exist: see <see cref="ColumnTerm"/>.</summary>
    static DateOnly Read(Value date)
    {
        Iso8601.TryReadDate(date.Utf8, out var read);
        return read;
    }

    static ParseMoment DateOf(Arguments arguments)
    {
        var format = arguments.Count > 1 ? arguments.Literal(1) : "yyyy-MM-dd";
        var pattern = DateTimePattern.Compile(format, CultureInfo.InvariantCulture, DateTimePattern.DefaultLastShortYear);
        if (!pattern.HasDate)
            throw new FormatException($"The format '{format}' names no year, month and day.");
        return new ParseMoment(arguments[0], ValueKind.Date, [pattern], null, format);
    }

    sealed class TodayTerm() : Term(Kinds.Date)
    {
        public override Value Evaluate(Row row)
        {
            var start = row.Scratch.Length;
            Iso8601.WriteDate(row.Today, row.Scratch);
            return row.Produced(ValueKind.Date, start);
        }
    }
}
