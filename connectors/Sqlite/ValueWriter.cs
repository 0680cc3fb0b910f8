using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Exchange.Sdk;
using SQLitePCL;

namespace Exchange.Connectors.Sqlite;

/// <summary>Writes one value of a row in its canonical form: by what is stored, read in the light of what is declared.</summary>
static class ValueWriter
{
    const int MaxScale = 30;

    // What date and time columns hold, and the canonical form of it.
    static readonly string[] DateTimes = ["yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ss.FFFFFFF", "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ss.FFFFFFF", "yyyy-MM-dd HH:mm", "yyyy-MM-ddTHH:mm"];
    static readonly string[] Times = ["HH:mm:ss", "HH:mm:ss.FFFFFFF", "HH:mm"];

    public static void Write(Batch batch, sqlite3_stmt row, int index, DeclaredType declared)
    {
        switch (raw.sqlite3_column_type(row, index))
        {
            case raw.SQLITE_NULL:
                batch.AddNull();
                break;
            case raw.SQLITE_INTEGER:
                WriteInteger(batch, raw.sqlite3_column_int64(row, index), declared);
                break;
            case raw.SQLITE_FLOAT:
                WriteDouble(batch, raw.sqlite3_column_double(row, index), declared);
                break;
            case raw.SQLITE_BLOB:
                batch.Add(ValueKind.Bytes, raw.sqlite3_column_blob(row, index));
                break;
            default:
                raw.sqlite3_column_text(row, index); // a database in UTF-16 hands out UTF-8 from here on
                WriteText(batch, raw.sqlite3_column_blob(row, index), declared);
                break;
        }
    }

    static void WriteInteger(Batch batch, long value, DeclaredType declared)
    {
        if (declared.Kind == ValueKind.Boolean && value is 0 or 1)
            batch.Add(ValueKind.Boolean, value == 1 ? "true"u8 : "false"u8);
        else if (declared.Kind == ValueKind.Decimal)
            WriteDecimal(batch, value.ToString(CultureInfo.InvariantCulture), declared.Scale);
        else if (declared.Kind == ValueKind.Double)
            batch.AddDouble(value);
        else
            batch.AddInteger(value);
    }

    // SQLite keeps a NUMERIC(10,2) as a double. Its shortest form is the number that was put in, up to 15 digits.
    static void WriteDouble(Batch batch, double value, DeclaredType declared)
    {
        var text = declared.Kind == ValueKind.Decimal && double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : "E";
        if (text.Contains('E', StringComparison.Ordinal))
            batch.AddDouble(value);
        else
            WriteDecimal(batch, text, declared.Scale);
    }

    static void WriteText(Batch batch, ReadOnlySpan<byte> text, DeclaredType declared)
    {
        if (declared.Kind is ValueKind.Date or ValueKind.Time or ValueKind.LocalDateTime && text.Length <= 33)
            WriteMoment(batch, text, declared.Kind);
        else if (declared.Kind == ValueKind.Decimal && IsDecimal(text))
            WriteDecimal(batch, Encoding.ASCII.GetString(text), declared.Scale);
        else
            batch.Add(ValueKind.Text, text);
    }

    static void WriteDecimal(Batch batch, string digits, int? scale)
    {
        var point = digits.IndexOf('.', StringComparison.Ordinal);
        var missing = Math.Min(scale ?? 0, MaxScale) - (point < 0 ? 0 : digits.Length - point - 1);
        if (missing > 0)
            digits = (point < 0 ? digits + "." : digits) + new string('0', missing);
        batch.AddUtf16(ValueKind.Decimal, digits);
    }

    static bool IsDecimal(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'-', ..] ? text[1..] : text;
        var point = digits.IndexOf((byte)'.');
        var whole = point < 0 ? digits : digits[..point];
        var fraction = point < 0 ? "0"u8 : digits[(point + 1)..];
        return whole.Length > 0 && fraction.Length > 0 && (whole[0] != '0' || whole.Length == 1)
            && !whole.ContainsAnyExceptInRange((byte)'0', (byte)'9') && !fraction.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    static void WriteMoment(Batch batch, ReadOnlySpan<byte> text, ValueKind kind)
    {
        Span<char> chars = stackalloc char[33];
        chars = chars[..Encoding.UTF8.GetChars(text, chars)];
        var invariant = CultureInfo.InvariantCulture;
        var space = batch.GetSpan(40);
        var written = 0;
        var read = kind switch
        {
            ValueKind.Date => DateOnly.TryParseExact(chars, "yyyy-MM-dd", out var date) && date.TryFormat(space, out written, "yyyy-MM-dd", invariant),
            ValueKind.Time => TimeOnly.TryParseExact(chars, Times, out var time) && time.TryFormat(space, out written, "HH:mm:ss.FFFFFFF", invariant),
            _ => DateTime.TryParseExact(chars, DateTimes, invariant, DateTimeStyles.None, out var moment) && moment.TryFormat(space, out written, "yyyy-MM-ddTHH:mm:ss.FFFFFFF", invariant),
        };
        if (read)
            batch.CloseCell(kind, written);
        else
            batch.Add(ValueKind.Text, text);
    }
}
