using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery.Exports.Prepared;

/// <summary>An export that is prepared as a file, as its row says.</summary>
/// <param name="Epoch">Feed epoch of the dataset when it was asked for.</param>
/// <param name="Caller">Who asked; its department is the one that may fetch the file.</param>
/// <param name="Grant">The grant under which it is made; null for own data.</param>
/// <param name="GrantVersion">Version of that grant; 0 for own data.</param>
/// <param name="Filters">Conditions, written as query parameters are.</param>
sealed record PreparedExport(
    Guid Id, int DatasetId, string Dataset, int Epoch, Caller Caller, string? Purpose, string? Case, Guid? Grant, int GrantVersion,
    RecordFormat Format, IReadOnlyDictionary<string, string> Filters, int Publication, bool Gzip, ExportState State, DateTimeOffset RequestedAt)
{
    public DateTimeOffset? StartedAt { get; init; }
    public DateTimeOffset? EndedAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>How often a worker has begun.</summary>
    public int Attempt { get; init; }
    public long? Total { get; init; }
    public long Records { get; init; }
    public long? Bytes { get; init; }
    public byte[]? Sha256 { get; init; }
    public ExportProblem? Problem { get; init; }

    /// <summary>What the file is called where it is saved.</summary>
    public string FileName => RecordFormats.FileName(Dataset, Publication, Format) + (Gzip ? ".gz" : "");

    /// <summary>What the file is.</summary>
    public string MediaType => Gzip ? "application/gzip" : RecordFormats.MediaType(Format);

    /// <summary>The export as the API shows it.</summary>
    public ExportView View() => new(
        Id, Dataset, RecordFormats.NameOf(Format), Filters, Publication, Gzip, Grant, State, Caller.Name, RequestedAt, StartedAt, EndedAt, ExpiresAt,
        Records, Total, Bytes, Sha256 is null ? null : Convert.ToHexStringLower(Sha256), Problem, State == ExportState.Ready ? $"/api/v1/exports/{Id}/file" : null);
}

/// <summary>Why there is no file.</summary>
/// <param name="Code">For programs, as a problem document's.</param>
/// <param name="Detail">What happened and what to do.</param>
public sealed record ExportProblem(string Code, string Detail);

/// <summary>A prepared export.</summary>
/// <param name="Format"><c>ndjson</c>, <c>json</c>, <c>csv</c> or <c>parquet</c>.</param>
/// <param name="Filters">The conditions that its records meet.</param>
/// <param name="Publication">The publication that it shows.</param>
/// <param name="Grant">The grant under which it is made; null for own data.</param>
/// <param name="EndedAt">When it became ready, or failed.</param>
/// <param name="ExpiresAt">When the file is deleted.</param>
/// <param name="Records">Records that are written so far.</param>
/// <param name="Total">Records that there will be; null until a worker has counted them.</param>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Sha256">SHA-256 of the file, in hexadecimal.</param>
/// <param name="Problem">Why there is no file.</param>
/// <param name="File">Where to fetch it, once it is ready.</param>
public sealed record ExportView(
    Guid Id, string Dataset, string Format, IReadOnlyDictionary<string, string> Filters, int Publication, bool Gzip, Guid? Grant, ExportState State,
    string RequestedBy, DateTimeOffset RequestedAt, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt, DateTimeOffset? ExpiresAt,
    long Records, long? Total, long? Bytes, string? Sha256, ExportProblem? Problem, string? File);
