using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Exchange.Connectors.Csv;

/// <summary>
/// A file in another encoding, decoded line by line. In every encoding that a text file comes in, a line break is one
/// unit that is never part of a longer character, so a line can be decoded by itself; that keeps source offsets exact
/// and a broken character from eating the line break.
/// </summary>
sealed class TranscodedWindow : TextWindow
{
    const int ChunkBytes = 64 * 1024;

    readonly Stream source;
    readonly Encoding encoding;
    readonly Decoder decoder;
    readonly InvalidBytes invalid;
    readonly byte[] lineFeed;
    readonly byte[] carriageReturn;
    readonly byte[] nul;
    readonly Queue<(long Text, long Source)> lines = new();
    byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
    char[] chars = ArrayPool<char>.Shared.Rent(ChunkBytes + 2);
    int chunkUsed;
    long chunkOffset;
    (long Text, long Source) line;

    /// <param name="source">The rest of the file.</param>
    /// <param name="head">Bytes of the file already read, without the byte order mark.</param>
    /// <param name="markLength">Length of the byte order mark.</param>
    /// <param name="name">Name of the encoding, for messages.</param>
    /// <param name="encoding">The encoding, which reports to <paramref name="invalid"/>.</param>
    /// <param name="invalid">Told of bytes that are not text.</param>
    /// <param name="capacity">Bytes to hold at first.</param>
    public TranscodedWindow(Stream source, ReadOnlySpan<byte> head, int markLength, string name, Encoding encoding, InvalidBytes invalid, int capacity)
        : base(name, capacity)
    {
        (this.source, this.encoding, this.invalid) = (source, encoding, invalid);
        decoder = encoding.GetDecoder();
        (lineFeed, carriageReturn, nul) = (encoding.GetBytes("\n"), encoding.GetBytes("\r"), encoding.GetBytes("\0"));
        chunkOffset = markLength;
        line = (0, markLength);
        while (head.Length > 0)
        {
            var part = head[..Math.Min(head.Length, ChunkBytes - chunkUsed)];
            part.CopyTo(chunk.AsSpan(chunkUsed));
            Decode(part.Length);
            head = head[part.Length..];
        }
    }

    public override long SourceOffset(int lineStart)
    {
        while (lines.TryPeek(out var next) && next.Text <= Origin + lineStart)
            line = lines.Dequeue();
        return line.Source;
    }

    public override void Dispose()
    {
        base.Dispose();
        if (chunk.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(chunk);
            ArrayPool<char>.Shared.Return(chars);
        }
        (chunk, chars) = ([], []);
    }

    protected override async ValueTask ReadAsync(CancellationToken cancellationToken)
    {
        var read = await source.ReadAsync(chunk.AsMemory(chunkUsed, ChunkBytes - chunkUsed), cancellationToken);
        AtEnd = read == 0;
        Decode(read);
    }

    // Decodes every whole line of the chunk and keeps the rest for the next one, unless one line fills it.
    void Decode(int read)
    {
        chunkUsed += read;
        var done = 0;
        while (NextBreak(chunk.AsSpan(done, chunkUsed - done)) is >= 0 and var length)
        {
            DecodePart(done, length, whole: true);
            Append(chunk.AsSpan(done + length, lineFeed.Length));
            done += length + lineFeed.Length;
            lines.Enqueue((Origin + End, chunkOffset + done));
        }
        if (AtEnd || done == 0 && chunkUsed == ChunkBytes)
        {
            var rest = AtEnd ? chunkUsed : chunkUsed - (chunkUsed % lineFeed.Length);
            DecodePart(done, rest - done, whole: AtEnd);
            done = rest;
        }
        chunk.AsSpan(done, chunkUsed - done).CopyTo(chunk);
        chunkUsed -= done;
        chunkOffset += done;
    }

    void DecodePart(int from, int length, bool whole)
    {
        var bytes = chunk.AsSpan(from, length);
        var text = chars.AsSpan(0, decoder.GetChars(bytes, chars, whole));
        var bad = invalid.Take();
        var at = bad is null ? -1 : text.IndexOf('\uFFFD');
        if (at < 0 && PrivateUse.UndefinedIn(text, encoding.CodePage) is >= 0 and var undefined)
            (at, bad) = (undefined, bytes.Slice(Math.Min(encoding.GetByteCount(text[..undefined]), bytes.Length - 1), 1).ToArray());
        var offset = chunkOffset + from;
        if (bad is not null)
            Report(End, offset + encoding.GetByteCount(text[..Math.Max(at, 0)]), bad);
        else if (IndexOf(bytes, nul) is >= 0 and var zero)
            Report(End, offset + zero, nul);
        if (PrivateUse.Assigned(text, encoding.CodePage) is { } assigned)
            text = assigned.ToCharArray();
        Reserve(Encoding.UTF8.GetMaxByteCount(text.Length), End);
        End += Encoding.UTF8.GetBytes(text, Buffer.AsSpan(End));
    }

    void Append(ReadOnlySpan<byte> lineBreak)
    {
        Reserve(1, End);
        Buffer[End++] = lineBreak.SequenceEqual(lineFeed) ? (byte)'\n' : (byte)'\r';
    }

    int NextBreak(ReadOnlySpan<byte> bytes)
    {
        if (lineFeed.Length == 1)
            return bytes.IndexOfAny(lineFeed[0], carriageReturn[0]);
        var feed = IndexOf(bytes, lineFeed);
        var back = IndexOf(feed < 0 ? bytes : bytes[..feed], carriageReturn);
        return back >= 0 ? back : feed;
    }

    static int IndexOf(ReadOnlySpan<byte> bytes, byte[] unit) => unit.Length switch
    {
        1 => bytes.IndexOf(unit[0]),
        2 => Scaled(MemoryMarshal.Cast<byte, ushort>(bytes).IndexOf(BitConverter.ToUInt16(unit)), 2),
        _ => Scaled(MemoryMarshal.Cast<byte, uint>(bytes).IndexOf(BitConverter.ToUInt32(unit)), 4),
    };

    static int Scaled(int index, int size) => index < 0 ? -1 : index * size;
}
