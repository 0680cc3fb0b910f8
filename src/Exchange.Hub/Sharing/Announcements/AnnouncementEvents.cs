using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>Consumers were told that a dataset will follow another major version of its schema.</summary>
sealed record SchemaAnnounced(
    Guid Announcement, string Dataset, string From, string To, DateTimeOffset PublishFrom, DateTimeOffset ReadableUntil, IReadOnlyList<string> Consumers) : IAuditEvent
{
    public string Subject => $"announcement:{Announcement}";
}

/// <summary>An administrator let a dataset move sooner than was announced.</summary>
sealed record SchemaNoticeShortened(Guid Announcement, string Dataset, string To, DateTimeOffset PublishFrom, string Reason) : IAuditEvent
{
    public string Subject => $"announcement:{Announcement}";
}

/// <summary>A dataset will not follow the schema that was announced.</summary>
sealed record SchemaAnnouncementWithdrawn(Guid Announcement, string Dataset, string To, string Reason) : IAuditEvent
{
    public string Subject => $"announcement:{Announcement}";
}

/// <summary>The time is over until which the old major version could be read.</summary>
sealed record SchemaLineClosed(Guid Announcement, string Dataset, string From, DateTimeOffset ReadableUntil) : IAuditEvent
{
    public string Subject => $"announcement:{Announcement}";
}
