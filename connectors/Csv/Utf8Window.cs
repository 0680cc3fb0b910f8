using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Exchange.Connectors.Csv;

/// <summary>A file that is UTF-8 already: its bytes are checked and otherwise left as they are.</summary>
sealed class Utf8Window : TextWindow
{
    const int FillBytes = 256 * 1024;

    readonly Stream source;
    readonly int markLength;
    int used; // bytes read; those behind End are the beginning of a character that is not whole yet

    /// <param name="source">The rest of the file.</param>
    /// <param name="head">Bytes of the file already read, without the byte order mark.</param>
    /// <param name="markLength">Length of the byte order mark.</param>
    /// <param name="capacity">Bytes to hold at first.</param>
    public Utf8Window(Stream source, ReadOnlySpan<byte> head, int markLength, int capacity) : base("utf-8", Math.Max(capacity, head.Length + 1024))
    {
        (this.source, this.markLength) = (source, markLength);
        used = End;
        head.CopyTo(Buffer.AsSpan(used));
        Check(head.Length);
    }

    protected override int Used => used;

    public override long SourceOffset(int lineStart) => Origin + lineStart + markLength;

    protected override async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        // Some decoders hand out a few KiB at a time; a window is worth its overhead when there is more in it.
        var space = Buffer.AsMemory(used);
        var read = await source.ReadAtLeastAsync(space, Math.Min(space.Length, FillBytes), throwOnEndOfStream: false, cancellationToken);
        AtEnd = read == 0;
        Check(read);
    }

    protected override void Moved(int by)
    {
        base.Moved(by);
        used -= by;
    }

    void Check(int read)
    {
        used += read;
        var whole = AtEnd ? used : used - Incomplete(Buffer.AsSpan(End, used - End));
        var fresh = Buffer.AsSpan(End, whole - End);
        if (!Utf8.IsValid(fresh) || fresh.Contains((byte)0))
            ReportFlaws(End, whole);
        End = whole;
    }

    // One flaw a line is enough to reject the row that the line belongs to.
    void ReportFlaws(int from, int to)
    {
        while (from < to)
        {
            var length = Buffer.AsSpan(from, to - from).IndexOfAny((byte)'\n', (byte)'\r') + 1;
            var line = Buffer.AsSpan(from, length == 0 ? to - from : length);
            if (FirstBad(line) is { Length: > 0 } bad)
                Report(from + bad.Start, SourceOffset(from + bad.Start), line.Slice(bad.Start, bad.Length));
            from += line.Length;
        }
    }

    static (int Start, int Length) FirstBad(ReadOnlySpan<byte> line)
    {
        for (var at = 0; at < line.Length;)
        {
            var status = Rune.DecodeFromUtf8(line[at..], out _, out var length);
            if (status != OperationStatus.Done || line[at] == 0)
                return (at, length);
            at += length;
        }
        return default;
    }

    // Bytes at the end that may become a character with the next bytes of the file.
    static int Incomplete(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length <= Math.Min(3, bytes.Length); length++)
        {
            if ((bytes[^length] & 0xC0) != 0x80)
                return Rune.DecodeFromUtf8(bytes[^length..], out _, out _) == OperationStatus.NeedMoreData ? length : 0;
        }
        return 0;
    }
}
