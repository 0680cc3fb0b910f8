using Exchange.Engine.Records;
using Parquet;
using Parquet.Schema;

namespace Exchange.Hub.Delivery.Exports.Parquet;

/// <summary>
/// Writes records as a Parquet file (Apache Parquet 2.x, Snappy), one flat column per field, straight from their bytes.
/// A row group ends when the gathered values take <see cref="MostBytes"/>, so memory does not grow with the records.
/// </summary>
sealed class ParquetRecords
{
    /// <summary>Bytes of gathered values at most: some tens of thousands of records.</summary>
    const int MostBytes = 10 * 1024 * 1024;

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
    readonly ParquetColumn[] columns;
    readonly ParquetSchema schema;
    int rows;

    public ParquetRecords(IReadOnlyList<ExportColumn> columns)
    {
        fields = new FieldReader([.. columns.Select(column => column.Pointer)]);
        this.columns = [.. columns.Select(ParquetColumn.Of)];
        schema = new ParquetSchema(this.columns.Select(column => column.Field).ToArray<Field>());
    }

    /// <summary>Writes the whole file: its end, which alone makes it one, comes behind the last record.</summary>
    /// <param name="about">What the file says of itself besides.</param>
    public async Task WriteAsync(CopyDocuments documents, ExportSink sink, Reading reading, IReadOnlyDictionary<string, string> about)
    {
        // Opened with the first group, so that what goes wrong before it can still be told. Not disposed of when something
        // fails: disposing writes the end, and with it a part would pass for the whole.
        ParquetWriter? writer = null;
        while (await documents.ReadBlockAsync(reading.Stop))
        {
            if (Gather(documents, reading) >= MostBytes)
                await WriteGroupAsync(writer ??= await OpenAsync(sink, reading.Stop), sink, reading.Stop);
        }
        writer ??= await OpenAsync(sink, reading.Stop);
        if (rows > 0)
            await WriteGroupAsync(writer, sink, reading.Stop);
        writer.CustomMetadata = about;
        await writer.DisposeAsync();
        await sink.Pipe.FlushAsync(reading.Stop);
    }

    Task<ParquetWriter> OpenAsync(ExportSink sink, CancellationToken cancellation) => ParquetWriter.CreateAsync(schema, new PipeFile(sink.Pipe), options, cancellationToken: cancellation);

    /// <summary>Takes the records of a block; how many bytes are gathered.</summary>
    long Gather(CopyDocuments documents, Reading reading)
    {
        while (documents.TryRead(out var document))
        {
            var shown = reading.Show(document);
            var slices = fields.Read(shown);
            for (var i = 0; i < columns.Length; i++)
                columns[i].Add(slices[i], shown);
            rows++;
        }
        var bytes = 0L;
        foreach (var column in columns)
            bytes += column.Bytes;
        return bytes;
    }

    async Task WriteGroupAsync(ParquetWriter writer, ExportSink sink, CancellationToken cancellation)
    {
        using var group = writer.CreateRowGroup();
        foreach (var column in columns)
        {
            await column.WriteAsync(group, cancellation);
            await sink.Pipe.FlushAsync(cancellation);
        }
        group.CompleteValidate();
        rows = 0;
    }
}
