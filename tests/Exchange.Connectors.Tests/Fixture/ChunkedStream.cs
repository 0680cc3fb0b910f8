namespace Exchange.Connectors.Tests;

/// <summary>Hands out bytes in pieces of the given sizes, over and over, as a network does.</summary>
sealed class ChunkedStream(byte[] bytes, int[] sizes) : MemoryStream(bytes)
{
    int next;

    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        base.ReadAsync(buffer[..Math.Min(buffer.Length, Math.Max(1, sizes[next++ % sizes.Length]))], cancellationToken);
}
