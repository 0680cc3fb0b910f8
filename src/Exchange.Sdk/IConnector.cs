namespace Exchange.Sdk;

/// <summary>
/// Code that reads one kind of system. Implementations have a parameterless constructor and keep no state between
/// calls; everything they need stands in the <see cref="ConnectorContext"/>.
/// </summary>
public interface IConnector
{
    /// <summary>Name, title and the options record.</summary>
    PluginInfo Info { get; }

    /// <summary>What a source configured with these options can do.</summary>
    Capabilities CapabilitiesOf(ConnectorContext context);

    /// <summary>Probes the source in named sub-steps, the first failure last. Never throws for a source that is down.</summary>
    IAsyncEnumerable<CheckStep> CheckAsync(ConnectorContext context, CancellationToken cancellationToken);

    /// <summary>Lists what is there to read.</summary>
    /// <exception cref="ConnectorException">The source cannot be listed.</exception>
    Task<IReadOnlyList<SourceStream>> DiscoverAsync(ConnectorContext context, CancellationToken cancellationToken);

    /// <summary>Opens one stream for reading. A preview is a read of a few rows that is not carried on.</summary>
    /// <exception cref="ConnectorException">The stream cannot be opened.</exception>
    Task<IRecordReader> OpenAsync(ReadRequest request, ConnectorContext context, CancellationToken cancellationToken);
}

/// <summary>One open read of one stream.</summary>
public interface IRecordReader : IAsyncDisposable
{
    /// <summary>The columns as they are now, in the order of the cells of each row.</summary>
    IReadOnlyList<SourceColumn> Columns { get; }

    /// <summary>Clears and fills the batch.</summary>
    /// <returns>Null when more may follow, the end when this batch (perhaps empty) is the last.</returns>
    /// <exception cref="ConnectorException">The source failed in the middle; nothing after the last checkpoint counts.</exception>
    ValueTask<ReadEnd?> ReadAsync(Batch batch, CancellationToken cancellationToken);
}

/// <summary>How a read ended.</summary>
/// <param name="Complete">True when every row of the stream was seen, so that what was not seen is gone.</param>
/// <param name="Count">Rows and rejects handed over, for the run's arithmetic.</param>
/// <param name="Checkpoint">Where an incremental read goes on next time; null when the stream is not resumable.</param>
public sealed record ReadEnd(bool Complete, long Count, string? Checkpoint = null);

/// <summary>What to read.</summary>
/// <param name="Stream">Name of a discovered stream.</param>
public sealed record ReadRequest(string Stream)
{
    /// <summary>Full reads see every row; incremental reads see what changed since the checkpoint.</summary>
    public ReadMode Mode { get; init; } = ReadMode.Full;

    /// <summary>Column whose growing value marks what is new, for incremental reads of tables.</summary>
    public string? CursorColumn { get; init; }

    /// <summary>Checkpoint of the last published run; null at first.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Columns wanted; null for all. A reader may hand over more.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>Rows wanted at most; null for all. Used by previews.</summary>
    public int? Limit { get; init; }
}

/// <summary>Full or incremental.</summary>
public enum ReadMode
{
    /// <summary>Every row.</summary>
    Full,

    /// <summary>What changed since the checkpoint.</summary>
    Incremental,
}

/// <summary>How a source tells that a record is gone.</summary>
public enum DeleteDetection
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>
    /// It sends tombstones. A read hands over each key once, as it is at the end: of an entry and a tombstone of the same
    /// key, the first would stand and the other be a duplicate.
    /// </summary>
    Tombstone,

    /// <summary>A complete read leaves it out.</summary>
    FullDiff,
}

/// <summary>What a configured source can do.</summary>
/// <param name="Resumable">Incremental reads from a checkpoint.</param>
/// <param name="Ordered">Rows come in the order of the cursor.</param>
/// <param name="ConsistentSnapshot">A read sees one moment of the source.</param>
/// <param name="Deletes">How deletions are noticed.</param>
/// <param name="FilterPushDown">Unwanted columns are left out at the source.</param>
public sealed record Capabilities(bool Resumable, bool Ordered, bool ConsistentSnapshot, DeleteDetection Deletes, bool FilterPushDown);

/// <summary>What a host knows of a plugin before making it work.</summary>
/// <param name="Name">Stable lower-case name used in source documents.</param>
/// <param name="Title">For people.</param>
/// <param name="OptionsType">Record that declares the options; see <see cref="OptionAttribute"/>.</param>
public sealed record PluginInfo(string Name, string Title, Type OptionsType);
