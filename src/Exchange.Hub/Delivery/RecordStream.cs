using System.IO.Pipelines;

namespace Exchange.Hub.Delivery;

/// <summary>Sends every record of a COPY to a client. Memory is one block, whatever the number of records.</summary>
static class RecordStream
{
    /// <summary>One record per line, its stored bytes untouched (canonical JSON has no line breaks).</summary>
    /// <returns>Records sent.</returns>
    public static async Task<long> WriteNdjsonAsync(CopyDocuments documents, PipeWriter output, CancellationToken cancellation)
    {
        var count = 0L;
        while (await documents.ReadBlockAsync(cancellation))
        {
            count += WriteLines(documents, output);
            await output.FlushAsync(cancellation);
        }
        return count;
    }

    /// <summary>One row per record after a header line.</summary>
    /// <returns>Records sent.</returns>
    public static async Task<long> WriteCsvAsync(CopyDocuments documents, CsvRecords csv, CancellationToken cancellation)
    {
        var count = 0L;
        await csv.WriteHeaderAsync(cancellation);
        while (await documents.ReadBlockAsync(cancellation))
        {
            for (; documents.TryRead(out var document); count++)
                await csv.WriteAsync(document, cancellation);
        }
        await csv.FlushAsync(cancellation);
        return count;
    }

    static long WriteLines(CopyDocuments documents, PipeWriter output)
    {
        var count = 0L;
        var free = output.GetSpan(documents.BlockLength);
        var written = 0;
        for (; documents.TryRead(out var document); count++)
        {
            document.CopyTo(free[written..]);
            written += document.Length;
            free[written++] = (byte)'\n';
        }
        output.Advance(written);
        return count;
    }
}
