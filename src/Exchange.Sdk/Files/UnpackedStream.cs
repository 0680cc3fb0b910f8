namespace Exchange.Sdk;

/// <summary>
/// What a decoder hands on: bytes read once, forward, under caps. Damage and broken caps come out as
/// <see cref="ConnectorException"/> with the name of the file and what to do.
/// </summary>
/// <param name="name">The file, for messages.</param>
/// <param name="maxBytes">Unpacked bytes allowed.</param>
/// <param name="maxRatio">Unpacked bytes allowed for each packed one, looked at above <see cref="RatioFreeBytes"/>.</param>
public abstract class UnpackedStream(string name, long maxBytes, int maxRatio) : Stream
{
    /// <summary>Small files may be as repetitive as they like.</summary>
    public const long RatioFreeBytes = 16 * 1024 * 1024;

    /// <summary>Bytes handed on so far.</summary>
    public long Unpacked { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => Unpacked; set => throw new NotSupportedException(); }

    /// <summary>The file, for messages.</summary>
    protected string Name { get; } = name;

    /// <summary>Packed bytes read so far, or of the whole where that is known.</summary>
    protected abstract long Packed { get; }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read;
        try
        {
            read = await UnpackAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException error)
        {
            throw Damaged(error);
        }
        Unpacked += read;
        if (Unpacked > maxBytes)
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{Name} unpacks to more than {maxBytes} bytes. Raise \"maxBytes\" if that is right.");
        if (Unpacked > RatioFreeBytes && Unpacked / Math.Max(1, Packed) > maxRatio)
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"{Name} unpacks to more than {maxRatio} times its size, as an archive made to exhaust its reader would. Raise \"maxRatio\" if that is right.");
        return read;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>Unpacks more bytes. At the end it makes sure that nothing is missing before it returns 0.</summary>
    /// <exception cref="InvalidDataException">The packed bytes are damaged.</exception>
    protected abstract ValueTask<int> UnpackAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>The error of a file that is damaged at the current place.</summary>
    protected ConnectorException Damaged(Exception? inner = null) => new(ConnectorErrorKind.Configuration,
        $"{Name} ends early or is damaged after {Unpacked} unpacked bytes. Ask the sender to send it again.", inner);
}
