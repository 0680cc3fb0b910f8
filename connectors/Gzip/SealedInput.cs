namespace Exchange.Connectors.Gzip;

/// <summary>The bytes already read, then the rest of the file, then the seal.</summary>
sealed class SealedInput(byte[] head, Stream content, byte[] seal) : Stream
{
    readonly MemoryStream before = new(head);
    readonly MemoryStream behind = new(seal);

    /// <summary>Bytes of the file given out so far.</summary>
    public long Given { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => Given; set => throw new NotSupportedException(); }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = before.Read(buffer.Span);
        if (read == 0)
            read = await content.ReadAsync(buffer, cancellationToken);
        Given += read;
        return read > 0 ? read : behind.Read(buffer.Span);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
            before.Dispose();
            behind.Dispose();
        }
        base.Dispose(disposing);
    }
}
