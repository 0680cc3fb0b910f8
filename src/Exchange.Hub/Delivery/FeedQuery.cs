using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;

namespace Exchange.Hub.Delivery;

/// <summary>What a request for changes asks for.</summary>
/// <param name="After">The last seq that the client has; 0 for the beginning.</param>
/// <param name="Since">Where its walk began; see <see cref="FeedCursor"/>.</param>
/// <param name="Left">The last key that the client was told of those that left its rows; see <see cref="FeedCursor"/>.</param>
/// <param name="Limit">Changes per page, or null for the setting.</param>
/// <param name="Wait">How long to wait for changes where there are none.</param>
sealed record FeedQuery(long After, long Since, string? Left, int? Limit, TimeSpan Wait)
{
    /// <summary>Whether the client has all that there is.</summary>
    public bool HasAll(DatasetHead head) => Left is null && After == head.Seq && Since == After;

    /// <summary>Reads a request's parameters.</summary>
    /// <exception cref="HubException">Some will not do; the answer names each with its fix.</exception>
    public static FeedQuery Parse(IQueryCollection parameters, DatasetSnapshot snapshot, ReadAccess access, Cursors cursors, int maxLimit)
    {
        List<FieldError> errors = [.. parameters.Keys.Except(["limit", "cursor", "wait"])
            .Select(name => new FieldError("?" + name, $"The change feed has no parameter '{name}'.", "It takes cursor, limit and wait; filter what you receive."))];
        var limit = QueryText.Limit(parameters, maxLimit, errors);
        var wait = QueryText.Wait(parameters, errors);
        QueryText.ThrowIfAny(errors);
        return From(parameters.TryGetValue("cursor", out var text) ? text.ToString() : null, snapshot, access, cursors) with { Limit = limit, Wait = wait };
    }

    /// <summary>Goes on from a cursor; from the beginning without one.</summary>
    /// <exception cref="HubException">It is none, or it is over.</exception>
    public static FeedQuery From(string? text, DatasetSnapshot snapshot, ReadAccess access, Cursors cursors)
    {
        if (text is null)
            return new FeedQuery(0, 0, null, null, TimeSpan.Zero);
        if (!cursors.TryReadFeed(text, out var cursor) || cursor.Scope.DatasetId != snapshot.Head.DatasetId)
            throw new HubException(ErrorKind.Malformed, "cursor-invalid", "The cursor was not made by this hub for the changes of this dataset. Send back what 'next' gave, unchanged.");
        CursorRules.Check(cursor.Scope, snapshot.ScopeOf(access), cursor.Seq <= snapshot.Head.Seq);
        return new FeedQuery(cursor.Seq, cursor.Since, cursor.Left, null, TimeSpan.Zero);
    }
}
