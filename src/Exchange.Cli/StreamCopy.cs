using System.Buffers;
using Exchange.Cli.Output;

namespace Exchange.Cli;

/// <summary>
/// Carries an answer of any length to standard output, byte for byte, holding no more of it than a line: one whose end has
/// not come yet is not written, so that what a broken stream leaves behind is whole lines.
/// </summary>
static class StreamCopy
{
    const int BufferSize = 128 * 1024;
    static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(2);

    /// <param name="dataset">What the answer is of, for the way out of an error.</param>
    /// <exception cref="CliException">The stream broke off: what was written is not everything.</exception>
    public static async Task CopyAsync(HttpResponseMessage response, Stream output, string dataset, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var begun = new ArrayBufferWriter<byte>();
        long lines = 0;
        try
        {
            await using var input = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (await ReadAsync(input, buffer, () => lines, response, dataset, cancellationToken) is > 0 and var read)
            {
                var whole = buffer.AsSpan(0, read).LastIndexOf((byte)'\n') + 1;
                if (whole > 0)
                {
                    await WriteAsync(output, begun.WrittenMemory, cancellationToken);
                    await WriteAsync(output, buffer.AsMemory(0, whole), cancellationToken);
                    begun.ResetWrittenCount();
                    lines += buffer.AsSpan(0, whole).Count((byte)'\n');
                }
                begun.Write(buffer.AsSpan(whole, read - whole));
            }
            await WriteAsync(output, begun.WrittenMemory, cancellationToken);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static async Task<int> ReadAsync(Stream input, byte[] buffer, Func<long> lines, HttpResponseMessage response, string dataset, CancellationToken cancellationToken)
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
                Fix = $"Run exchange explain {dataset}: a grant that ended or changed stops its streams. If you may still read, throw the output away and run the command again; if it keeps happening, look for a proxy with a time limit in between.",
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
