using System.Runtime.CompilerServices;

namespace Exchange.Sdk;

/// <summary>
/// Makes a connector of a file format: the store of the context finds and opens files, its decoders unwrap them, the
/// format reads them one after the other as one stream called <see cref="StreamName"/>.
/// </summary>
public sealed class FileConnector(IFileFormat format) : IConnector
{
    /// <summary>The one stream of a file source.</summary>
    public const string StreamName = "files";

    /// <inheritdoc/>
    public PluginInfo Info => format.Info;

    /// <inheritdoc/>
    public Capabilities CapabilitiesOf(ConnectorContext context)
    {
        var files = FilesOf(context);
        var every = files.Store.SelectionOf(files.StoreContext) == FileSelection.Every;
        return new Capabilities(Resumable: every, Ordered: false, ConsistentSnapshot: !every, DeleteDetection.FullDiff, FilterPushDown: false);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var files = FilesOf(context);
        var failed = false;
        await foreach (var step in files.Store.CheckAsync(files.StoreContext, cancellationToken))
        {
            failed |= step.Outcome == CheckOutcome.Failed;
            yield return step;
        }
        yield return failed ? new CheckStep("read", CheckOutcome.Skipped, "No file to read.") : await CheckReadAsync(context, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SourceStream>> DiscoverAsync(ConnectorContext context, CancellationToken cancellationToken)
    {
        var request = new ReadRequest(StreamName) { Limit = 1000 };
        await using var reader = await FileReader.OpenAsync(format, request, context, cancellationToken);
        var sample = new Batch(rowLimit: 1000);
        var end = await reader.ReadAsync(sample, cancellationToken);
        return [new SourceStream(StreamName, reader.Columns, [], reader.EstimateRows(sample, end)) { Type = "files" }];
    }

    /// <inheritdoc/>
    public async Task<IRecordReader> OpenAsync(ReadRequest request, ConnectorContext context, CancellationToken cancellationToken)
    {
        if (request.Stream != StreamName)
            throw new ConnectorException(ConnectorErrorKind.Configuration, $"A file source has one stream, \"{StreamName}\"; there is no \"{request.Stream}\".");
        return await FileReader.OpenAsync(format, request, context, cancellationToken);
    }

    internal static FileAccess FilesOf(ConnectorContext context) =>
        context.Files ?? throw new ConnectorException(ConnectorErrorKind.Configuration, "A file source needs a \"store\" that says where its files lie.");

    async Task<CheckStep> CheckReadAsync(ConnectorContext context, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = await FileReader.OpenAsync(format, new ReadRequest(StreamName), context, cancellationToken);
            var names = string.Join(", ", reader.Columns.Select(column => column.Name));
            return new CheckStep("read", CheckOutcome.Passed, $"{reader.Origin} has {reader.Columns.Count} columns: {names}");
        }
        catch (ConnectorException error)
        {
            return new CheckStep("read", CheckOutcome.Failed, error.Message, $"Look at the file, and at the options of the format \"{format.Info.Name}\" and of the decoders.");
        }
    }
}
