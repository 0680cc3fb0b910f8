using CsvHelper;

namespace Exchange.Connectors.Csv;

/// <summary>
/// Splits the window into rows, a region of whole lines at a time. When a row turns out not to be one, reading can go
/// on at any line of the window, so an unbalanced quote costs one line and not the rest of the file.
/// </summary>
sealed class RowParser(TextWindow window, CsvOptions options) : IDisposable
{
    // A region after a restart is small at first: restarts may come in floods, and each scans its region anew.
    const int RestartBytes = 2 * 1024;

    // In place of a limit: the last row reaches beyond all that is decoded.
    const int Undecoded = -1;

    char? separator = options.SeparatorChar;
    CsvReader? reader;
    CsvMalformedReason? malformed;
    int regionStart;
    int regionEnd;
    int regionLimit = int.MaxValue;
    bool regionCut;
    /// <summary>Lines passed before the current place.</summary>
    public long LinesBefore { get; private set; }

    /// <summary>The row in hand.</summary>
    public CsvReader Row => reader!;

    /// <summary>What is wrong with the quotes of the row in hand, or null.</summary>
    public CsvMalformedReason? Malformed => malformed;

    /// <summary>Position in the window where the row in hand starts.</summary>
    public int RowStart => regionStart + (int)reader!.ByteOffset;

    /// <summary>Position in the window where the row in hand ends, before its line break.</summary>
    public int RowEnd => RowStart + reader!.RawRecord.Length;

    /// <summary>Line of the file, from 1, on which the row in hand starts.</summary>
    public long Line => LinesBefore + reader!.LineNumber;

    /// <summary>
    /// Moves to the next row of the region. False at its end, or when the last row reaches beyond it; then
    /// <see cref="NextRegionAsync"/> goes on.
    /// </summary>
    public bool TryNext()
    {
        if (reader is null)
            return false;
        malformed = null;
        if (!reader.Read())
        {
            Leave(regionEnd);
            return false;
        }
        // An open quote at the end of the region says nothing as long as there is more to come.
        if (malformed == CsvMalformedReason.UnterminatedQuote && !(window.AtEnd && regionEnd == window.End))
        {
            var start = RowStart;
            Leave(start);
            if (!regionCut)
                regionLimit = Undecoded;
            return false;
        }
        return true;
    }

    /// <summary>Gives up the row in hand and goes on at a position inside it.</summary>
    public void RestartAt(int position)
    {
        Leave(position);
        regionLimit = RestartBytes;
    }

    /// <summary>Makes the next region, decoding more of the file where needed.</summary>
    /// <returns>What there is to do next.</returns>
    public async ValueTask<Next> NextRegionAsync(CancellationToken cancellationToken)
    {
        var fill = regionLimit == Undecoded;
        var limit = fill ? int.MaxValue : regionLimit;
        while (true)
        {
            if (fill && !window.AtEnd)
            {
                if (window.Unread.Length > options.MaxRowBytes)
                    return Next.TooLong;
                await window.FillAsync(cancellationToken);
            }
            var length = RegionLength(limit);
            if (length > 0)
            {
                Enter(length, limit);
                return Next.Rows;
            }
            if (window.AtEnd && window.Unread.Length == 0)
                return Next.End;
            fill = true;
        }
    }

    /// <summary>Leaves out whole lines at the current place.</summary>
    public async ValueTask SkipLinesAsync(int count, CancellationToken cancellationToken)
    {
        regionLimit = RestartBytes;
        while (count > 0 && !(window.AtEnd && window.Unread.Length == 0))
        {
            var line = LineBreaks.FirstLine(window.Unread, window.AtEnd);
            if (line > 0)
            {
                Leave(window.Start + line);
                count--;
            }
            else
            {
                await DropOrFillAsync(cancellationToken);
            }
        }
    }

    public void Dispose() => reader?.Dispose();

    async ValueTask DropOrFillAsync(CancellationToken cancellationToken)
    {
        if (window.Unread.Length > options.MaxRowBytes)
            window.AdvanceTo(window.End);
        await window.FillAsync(cancellationToken);
    }

    // Whole lines only, unless the file ends here.
    int RegionLength(int limit)
    {
        var unread = window.Unread;
        if (unread.Length <= limit && window.AtEnd)
            return unread.Length;
        var wanted = LineBreaks.WholeLines(unread[..Math.Min(unread.Length, limit)], atEnd: false);
        return wanted > 0 || unread.Length <= limit ? wanted : LineBreaks.FirstLine(unread, window.AtEnd);
    }

    void Enter(int length, int limit)
    {
        var start = window.Start;
        // What looks like a byte order mark would be taken for one; a line break before it, which is skipped, prevents that.
        var lead = window.Buffer[start] is 0 or >= 0xEF ? 1 : 0;
        if (lead == 1)
            window.Buffer[start - 1] = (byte)'\n';
        regionStart = start - lead;
        regionEnd = start + length;
        LinesBefore -= lead;
        regionCut = window.Unread.Length > limit;
        regionLimit = (int)Math.Min(int.MaxValue, limit * 2L);
        reader = CsvReader.Create(new ReadOnlyMemory<byte>(window.Buffer, regionStart, regionEnd - regionStart), new CsvReaderOptions
        {
            HasHeader = false,
            Separator = separator,
            Mode = options.QuoteChar is null ? CsvMode.NoEscape : CsvMode.Rfc4180,
            Quote = options.QuoteChar ?? '"',
            TrimWhitespace = options.Trim,
            TrackLineNumbers = true,
            OnMalformedRecord = record => malformed = record.Reason,
        });
        separator ??= reader.Separator;
    }

    void Leave(int position)
    {
        if (reader is not null)
        {
            reader.Dispose();
            reader = null;
            if (regionStart < window.Start)
                LinesBefore++;
        }
        LinesBefore += LineBreaks.Count(window.Buffer.AsSpan(window.Start, position - window.Start));
        window.AdvanceTo(position);
    }
}

/// <summary>What a parser found when it went on.</summary>
enum Next
{
    /// <summary>Rows.</summary>
    Rows,

    /// <summary>The end of the file.</summary>
    End,

    /// <summary>A row that does not end within the row cap.</summary>
    TooLong,
}
