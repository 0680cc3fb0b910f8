using System.Buffers;

namespace Exchange.Engine.Records;

/// <summary>
/// A growing byte buffer that writes the tokens of canonical JSON (RFC 8785 but for numbers, see
/// <see cref="CanonicalNumber"/>). It trusts its caller for structure: separators and the order of members.
/// </summary>
public sealed class JsonBuffer : IBufferWriter<byte>
{
    const int KeptCapacity = 16 * 1024 * 1024;

    static readonly SearchValues<byte> Escaped = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(b => (byte)b), (byte)'"', (byte)'\\']);

    readonly int initialCapacity;
    byte[] bytes;

    /// <summary>Makes an empty buffer.</summary>
    public JsonBuffer(int capacity = 1024)
    {
        initialCapacity = capacity;
        bytes = new byte[capacity];
    }

    /// <summary>Bytes written.</summary>
    public int Length { get; private set; }

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> WrittenSpan => bytes.AsSpan(0, Length);

    /// <summary>What was written, for callers that keep it while more is written; growth does not move it.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => bytes.AsMemory(0, Length);

    /// <summary>True for text that <see cref="WritePlainString"/> may take.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> utf8) => PlainText.IsPlain(utf8);

    /// <summary>Forgets everything; one huge record is not paid for in every later batch.</summary>
    public void Clear()
    {
        Length = 0;
        if (bytes.Length > Math.Max(KeptCapacity, initialCapacity))
            bytes = new byte[initialCapacity];
    }

    /// <summary>Forgets what was written after <paramref name="length"/>.</summary>
    public void Truncate(int length) => Length = Math.Min(Length, length);

    /// <summary>Writes one byte.</summary>
    public void Write(byte value)
    {
        if (Length == bytes.Length)
            Grow(1);
        bytes[Length++] = value;
    }

    /// <summary>Writes bytes as they are.</summary>
    public void Write(ReadOnlySpan<byte> value)
    {
        if (bytes.Length - Length < value.Length)
            Grow(value.Length);
        value.CopyTo(bytes.AsSpan(Length));
        Length += value.Length;
    }

    /// <summary>Writes a string that needs no escape: see <see cref="IsPlain"/>.</summary>
    public void WritePlainString(ReadOnlySpan<byte> utf8)
    {
        if (bytes.Length - Length < utf8.Length + 2)
            Grow(utf8.Length + 2);
        var space = bytes.AsSpan(Length, utf8.Length + 2);
        space[0] = (byte)'"';
        utf8.CopyTo(space[1..]);
        space[^1] = (byte)'"';
        Length += utf8.Length + 2;
    }

    /// <summary>Writes a string, escaped as RFC 8785 section 3.2.2.2 says. <paramref name="utf8"/> is valid UTF-8.</summary>
    public void WriteString(ReadOnlySpan<byte> utf8)
    {
        Write((byte)'"');
        for (int next; (next = utf8.IndexOfAny(Escaped)) >= 0; utf8 = utf8[(next + 1)..])
        {
            Write(utf8[..next]);
            WriteEscape(utf8[next]);
        }
        Write(utf8);
        Write((byte)'"');
    }

    void WriteEscape(byte value)
    {
        Write((byte)'\\');
        switch (value)
        {
            case (byte)'"' or (byte)'\\': Write(value); break;
            case (byte)'\b': Write((byte)'b'); break;
            case (byte)'\t': Write((byte)'t'); break;
            case (byte)'\n': Write((byte)'n'); break;
            case (byte)'\f': Write((byte)'f'); break;
            case (byte)'\r': Write((byte)'r'); break;
            default:
                Write("u00"u8);
                Write((byte)('0' + (value >> 4)));
                Write((byte)"0123456789abcdef"[value & 15]);
                break;
        }
    }

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, bytes.Length - Length);
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _ = GetSpan(sizeHint);
        return bytes.AsMemory(Length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        if (bytes.Length - Length < Math.Max(sizeHint, 1))
            Grow(Math.Max(sizeHint, 1));
        return bytes.AsSpan(Length);
    }

    void Grow(int more) => Array.Resize(ref bytes, (int)Math.Min(Array.MaxLength, Math.Max(bytes.Length * 2L, (long)Length + more)));
}
