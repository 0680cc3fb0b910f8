using Exchange.Engine.Records;
using Parquet;

namespace Exchange.Hub.Delivery.Exports.Parquet;

/// <summary>
/// Writes records as a Parquet file (Apache Parquet 2.x, Snappy), one flat column per field, straight from their bytes.
/// A row group ends when the gathered values take <see cref="MostBytes"/>, so memory does not grow with the records; while
/// it is written the next is gathered.
/// </summary>
sealed class ParquetRecords
{
    /// <summary>Bytes of gathered values at most: some tens of thousands of records.</summary>
    const int MostBytes = 8 * 1024 * 1024;

    /// <summary>Rows whose dictionary is tried before it is given up.</summary>
    const int DictionarySample = 1000;

    static readonly ParquetOptions options = new()
    {
        CompressionMethod = CompressionMethod.Snappy,
        DictionaryEncodingSampleSize = DictionarySample,
        MaximumSmallPoolFreeBytes = 4 * 1024 * 1024,
        MaximumLargePoolFreeBytes = 4 * 1024 * 1024,
    };

    readonly FieldReader fields;
    ParquetRows gathered;
    ParquetRows written;
    Task writing = Task.CompletedTask;

    public ParquetRecords(IReadOnlyList<ExportColumn> columns)
    {
        fields = new FieldReader([.. columns.Select(column => column.Pointer)]);
        (gathered, written) = (new ParquetRows(columns), new ParquetRows(columns));
    }

    /// <summary>Writes the whole file: its end, which alone makes it one, comes behind the last record.</summary>
    /// <param name="about">What the file says of itself besides.</param>
    public async Task WriteAsync(CopyDocuments documents, ExportSink sink, Reading reading, IReadOnlyDictionary<string, string> about)
    {
        // Opened with the first group, so that what goes wrong before it can still be told. Not disposed of when something
        // fails: disposing writes the end, and with it a part would pass for the whole.
        ParquetWriter? writer = null;
        try
        {
            while (await documents.ReadBlockAsync(reading.Stop))
            {
                if (Gather(documents, reading) >= MostBytes)
                    await BeginWritingAsync(writer ??= await OpenAsync(sink, reading.Stop), sink, reading.Stop);
            }
            writer ??= await OpenAsync(sink, reading.Stop);
            if (gathered.Count > 0)
                await BeginWritingAsync(writer, sink, reading.Stop);
            await writing;
        }
        finally
        {
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // nobody writes any more when this ends
        }
        writer.CustomMetadata = about;
        await writer.DisposeAsync();
        await sink.Pipe.FlushAsync(reading.Stop);
    }

    Task<ParquetWriter> OpenAsync(ExportSink sink, CancellationToken cancellation) => ParquetWriter.CreateAsync(gathered.Schema, new PipeFile(sink.Pipe), options, cancellationToken: cancellation);

    /// <summary>Takes the records of a block; how many bytes are gathered.</summary>
    long Gather(CopyDocuments documents, Reading reading)
    {
        while (documents.TryRead(out var document))
        {
            var shown = reading.Show(document);
            gathered.Add(fields.Read(shown), shown);
        }
        return gathered.Bytes;
    }

    /// <summary>Has what was gathered written beside, once what was gathered before is.</summary>
    async Task BeginWritingAsync(ParquetWriter writer, ExportSink sink, CancellationToken cancellation)
    {
        await writing;
        (gathered, written) = (written, gathered);
        writing = Task.Run(() => written.WriteAsync(writer, sink, cancellation), CancellationToken.None);
    }
}
