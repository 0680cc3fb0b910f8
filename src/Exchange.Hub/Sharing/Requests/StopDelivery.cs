using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Clocks;
using Exchange.Hub.Sharing.Corrections;
using Npgsql;

namespace Exchange.Hub.Sharing.Requests;

/// <summary>
/// Stops the delivery clock of what was granted: at the first use that was served (a correction delivers nothing), or when the grant ended without one.
/// Called by the clock, so that no read waits for it; the time that counts is that of the use.
/// </summary>
sealed class StopDelivery(NpgsqlDataSource database, Clocks.Clocks clocks, Tasks.Tasks tasks)
{
    const int BatchSize = 100;

    /// <summary>Stops all that have come to their end.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        while (await DueAsync(cancellationToken) is { Count: > 0 } due)
        {
            foreach (var (subject, at) in due)
                await database.InTransactionAsync(connection => StopAsync(connection, subject, at, cancellationToken), cancellationToken);
        }
    }

    async Task StopAsync(NpgsqlConnection connection, string subject, DateTimeOffset at, CancellationToken cancellationToken)
    {
        await clocks.StopAsync(connection, ClockKind.Delivery, subject, cancellationToken, at);
        await tasks.CloseAsync(connection, subject, RequestWork.FirstDelivery, cancellationToken);
    }

    Task<List<(string Subject, DateTimeOffset At)>> DueAsync(CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select c.subject, coalesce(u.first, g.state_changed_at)
            from sharing.clocks c
            join sharing.requests r on c.subject = 'request:' || r.id
            join sharing.grants g on g.id = r.grant_id
            cross join lateral (select min(at) as first from sharing.uses where grant_id = g.id and outcome = 'served' and form <> $3) u
            where c.kind = $1 and c.stopped_at is null and (u.first is not null or g.state not in ('active', 'suspended'))
            order by c.id limit $2
            """,
            [ClockKind.Delivery.ToName(), BatchSize, RaiseCorrection.Form], row => (row.GetString(0), row.GetFieldValue<DateTimeOffset>(1)), cancellationToken);
}
