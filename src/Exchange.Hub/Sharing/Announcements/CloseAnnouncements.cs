using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>Notes that an old major version is read no more, and ends the tasks that told of it. The gate has looked at the clock by itself. Called by the clock.</summary>
sealed class CloseAnnouncements(NpgsqlDataSource database, AnnouncementStore announcements, TellConsumers tell, IAuditTrail audit, TimeProvider time)
{
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        foreach (var id in await announcements.OverAsync(time.GetUtcNow(), cancellationToken))
            await database.InTransactionAsync(connection => CloseAsync(connection, id, cancellationToken), cancellationToken);
    }

    async Task CloseAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        var one = await AnnouncementStore.LockAsync(connection, id, cancellationToken);
        if (!one.State.CanBecome(AnnouncementState.Over))
            return; // another hub was first
        await AnnouncementStore.UpdateAsync(connection, one.Become(AnnouncementState.Over, time.GetUtcNow(), null), cancellationToken);
        await tell.CloseAsync(connection, one, cancellationToken);
        await audit.AppendAsync(connection, Caller.System, new SchemaLineClosed(one.Id, one.Dataset, one.From, one.ReadableUntil), cancellationToken);
    }
}
