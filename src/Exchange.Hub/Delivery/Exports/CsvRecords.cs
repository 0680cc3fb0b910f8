using System.Globalization;
using System.Text.Json;
using CsvHelper;
using Exchange.Engine.Records;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>
/// Writes records as CSV (RFC 4180, UTF-8 without byte order mark), one column per field, straight from their bytes.
/// Arrays and open objects stand as JSON text; null and missing are both empty. Text that a spreadsheet would run as a
/// formula gets an apostrophe in front. Not thread-safe.
/// </summary>
sealed class CsvRecords : IAsyncDisposable
{
    static readonly CsvWriterOptions Options = new() { Injection = CsvInjection.Escape };

    readonly IReadOnlyList<ExportColumn> columns;
    readonly FieldReader fields;
    readonly CsvWriter csv;
    byte[] scratch = new byte[1024];

    public CsvRecords(Stream destination, IReadOnlyList<ExportColumn> columns)
    {
        this.columns = columns;
        fields = new FieldReader([.. columns.Select(c => c.Pointer)]);
        csv = CsvWriter.Create(destination, Options, leaveOpen: true);
    }

    /// <summary>Writes a column of its own in front of those of a header, a record or nothing.</summary>
    public void Put(string text) => csv.WriteField(text);

    public ValueTask WriteHeaderAsync(CancellationToken cancellation)
    {
        foreach (var column in columns)
            csv.WriteField(column.Name);
        return csv.EndRecordAsync(cancellation);
    }

    public ValueTask WriteAsync(ReadOnlySpan<byte> doc, CancellationToken cancellation)
    {
        foreach (var slice in fields.Read(doc))
            Write(slice, doc);
        return csv.EndRecordAsync(cancellation);
    }

    /// <summary>A row without a record.</summary>
    public ValueTask WriteNothingAsync(CancellationToken cancellation)
    {
        foreach (var _ in columns)
            csv.WriteField(ReadOnlySpan<byte>.Empty);
        return csv.EndRecordAsync(cancellation);
    }

    public ValueTask FlushAsync(CancellationToken cancellation) => csv.FlushAsync(cancellation);

    public ValueTask DisposeAsync() => csv.DisposeAsync();

    void Write(FieldSlice slice, ReadOnlySpan<byte> doc)
    {
        if (slice.Missing)
            csv.WriteField(ReadOnlySpan<byte>.Empty);
        else if (slice.Kind == JsonTokenType.Number && IsNegativeDecimal(slice.Of(doc), out var number))
            csv.WriteField(number); // as a number, lest its sign be taken for the start of a formula
        else
            csv.WriteField(slice.TextOf(doc, ref scratch));
    }

    static bool IsNegativeDecimal(ReadOnlySpan<byte> text, out decimal number)
    {
        const int exactLength = 29; // sign, point and 27 digits, each of which a decimal keeps
        number = default;
        return text[0] == '-' && text.Length <= exactLength
            && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);
    }
}
