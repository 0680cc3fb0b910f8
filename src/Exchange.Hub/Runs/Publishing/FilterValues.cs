using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Runs.Publishing;

/// <summary>Takes the filterable fields out of a record's bytes and writes them as typed columns.</summary>
sealed class FilterValues(IReadOnlyList<FilterColumn> filters)
{
    readonly FieldReader fields = new([.. filters.Select(f => f.Pointer)]);
    byte[] scratch = new byte[256];

    /// <summary>Columns written per record.</summary>
    public int Count => filters.Count;

    /// <summary>Appends the filter columns of one record; a field that is missing or null becomes null.</summary>
    public void Write(ReadOnlySpan<byte> doc, CopyPage page)
    {
        if (filters.Count == 0)
            return;
        if (doc.IsEmpty)
        {
            for (var i = 0; i < filters.Count; i++)
                page.Null();
            return;
        }
        var slices = fields.Read(doc);
        for (var i = 0; i < filters.Count; i++)
            Write(slices[i], filters[i].Type, doc, page);
    }

    void Write(FieldSlice slice, FilterType type, ReadOnlySpan<byte> doc, CopyPage page)
    {
        if (slice.Missing)
        {
            page.Null();
            return;
        }
        var text = slice.TextOf(doc, ref scratch);
        switch (type)
        {
            case FilterType.Numeric when slice.Kind == JsonTokenType.Number:
                page.Numeric(text);
                break;
            case FilterType.Bool when slice.Kind is JsonTokenType.True or JsonTokenType.False:
                page.Boolean(slice.Kind == JsonTokenType.True);
                break;
            case FilterType.Date when TryDate(text, out var date):
                page.Date(date);
                break;
            case FilterType.Timestamptz when TryInstant(text, out var instant):
                page.Instant(instant);
                break;
            case FilterType.Text:
                page.Bytes(text);
                break;
            default:
                page.Null();
                break;
        }
    }

    static bool TryDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        Span<char> chars = stackalloc char[10];
        date = default;
        return text.Length == 10 && Encoding.UTF8.TryGetChars(text, chars, out var written)
            && DateOnly.TryParseExact(chars[..written], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
    }

    static bool TryInstant(ReadOnlySpan<byte> text, out DateTimeOffset instant)
    {
        Span<char> chars = stackalloc char[40];
        instant = default;
        return text.Length <= 40 && Encoding.UTF8.TryGetChars(text, chars, out var written)
            && DateTimeOffset.TryParse(chars[..written], CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out instant);
    }
}
