using Exchange.Hub.Runs.Publishing;

namespace Exchange.Hub.Runs;

/// <summary>Live counts of one run, written by the worker and read by its pulse.</summary>
sealed class Progress
{
    long read;
    long filtered;
    long rejected;
    volatile string phase = "connecting";

    public string Phase
    {
        get => phase;
        set => phase = value;
    }

    public long? RowEstimate { get; set; }

    public long Read => Interlocked.Read(ref read);

    public long Rejected => Interlocked.Read(ref rejected);

    /// <summary>Adds one batch.</summary>
    public void Add(long batchRead, long batchFiltered, long batchRejected)
    {
        Interlocked.Add(ref read, batchRead);
        Interlocked.Add(ref filtered, batchFiltered);
        Interlocked.Add(ref rejected, batchRejected);
    }

    /// <summary>Begins to count anew.</summary>
    public void Reset() => read = filtered = rejected = 0;

    /// <summary>Counts as they stand; what was accepted is known only when everything was compared.</summary>
    public RunCounts Counts(Changes? changes = null) => new(
        Read, changes?.Added ?? 0, changes?.Updated ?? 0, changes?.Unchanged ?? 0, changes?.Deleted ?? 0, Interlocked.Read(ref filtered), Rejected);
}
