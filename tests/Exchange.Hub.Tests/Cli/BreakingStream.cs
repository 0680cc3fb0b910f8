namespace Exchange.Hub.Tests.Cli;

/// <summary>Gives some bytes at a time, then ends or breaks.</summary>
sealed class BreakingStream(byte[] bytes, Exception? then) : MemoryStream(bytes)
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await base.ReadAsync(buffer[..Math.Min(buffer.Length, 4099)], cancellationToken);
        return read > 0 || then is null ? read : throw then;
    }
}
