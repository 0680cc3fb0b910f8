using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>Lets a dataset leave a major version of its schema once those who read it were told in time.</summary>
sealed class SchemaNotice(HubDays days, TimeProvider time) : ISchemaNotice
{
    /// <inheritdoc/>
    public async Task<DateTimeOffset?> LeaveAsync(NpgsqlConnection connection, DatasetHead dataset, string from, string to, CancellationToken cancellationToken)
    {
        var consumers = await GrantStore.ConsumersAsync(connection, dataset.DatasetId, SchemaLines.Of(from), time.GetUtcNow(), cancellationToken);
        var open = await AnnouncementStore.LockOpenAsync(connection, dataset.DatasetId, cancellationToken);
        var fitting = open is not null && open.IsOf(from, to) ? open : null;
        if (consumers.Count > 0)
            RequireMature(dataset, fitting, from, to, consumers);
        if (fitting is null)
            return null;
        await AnnouncementStore.UpdateAsync(connection, fitting.Become(AnnouncementState.Made, time.GetUtcNow(), null), cancellationToken);
        return fitting.ReadableUntil;
    }

    void RequireMature(DatasetHead dataset, Announcement? announced, string from, string to, List<string> consumers)
    {
        if (announced is null)
        {
            throw HubException.Conflict(
                "schema-not-announced",
                $"{string.Join(", ", consumers)} hold grants for {SchemaLines.Of(from)} of {dataset.Name} and were not told of {to}. Announce it by POST /api/v1/datasets/{dataset.Name}/announcements, and declare it when its day has come.");
        }
        if (time.GetUtcNow() < announced.PublishFrom)
        {
            throw HubException.Conflict(
                "schema-notice-running",
                $"{to} of {dataset.Name} is announced for {days.Of(announced.PublishFrom)}, and {string.Join(", ", consumers)} count on that. Declare it then; an administrator may shorten the notice.");
        }
    }
}
