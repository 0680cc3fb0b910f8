using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Delivery;

/// <summary>What a request for changes asks for.</summary>
/// <param name="After">The last seq that the client has; 0 for the beginning.</param>
/// <param name="Limit">Changes per page, or null for the setting.</param>
sealed record FeedQuery(long After, int? Limit)
{
    /// <summary>Reads a request's parameters.</summary>
    /// <exception cref="HubException">Some will not do; the answer names each with its fix.</exception>
    public static FeedQuery Parse(IQueryCollection parameters, DatasetHead head, Cursors cursors, int maxLimit)
    {
        List<FieldError> errors = [.. parameters.Keys.Except(["limit", "cursor"])
            .Select(name => new FieldError("?" + name, $"The change feed has no parameter '{name}'.", "It takes cursor and limit; filter what you receive."))];
        var limit = QueryText.Limit(parameters, maxLimit, errors);
        QueryText.ThrowIfAny(errors);
        if (!parameters.TryGetValue("cursor", out var text))
            return new FeedQuery(0, limit);
        if (!cursors.TryReadFeed(text.ToString(), out var cursor) || cursor.DatasetId != head.DatasetId)
            throw new HubException(ErrorKind.Malformed, "cursor-invalid", "The cursor was not made by this hub for the changes of this dataset. Send back what 'next' gave, unchanged.");
        return cursor.Epoch == head.Epoch && cursor.Seq <= head.Seq
            ? new FeedQuery(cursor.Seq, limit)
            : throw new HubException(ErrorKind.Gone, "cursor-expired", "The hub was restored from a backup after this cursor was made, so changes may be missing behind it. Read a snapshot again: GET /records as application/x-ndjson, or the changes without a cursor.");
    }
}
