namespace Exchange.Hub.Catalog.Storage;

/// <summary>
/// A line, which is a major version of a schema such as <c>company/1</c>, that a dataset has left and that readers of it
/// may go on reading until a day that was announced to them.
/// </summary>
/// <param name="Line">Name and major version.</param>
/// <param name="Last">The last publication that followed it: nothing after it may be seen.</param>
/// <param name="Until">The first instant at which it is read no more.</param>
/// <param name="Filters">Filterable fields as they were when it was left.</param>
/// <param name="Now">Schema that the records follow now.</param>
public sealed record PastLine(string Line, Publication Last, DateTimeOffset Until, IReadOnlyList<FilterColumn> Filters, string Now)
{
    /// <summary>
    /// The dataset as it stood at the end of the line. A field that has become filterable since, or is so with another
    /// type, is none that this line's records may be chosen by.
    /// </summary>
    public DatasetHead HeadOf(DatasetHead now) => now with
    {
        Seq = Last.LastSeq,
        Publication = Last.Number,
        Records = Last.Records,
        PublishedAt = Last.At,
        Run = Last.Run,
        Schema = Last.Schema,
        Checkpoint = null,
        Columns = null,
        Filters = [.. now.Filters.Where(filter => Filters.Any(before => before.Pointer == filter.Pointer && before.Type == filter.Type))],
    };
}
