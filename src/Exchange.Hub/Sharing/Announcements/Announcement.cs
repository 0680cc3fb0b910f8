using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>Another major version of a dataset's schema, announced to those who read the one that it has.</summary>
/// <param name="From">Schema that the dataset had: <c>company/1.2</c>.</param>
/// <param name="To">Schema that it will have: <c>company/2.0</c>.</param>
/// <param name="PublishFrom">The first instant at which the dataset may be declared with it.</param>
/// <param name="ReadableUntil">The first instant at which the old major version is read no more.</param>
/// <param name="Note">What the provider says to it.</param>
/// <param name="Consumers">Departments that were told.</param>
/// <param name="Reason">Why it was withdrawn, or its notice shortened.</param>
sealed record Announcement(
    Guid Id, int DatasetId, string Dataset, string From, string To, DateTimeOffset PublishFrom, DateTimeOffset ReadableUntil, string? Note, IReadOnlyList<string> Consumers,
    DateTimeOffset AnnouncedAt, string AnnouncedBy, AnnouncementState State, DateTimeOffset StateChangedAt, string? Reason)
{
    /// <summary>What audit events and tasks name it by.</summary>
    public string Subject => $"announcement:{Id}";

    /// <summary>What the tasks of one consumer name it by: each consumer takes note for itself.</summary>
    public string SubjectFor(string consumer) => $"{Subject}:{consumer}";

    /// <summary>The announcement in another state.</summary>
    /// <exception cref="HubException">The transition table does not allow it.</exception>
    public Announcement Become(AnnouncementState state, DateTimeOffset at, string? reason) => State.CanBecome(state)
        ? this with { State = state, StateChangedAt = at, Reason = reason ?? Reason }
        : throw HubException.Conflict("announcement-state", $"The announcement of {To} for {Dataset} is {State.Stored()} and cannot become {state.Stored()}. Announce anew.");

    /// <summary>Whether it speaks of a move from one line to another.</summary>
    public bool IsOf(string from, string to) => SchemaLines.Of(From) == SchemaLines.Of(from) && SchemaLines.Of(To) == SchemaLines.Of(to);
}
