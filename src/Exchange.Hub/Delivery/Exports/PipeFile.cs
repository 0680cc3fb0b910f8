using System.Buffers;
using System.IO.Pipelines;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>
/// A pipe as the file that a library writes: it only ever asks how far it has come. What is written waits in the pipe
/// until the pipe is flushed, so that the library may write without waiting.
/// </summary>
sealed class PipeFile(PipeWriter pipe) : Stream
{
    long position;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => position;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException("An export is written from its beginning to its end.");
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        pipe.Write(buffer);
        position += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("An export is written, not read.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("An export is written from its beginning to its end.");

    public override void SetLength(long value) => throw new NotSupportedException("An export is written from its beginning to its end.");
}
