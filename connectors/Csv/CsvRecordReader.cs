using System.Text;
using CsvHelper;
using Exchange.Sdk;

namespace Exchange.Connectors.Csv;

/// <summary>Rows of one file. What is not a good row becomes a reject with its line and its offset in the source bytes.</summary>
sealed class CsvRecordReader(DecodedFile file, TextWindow window, CsvOptions options) : IRecordReader
{
    readonly RowParser parser = new(window, options);
    readonly byte[][] nulls = [.. options.Nulls.Select(Encoding.UTF8.GetBytes)];
    readonly int maxFieldBytes = options.MaxFieldBytes;
    int width;
    long count;

    public IReadOnlyList<SourceColumn> Columns { get; private set; } = [];

    public async Task ReadHeaderAsync(CancellationToken cancellationToken)
    {
        await parser.SkipLinesAsync(options.SkipLines, cancellationToken);
        if (!options.Header && options.Columns.Length > 0)
        {
            Columns = [.. options.Columns.Select(name => new SourceColumn(name, ValueKind.Text))];
            return;
        }
        while (!parser.TryNext())
        {
            switch (await parser.NextRegionAsync(cancellationToken))
            {
                case Next.End:
                    throw Wrong(window.SourceOffset(window.Start) == 0 ? "is empty: it holds not even a header row. Ask the sender to send it again." : "holds no header row.");
                case Next.TooLong:
                    throw Wrong($"has no end of its header row within {options.MaxRowBytes} bytes. Is it a CSV file, and is \"quote\" right?");
            }
        }
        Columns = Header.Read(parser, window, options, Wrong);
        if (!options.Header)
            parser.RestartAt(parser.RowStart);
    }

    public async ValueTask<ReadEnd?> ReadAsync(Batch batch, CancellationToken cancellationToken)
    {
        width = Columns.Count;
        batch.Clear(width);
        while (!batch.IsFull)
        {
            if (parser.TryNext())
            {
                Take(batch);
                continue;
            }
            switch (await parser.NextRegionAsync(cancellationToken))
            {
                case Next.End:
                    count += batch.RowCount + batch.Rejects.Count;
                    return new ReadEnd(Complete: true, count);
                case Next.TooLong:
                    await RejectTooLongAsync(batch, cancellationToken);
                    break;
                default:
                    TextOpening.RefuseUndeclared(file.Name, window, window.Unread[..Math.Min(window.Unread.Length, 64 * 1024)]);
                    break;
            }
        }
        count += batch.RowCount + batch.Rejects.Count;
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        parser.Dispose();
        window.Dispose();
        await file.Content.DisposeAsync();
    }

    void Take(Batch batch)
    {
        var row = parser.Row;
        var start = parser.RowStart;
        var end = start + row.RawRecord.Length;
        if (parser.Malformed is not null || row.FieldCount != width || end - start > options.MaxRowBytes)
            RejectRow(batch, start, end);
        else if (window.FlawIn(start, end) is { } flaw)
            batch.Reject(Flawed(flaw, start, end));
        else if (!AddFields(batch, row))
            batch.Reject(Rejected("field-too-large", $"A field holds more than {options.MaxFieldBytes} bytes. Raise \"maxFieldBytes\" if that is right.", start, end));
        else
            batch.EndRow(parser.Line, window.SourceOffset(start));
    }

    bool AddFields(Batch batch, CsvReader row)
    {
        for (var i = 0; i < width; i++)
        {
            var field = row.GetSpan(i);
            if (field.Length > maxFieldBytes)
            {
                batch.AbandonRow();
                return false;
            }
            if (nulls.Length > 0 && IsNull(field))
                batch.AddNull();
            else
                batch.Add(ValueKind.Text, field);
        }
        return true;
    }

    bool IsNull(ReadOnlySpan<byte> field)
    {
        foreach (var text in nulls)
        {
            if (field.SequenceEqual(text))
                return true;
        }
        return false;
    }

    // Of a row that spans several lines and is none, only the first line is given up: a quote may be unbalanced, and
    // the lines after it may be good rows.
    void RejectRow(Batch batch, int start, int end)
    {
        var first = start + LineBreaks.FirstLine(window.Buffer.AsSpan(start, window.End - start), window.AtEnd);
        var severalLines = first < end;
        var (code, message) = Reason(severalLines);
        batch.Reject(Rejected(code, message, start, severalLines ? first : end));
        if (severalLines)
            parser.RestartAt(first);
    }

    (string Code, string Message) Reason(bool severalLines)
    {
        var again = severalLines ? " Reading went on at the next line." : "";
        var quote = options.QuoteChar;
        return parser.Malformed switch
        {
            CsvMalformedReason.UnterminatedQuote => ("malformed-row", $"A quote ({quote}) that opens on this line is never closed.{again}"),
            CsvMalformedReason.StrayQuote => ("malformed-row", $"A quote ({quote}) stands inside a field that is not quoted. If quotes are ordinary text in this file, set \"quote\" to \"none\".{again}"),
            { } => ("malformed-row", $"Text follows a closing quote ({quote}), or a quote inside a quoted field is not doubled.{again}"),
            null when parser.Row.FieldCount != Columns.Count => ("malformed-row", $"Fields in this row: {parser.Row.FieldCount}; columns of the file: {Columns.Count}.{again}"),
            null => ("row-too-large", $"The row holds more than {options.MaxRowBytes} bytes. Raise \"maxRowBytes\" if that is right.{again}"),
        };
    }

    async ValueTask RejectTooLongAsync(Batch batch, CancellationToken cancellationToken)
    {
        var start = window.Start;
        var first = LineBreaks.FirstLine(window.Unread, window.AtEnd);
        var message = first > 0
            ? $"A quote that opens on this line is not closed within {options.MaxRowBytes} bytes: it is unbalanced, or \"maxRowBytes\" is too small. Reading went on at the next line."
            : $"The row holds more than {options.MaxRowBytes} bytes. Raise \"maxRowBytes\" if that is right.";
        batch.Reject(new SourceReject("row-too-large", message, new(file.Name, parser.LinesBefore + 1, window.SourceOffset(start)), Raw(start, first > 0 ? start + first : window.End)));
        await parser.SkipLinesAsync(1, cancellationToken);
    }

    SourceReject Flawed(Flaw flaw, int start, int end) => flaw.IsNul
        ? Rejected("nul-byte", $"A NUL byte stands at offset {flaw.SourceOffset}.", start, end)
        : Rejected("invalid-encoding", $"Byte 0x{Convert.ToHexString(flaw.Bytes)} at offset {flaw.SourceOffset} is not valid in {window.EncodingName}.", start, end);

    SourceReject Rejected(string code, string message, int start, int end) =>
        new(code, message, new(file.Name, parser.Line, window.SourceOffset(start)), Raw(start, end));

    byte[] Raw(int start, int end) => window.Buffer.AsSpan(start, Math.Min(end - start, SourceReject.RawLimit)).TrimEnd("\r\n"u8).ToArray();

    ConnectorException Wrong(string what) => new(ConnectorErrorKind.Configuration, $"{file.Name} {what}");
}
