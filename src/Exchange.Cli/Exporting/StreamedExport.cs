using System.Globalization;

namespace Exchange.Cli.Exporting;

/// <summary>Takes an export as one stream. A part is never left behind under the name of the whole.</summary>
static class StreamedExport
{
    const int BufferSize = 128 * 1024;
    static readonly TimeSpan idleLimit = TimeSpan.FromMinutes(2);

    /// <exception cref="CliException">The stream broke off, or what came is not whole.</exception>
    public static async Task FetchAsync(CliSession session, ExportOrder order, PartFile file, CancellationToken cancellationToken)
    {
        var parameters = order.Filters.Select(filter => (filter.Field, (object?)filter.Value));
        var path = HubClient.Query($"datasets/{HubClient.Segment(order.Dataset)}/export", [("format", order.Format), ("asOf", order.AsOf), .. parameters]);
        using var response = await session.Hub.OpenAsync(path, "*/*", cancellationToken);
        try
        {
            var end = await CopyAsync(response, file, cancellationToken);
            if (Misses(order.Format, end, CountOf(response)))
                throw Broken(response, order.Dataset, $"after {end.Bytes} bytes, and something in between ended it in good order");
        }
        catch (Exception error) when (error is IOException or HttpRequestException)
        {
            file.Drop();
            throw Broken(response, order.Dataset, error.Message);
        }
        catch
        {
            file.Drop();
            throw;
        }
        file.Keep();
        session.Hint($"[dim]{CountOf(response) ?? 0} records of publication {Header(response, "Exchange-Publication") ?? "?"} are in {file.Path}.[/]");
    }

    static async Task<End> CopyAsync(HttpResponseMessage response, PartFile file, CancellationToken cancellationToken)
    {
        await using var input = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using var output = file.Open(append: false);
        var buffer = new byte[BufferSize];
        var end = new End();
        while (await ReadAsync(input, buffer, cancellationToken) is > 0 and var read)
        {
            end.Take(buffer.AsSpan(0, read));
            try
            {
                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            catch (IOException error)
            {
                throw file.Failed(error);
            }
        }
        return end;
    }

    static async Task<int> ReadAsync(Stream input, byte[] buffer, CancellationToken cancellationToken)
    {
        using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        idle.CancelAfter(idleLimit);
        try
        {
            return await input.ReadAsync(buffer, idle.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"nothing came for {idleLimit.TotalMinutes:0} minutes");
        }
    }

    /// <summary>Whether the end that the form has is not there: some proxies hide that a body broke off.</summary>
    static bool Misses(string format, End end, long? records) => format switch
    {
        "ndjson" => records is { } count && end.Lines != count,
        "json" => !end.Tail.EndsWith("]\n"u8),
        "parquet" => !end.Tail.SequenceEqual("PAR1"u8),
        _ => false,
    };

    static long? CountOf(HttpResponseMessage response) =>
        long.TryParse(Header(response, "Exchange-Record-Count"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    static CliException Broken(HttpResponseMessage response, string dataset, string reason) => new(ExitCode.Failed, $"The stream from the hub broke off: {reason}.")
    {
        Where = $"{response.RequestMessage?.Method} {response.RequestMessage?.RequestUri}",
        Fix = $"Nothing was kept. Run exchange explain {dataset}: a grant that ended or changed stops its streams. If you may still read, use --prepare, which goes on where it was interrupted.",
    };

    /// <summary>What the end of a body tells.</summary>
    sealed class End
    {
        readonly byte[] tail = new byte[4];
        int kept;

        public long Bytes { get; private set; }

        public long Lines { get; private set; }

        /// <summary>The last bytes, four at most.</summary>
        public ReadOnlySpan<byte> Tail => tail.AsSpan(0, kept);

        public void Take(ReadOnlySpan<byte> bytes)
        {
            Bytes += bytes.Length;
            Lines += bytes.Count((byte)'\n');
            byte[] last = [.. Tail, .. bytes[Math.Max(0, bytes.Length - tail.Length)..]];
            kept = Math.Min(tail.Length, last.Length);
            last.AsSpan(last.Length - kept).CopyTo(tail);
        }
    }
}
