namespace Exchange.Cli.Following;

/// <summary>A copy of a dataset somewhere else, with the position in the change feed up to which it is complete.</summary>
interface ICopy : IAsyncDisposable
{
    /// <summary>Where the copy stands, as it was last committed.</summary>
    CopyState State { get; }

    /// <summary>Applies changes and keeps the cursor behind them: both or neither, however the process ends.</summary>
    /// <param name="changes">In the order of the feed.</param>
    /// <param name="next">The cursor behind them.</param>
    /// <param name="whole">Whether the feed has no more: what an older reading left behind is gone from here on.</param>
    /// <param name="cancellationToken">Gives up before anything is committed.</param>
    Task ApplyAsync(IReadOnlyList<Change> changes, string next, bool whole, CancellationToken cancellationToken);

    /// <summary>
    /// Begins at the feed's beginning again, as the cursor is of no use any more. The records stay until the new reading
    /// is whole; those that it did not bring are dropped then.
    /// </summary>
    Task BeginAgainAsync(CancellationToken cancellationToken);

    /// <summary>Records of the copy.</summary>
    Task<long> CountAsync(CancellationToken cancellationToken);
}

/// <summary>Where a copy stands.</summary>
/// <param name="Cursor">Where to go on; null at the beginning.</param>
/// <param name="Reading">Number of the reading of the whole feed; records that an older one brought and this one did not are not in the dataset.</param>
/// <param name="Whole">Whether the reading has once come to the feed's end.</param>
readonly record struct CopyState(string? Cursor, long Reading, bool Whole);

/// <summary>One change of the feed.</summary>
/// <param name="Key">Of the record.</param>
/// <param name="Record">Its bytes as the hub spelt them; null when it was deleted.</param>
readonly record struct Change(string Key, string? Record);
