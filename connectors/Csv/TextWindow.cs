using System.Buffers;

namespace Exchange.Connectors.Csv;

/// <summary>Something in the bytes of a file that no row may hold.</summary>
/// <param name="At">Offset in the decoded text (UTF-8) of the line that holds it, or of the thing itself.</param>
/// <param name="SourceOffset">Offset of the first bad byte in the source.</param>
/// <param name="Bytes">The bad bytes as they stand in the source; a single zero for a NUL character.</param>
readonly record struct Flaw(long At, long SourceOffset, byte[] Bytes)
{
    public bool IsNul => !Bytes.AsSpan().ContainsAnyExcept((byte)0);
}

/// <summary>
/// The text of a file as UTF-8, a growing and sliding window at a time. It knows for every line where it began in the
/// source bytes, and which lines hold bytes that are not text.
/// </summary>
abstract class TextWindow(string encoding, int capacity) : IDisposable
{
    // The byte before the window is always a line break, so that what stands at its start never looks like a byte order mark.
    const int Lead = 1;

    readonly Queue<Flaw> flaws = new();
    int start = Lead;

    /// <summary>Name of the encoding of the source.</summary>
    public string EncodingName { get; } = encoding;

    /// <summary>True when somebody said that this is the encoding: the options, or a byte order mark.</summary>
    public bool Declared { get; init; }

    /// <summary>The buffer; text that is not yet consumed lies in <c>[Start, End)</c>.</summary>
    public byte[] Buffer { get; private set; } = Rent(capacity);

    /// <summary>First byte not yet consumed.</summary>
    public int Start => start;

    /// <summary>End of the text decoded so far.</summary>
    public int End { get; protected set; } = Lead;

    /// <summary>True once the source has ended and everything is decoded.</summary>
    public bool AtEnd { get; protected set; }

    /// <summary>Text not yet consumed.</summary>
    public ReadOnlySpan<byte> Unread => Buffer.AsSpan(start, End - start);

    /// <summary>Flaws found so far and not yet passed.</summary>
    public IReadOnlyCollection<Flaw> Flaws => flaws;

    /// <summary>Offset in the decoded text of <c>Buffer[0]</c>.</summary>
    protected long Origin { get; private set; } = -Lead;

    /// <summary>Consumes up to a position in the buffer.</summary>
    public void AdvanceTo(int position) => start = position;

    /// <summary>Decodes more text behind <see cref="End"/>. Positions in the buffer change.</summary>
    public async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        MakeRoom();
        await ReadAsync(cancellationToken);
    }

    /// <summary>Where the line that starts at a position began in the source bytes. Asked in growing order.</summary>
    public abstract long SourceOffset(int lineStart);

    /// <summary>The first flaw between two positions, or null. Flaws before are forgotten.</summary>
    public Flaw? FlawIn(int from, int to)
    {
        while (flaws.TryPeek(out var passed) && passed.At < Origin + from)
            flaws.Dequeue();
        return flaws.TryPeek(out var flaw) && flaw.At < Origin + to ? flaw : null;
    }

    public virtual void Dispose()
    {
        if (Buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = [];
    }

    protected abstract ValueTask ReadAsync(CancellationToken cancellationToken);

    protected void Report(int at, long sourceOffset, ReadOnlySpan<byte> bytes) => flaws.Enqueue(new Flaw(Origin + at, sourceOffset, bytes.ToArray()));

    /// <summary>Makes sure that so many bytes fit behind <see cref="End"/>.</summary>
    protected void Reserve(int bytes, int used)
    {
        if (Buffer.Length - used >= bytes)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Buffer.Length * 2, used + bytes));
        Buffer.AsSpan(0, used).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(Buffer);
        Buffer = larger;
    }

    /// <summary>Bytes in the buffer that must move along when the window slides; at least <see cref="End"/>.</summary>
    protected virtual int Used => End;

    /// <summary>Called when everything in the buffer has moved towards its start.</summary>
    protected virtual void Moved(int by) => End -= by;

    void MakeRoom()
    {
        if (start > Lead)
        {
            var by = start - Lead;
            Buffer.AsSpan(start, Used - start).CopyTo(Buffer.AsSpan(Lead));
            start = Lead;
            Origin += by;
            Moved(by);
        }
        if (Used == Buffer.Length)
            Reserve(Buffer.Length, Used);
    }

    static byte[] Rent(int capacity)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(capacity);
        buffer[0] = (byte)'\n';
        return buffer;
    }
}
