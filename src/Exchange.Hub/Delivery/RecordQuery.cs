using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Microsoft.Extensions.Primitives;

namespace Exchange.Hub.Delivery;

/// <summary>What a request for records asks for.</summary>
/// <param name="AsOf">The publication to read.</param>
/// <param name="Filter">Conditions that the records must meet.</param>
/// <param name="After">The last key that the client has; empty for the first page.</param>
/// <param name="Limit">Records per page, or null for the setting.</param>
sealed record RecordQuery(int AsOf, RowFilter Filter, string After, int? Limit)
{
    static readonly HashSet<string> Own = new(["limit", "cursor", "asOf"], StringComparer.Ordinal);

    /// <summary>Reads a request's parameters.</summary>
    /// <exception cref="HubException">Some will not do; the answer names each with its fix.</exception>
    public static RecordQuery Parse(IQueryCollection parameters, DatasetHead head, Cursors cursors, int maxLimit)
    {
        var errors = new List<FieldError>();
        var limit = QueryText.Limit(parameters, maxLimit, errors);
        var asOf = QueryText.Publication(parameters, head, errors);
        var filter = FilterParameters.Parse(
            parameters.Where(p => !Own.Contains(p.Key)).SelectMany(p => p.Value, (p, v) => KeyValuePair.Create(p.Key, v ?? "")), head.Filters, errors);
        QueryText.ThrowIfAny(errors);
        if (!parameters.TryGetValue("cursor", out var text))
            return new RecordQuery(asOf ?? head.Publication, filter, "", limit);
        var cursor = OpenCursor(text, head, cursors);
        if (cursor.Query != filter.Fingerprint || (asOf is { } given && given != cursor.AsOf))
            throw Wrong("cursor-of-another-query", "The cursor belongs to a walk with other filters or another asOf. Repeat the parameters of its first page, or follow the Link header.");
        return new RecordQuery(cursor.AsOf, filter, cursor.Key, limit);
    }

    static PageCursor OpenCursor(StringValues text, DatasetHead head, Cursors cursors)
    {
        if (!cursors.TryReadPage(text.ToString(), out var cursor) || cursor.DatasetId != head.DatasetId)
            throw Wrong("cursor-invalid", "The cursor was not made by this hub for the records of this dataset. Send back what 'next' gave, unchanged, or begin without a cursor.");
        return cursor.Epoch == head.Epoch && cursor.AsOf <= head.Publication
            ? cursor
            : throw new HubException(ErrorKind.Gone, "cursor-expired", "The hub was restored from a backup after this cursor was made. Begin again without a cursor.");
    }

    static HubException Wrong(string code, string detail) => new(ErrorKind.Malformed, code, detail);
}
