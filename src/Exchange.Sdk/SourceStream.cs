namespace Exchange.Sdk;

/// <summary>Something that can be read: a table, a view, a query, a set of files.</summary>
/// <param name="Name">Name used in <see cref="ReadRequest.Stream"/>.</param>
/// <param name="Columns">Its columns.</param>
/// <param name="Key">Columns that identify a row, where the source says so.</param>
/// <param name="RowEstimate">Rows, roughly; null when finding out would mean reading everything.</param>
public sealed record SourceStream(string Name, IReadOnlyList<SourceColumn> Columns, IReadOnlyList<string> Key, long? RowEstimate)
{
    /// <summary><c>table</c>, <c>view</c>, <c>query</c> or <c>files</c>.</summary>
    public string Type { get; init; } = "table";
}

/// <summary>One column of a stream.</summary>
/// <param name="Name">As the source spells it.</param>
/// <param name="Kind">The kind its values usually have.</param>
/// <param name="Nullable">False when the source promises a value.</param>
/// <param name="SourceType">The source's own type, such as <c>numeric(12,2)</c>; null for files.</param>
public sealed record SourceColumn(string Name, ValueKind Kind, bool Nullable = true, string? SourceType = null);
