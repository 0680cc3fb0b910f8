using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Exchange.Hub.Platform;

/// <summary>
/// Holds an answer back until it is whole, up to a bound: one that grows beyond it goes out as it comes. Whether to hold
/// is decided when its first byte or its headers are to leave.
/// </summary>
sealed class HeldBody : IHttpResponseBodyFeature, IDisposable
{
    readonly IHttpResponseBodyFeature inner;
    readonly Gate gate;
    PipeWriter? writer;

    /// <param name="inner">Where the answer goes.</param>
    /// <param name="bound">Most bytes that are held.</param>
    /// <param name="holds">Decides, once status and headers are set.</param>
    public HeldBody(IHttpResponseBodyFeature inner, int bound, Func<bool> holds)
    {
        this.inner = inner;
        gate = new Gate(inner, bound, holds);
    }

    /// <inheritdoc/>
    public Stream Stream => gate;

    /// <inheritdoc/>
    public PipeWriter Writer => writer ??= PipeWriter.Create(gate, new StreamPipeWriterOptions(leaveOpen: true));

    /// <summary>Whether the whole answer is held.</summary>
    public bool IsHeld => gate.Holds;

    /// <summary>What is held.</summary>
    public ReadOnlyMemory<byte> Held => gate.Held.GetBuffer().AsMemory(0, (int)gate.Held.Length);

    /// <summary>Takes what still waits in the writer.</summary>
    public async Task FlushAsync()
    {
        if (writer is not null)
            await writer.FlushAsync();
    }

    /// <summary>Sends what is held.</summary>
    public async Task SendAsync(CancellationToken cancellationToken)
    {
        await FlushAsync();
        await gate.ReleaseAsync(cancellationToken);
    }

    /// <summary>Forgets what is held.</summary>
    public void Dispose() => gate.Dispose();

    /// <inheritdoc/>
    public void DisableBuffering() => inner.DisableBuffering();

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => gate.Holds ? Task.CompletedTask : inner.StartAsync(cancellationToken);

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        SendFileFallback.SendFileAsync(gate, path, offset, count, cancellationToken);

    /// <inheritdoc/>
    public async Task CompleteAsync()
    {
        await FlushAsync();
        if (!gate.Holds)
            await inner.CompleteAsync();
    }

    /// <summary>The stream that the answer is written to.</summary>
    sealed class Gate(IHttpResponseBodyFeature inner, int bound, Func<bool> holds) : Stream
    {
        bool? holding;

        public MemoryStream Held { get; } = new();

        public bool Holds => holding ??= holds();

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public async Task ReleaseAsync(CancellationToken cancellationToken)
        {
            if (!Holds)
                return;
            holding = false;
            if (Held.Length > 0)
                await inner.Stream.WriteAsync(Held.GetBuffer().AsMemory(0, (int)Held.Length), cancellationToken);
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Holds && Held.Length + buffer.Length > bound)
                await ReleaseAsync(cancellationToken);
            if (Holds)
                Held.Write(buffer.Span);
            else
                await inner.Stream.WriteAsync(buffer, cancellationToken);
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (!Holds || Held.Length + count > bound)
                throw new InvalidOperationException("An answer of this size is written asynchronously.");
            Held.Write(buffer, offset, count);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Holds ? Task.CompletedTask : inner.Stream.FlushAsync(cancellationToken);

        public override void Flush()
        {
            // What is held is flushed when it is whole, and what is not is written asynchronously.
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
