using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Announcements;

/// <summary>A sooner first day.</summary>
/// <param name="PublishFrom">The day.</param>
/// <param name="Reason">Why consumers get less notice; they are told.</param>
public sealed record ShorterNotice(DateOnly PublishFrom, string? Reason);

/// <summary>What becomes of an announcement before its day. Each verb works under the row's lock.</summary>
sealed class ChangeAnnouncement(NpgsqlDataSource database, TellConsumers tell, HubDays days, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Lets the dataset move sooner; consumers are told anew.</summary>
    /// <exception cref="HubException">No such announcement, it is not open, no reason, or the day is no sooner one.</exception>
    public Task<Announcement> ShortenAsync(Guid id, ShorterNotice wanted, Caller caller, CancellationToken cancellationToken) => ChangeAsync(
        id, null,
        async (connection, one) =>
        {
            var reason = GrantParties.RequireReason(wanted.Reason);
            RequireOpen(one);
            new Validation().Require(wanted.PublishFrom >= days.Today && days.StartOf(wanted.PublishFrom) < one.PublishFrom, "/publishFrom", "does not shorten the notice", $"Give {days.Today:yyyy-MM-dd} or later, and before {days.Of(one.PublishFrom)}.").ThrowIfAny();
            var next = one with { PublishFrom = days.StartOf(wanted.PublishFrom), Reason = reason };
            await tell.CloseAsync(connection, one, cancellationToken);
            await tell.OpenAsync(connection, next, cancellationToken);
            return (next, new SchemaNoticeShortened(one.Id, one.Dataset, one.To, next.PublishFrom, reason));
        },
        caller, cancellationToken);

    /// <summary>Takes it back; consumers are told.</summary>
    /// <exception cref="HubException">No such announcement, it is not open, not the caller's, or no reason.</exception>
    public Task<Announcement> WithdrawAsync(Guid id, string? reason, Caller caller, CancellationToken cancellationToken) => ChangeAsync(
        id, caller,
        async (connection, one) =>
        {
            var next = one.Become(AnnouncementState.Withdrawn, time.GetUtcNow(), GrantParties.RequireReason(reason));
            await tell.WithdrawnAsync(connection, next, cancellationToken);
            return (next, new SchemaAnnouncementWithdrawn(one.Id, one.Dataset, one.To, next.Reason!));
        },
        caller, cancellationToken);

    /// <summary>A consumer has taken note: its tasks end.</summary>
    /// <exception cref="HubException">No such announcement, or it was not made to the caller's department.</exception>
    public Task AcknowledgeAsync(Guid id, Caller caller, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            var one = await AnnouncementStore.LockAsync(connection, id, cancellationToken);
            if (caller.Department is not { } own || !one.Consumers.Contains(own))
                throw HubException.Forbidden("other-department", $"The announcement of {one.To} for {one.Dataset} was not made to your department, so there is nothing to take note of.");
            await tell.AcknowledgeAsync(connection, one, own, cancellationToken);
        },
        cancellationToken);

    Task<Announcement> ChangeAsync(
        Guid id, Caller? provider, Func<NpgsqlConnection, Announcement, Task<(Announcement Next, IAuditEvent Deed)>> change, Caller caller, CancellationToken cancellationToken) =>
        database.InTransactionAsync(
            async connection =>
            {
                var one = await AnnouncementStore.LockAsync(connection, id, cancellationToken);
                if (provider is not null && await DatasetHeads.FindAsync(connection, one.Dataset, cancellationToken) is { } head && !provider.MayActFor(head.Department))
                    throw HubException.Forbidden("other-department", $"Dataset {one.Dataset} belongs to {head.Department}; only its own staff and administrators may do this.");
                var (next, deed) = await change(connection, one);
                await AnnouncementStore.UpdateAsync(connection, next, cancellationToken);
                await audit.AppendAsync(connection, caller, deed, cancellationToken);
                return next;
            },
            cancellationToken);

    static void RequireOpen(Announcement one)
    {
        if (one.State != AnnouncementState.Announced)
            throw HubException.Conflict("announcement-state", $"The announcement of {one.To} for {one.Dataset} is {one.State.Stored()}; its notice is over.");
    }
}
