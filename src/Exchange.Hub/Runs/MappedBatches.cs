using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Hub.Runs.Publishing;
using Exchange.Sdk;

namespace Exchange.Hub.Runs;

/// <summary>A batch as it was read and as it was mapped. Valid until the next one is asked for.</summary>
sealed class MappedBatch(RecordMapper mapper, RowMatches? matches)
{
    RecordBatch? scratch;

    public Batch Source { get; } = new();

    public RecordBatch Records { get; } = new();

    /// <summary>The end of the read, on the last batch.</summary>
    public ReadEnd? End { get; set; }

    /// <summary>Done when <see cref="Records"/> is filled.</summary>
    public Task Mapping { get; private set; } = Task.CompletedTask;

    /// <summary>Which rows were not mapped, because their records are known to be unchanged; null when all were mapped.</summary>
    public RowMatches? Matches => matches;

    public void BeginMapping() => Mapping = Task.Run(Map);

    /// <summary>The key of a row that was not mapped.</summary>
    public ReadOnlySpan<byte> KeyOf(int row) => mapper.KeyOf(Source, row, scratch ??= new RecordBatch());

    void Map()
    {
        matches?.Find(Source);
        mapper.Map(Source, Records, matches is null ? [] : matches.Known);
    }
}

/// <summary>
/// Reads a source batch by batch and maps several batches at a time, while whoever publishes takes them in the order in
/// which they were read. A fixed number of batches goes round, so memory does not depend on the number of rows.
/// </summary>
static class MappedBatches
{
    /// <summary>Batches that go round: one is read, one is taken, the others are mapped.</summary>
    static readonly int inFlight = 2 + Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <exception cref="ConnectorException">The source failed in the middle.</exception>
    public static async IAsyncEnumerable<MappedBatch> ReadAsync(
        IRecordReader reader, Func<MappedBatch> createBatch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var free = Channel.CreateUnbounded<MappedBatch>();
        var read = Channel.CreateUnbounded<MappedBatch>();
        for (var i = 0; i < inFlight; i++)
            free.Writer.TryWrite(createBatch());
        var reading = Task.Run(() => ReadOnAsync(reader, free.Reader, read.Writer, stop.Token), CancellationToken.None);
        try
        {
            await foreach (var batch in read.Reader.ReadAllAsync(cancellationToken))
            {
                await batch.Mapping;
                yield return batch;
                free.Writer.TryWrite(batch);
            }
            await reading;
        }
        finally
        {
            await stop.CancelAsync();
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // the reader is not left while it works
        }
    }

    static async Task ReadOnAsync(IRecordReader reader, ChannelReader<MappedBatch> free, ChannelWriter<MappedBatch> read, CancellationToken cancellationToken)
    {
        try
        {
            ReadEnd? end = null;
            while (end is null)
            {
                var batch = await free.ReadAsync(cancellationToken);
                batch.End = end = await reader.ReadAsync(batch.Source, cancellationToken);
                batch.BeginMapping();
                read.TryWrite(batch);
            }
            read.Complete();
        }
        catch (Exception error)
        {
            read.Complete(error);
        }
    }
}
