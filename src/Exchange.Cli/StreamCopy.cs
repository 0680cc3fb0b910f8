using System.Buffers;
using Exchange.Cli.Output;

namespace Exchange.Cli;

/// <summary>Carries an answer of any length to standard output, byte for byte and with flat memory.</summary>
static class StreamCopy
{
    const int BufferSize = 128 * 1024;
    static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(2);

    /// <exception cref="CliException">The stream broke off: what was written is not everything.</exception>
    public static async Task CopyAsync(HttpResponseMessage response, Stream output, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        long lines = 0;
        try
        {
            await using var input = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await ReadAsync(input, buffer, () => lines, response, cancellationToken) is > 0 and var read)
            {
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
                await WriteAsync(output, buffer.AsMemory(0, read), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static async Task<int> ReadAsync(Stream input, byte[] buffer, Func<long> lines, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(IdleLimit);
        try
        {
            return await input.ReadAsync(buffer, idle.Token);
        }
        catch (Exception error) when (error is IOException or HttpRequestException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new CliException(ExitCode.Failed, $"The stream from the hub broke off after {Words.Count(lines(), "line")}: what was written is not everything.")
            {
                Where = $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}",
                Fix = "Throw the output away and run the command again; if it keeps happening, look for a proxy with a time limit in between.",
            };
        }
    }

    static async Task WriteAsync(Stream output, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await output.WriteAsync(bytes, cancellationToken);
        }
        catch (IOException error)
        {
            throw new CliException(ExitCode.Failed, $"Standard output could not be written: {error.Message}")
            {
                Fix = "Make room on the disk, or write elsewhere, and run the command again.",
            };
        }
    }
}
