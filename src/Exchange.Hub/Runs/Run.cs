using System.Text.Json;

namespace Exchange.Hub.Runs;

/// <summary>One attempt to refresh a dataset, as the API shows it.</summary>
public sealed record Run
{
    public required Guid Id { get; init; }
    public required string Dataset { get; init; }
    public required RunState State { get; init; }

    /// <summary><c>waiting</c>, <c>connecting</c>, <c>reading</c>, <c>publishing</c> or <c>done</c>.</summary>
    public required string Phase { get; init; }

    /// <summary><c>manual</c> or <c>schedule</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>Name of the token that asked, or of the hub itself; the audit log holds its id.</summary>
    public required string RequestedBy { get; init; }
    public required DateTimeOffset RequestedAt { get; init; }
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? HeartbeatAt { get; init; }
    public int Attempt { get; init; }
    public DateTimeOffset? NextAttemptAt { get; init; }
    public required RunCounts Counts { get; init; }
    public long? RowEstimate { get; init; }

    /// <summary>Rows read per second since the run started; null before.</summary>
    public long? RowsPerSecond { get; init; }

    /// <summary>True when the run claims to work and no heartbeat came for a minute.</summary>
    public bool Stalled { get; init; }

    /// <summary>Number of the publication that the run made; null when it made none.</summary>
    public int? Publication { get; init; }
    public RunError? Error { get; init; }
    public Hold? Hold { get; init; }

    /// <summary>What a person may want to know though it stopped nothing, such as new columns.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Revisions of the documents that the run worked with.</summary>
    public JsonElement? Revisions { get; init; }
}

/// <summary>Read = Added + Updated + Unchanged + Filtered + Rejected + tombstones; Deleted counts records that went.</summary>
public sealed record RunCounts(long Read, long Added, long Updated, long Unchanged, long Deleted, long Filtered, long Rejected);

/// <summary>Why a run failed or waits for its next attempt.</summary>
/// <param name="Kind">A <see cref="Sdk.ConnectorErrorKind"/>, <c>TooManyRejects</c>, <c>EmptySource</c>, <c>Mapping</c> or <c>Internal</c>.</param>
public sealed record RunError(string Kind, string Message, string? Fix);

/// <summary>Why a run waits for a person.</summary>
/// <param name="Reason"><c>source-columns-changed</c> or <c>too-many-deletions</c>.</param>
/// <param name="Detail">One sentence for people.</param>
/// <param name="Changes">What differs.</param>
public sealed record Hold(string Reason, string Detail, IReadOnlyList<HeldChange> Changes)
{
    public const string ColumnsChanged = "source-columns-changed";
    public const string TooManyDeletions = "too-many-deletions";
}

/// <summary>One difference that holds a run.</summary>
/// <param name="What"><c>renamed</c>, <c>missing</c>, <c>new</c>, <c>retyped</c>, <c>mapping</c> or <c>deletions</c>.</param>
public sealed record HeldChange(string What, string? Column, string? Was, string? Now, string Fix);
