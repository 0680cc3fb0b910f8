using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Delivery.Files;

/// <summary>What the hub's tables know of a drop when a visit begins.</summary>
/// <param name="Visit">Number of the visit.</param>
/// <param name="Sequence">The highest number that was ever taken.</param>
/// <param name="Settled">The highest number known to have been delivered to its end.</param>
sealed record DropVisit(long Visit, long Sequence, long Settled);

/// <summary>Numbers of deliveries, and names of what was written, by subscription.</summary>
sealed class DropStore(NpgsqlDataSource database)
{
    /// <summary>Whether nothing was begun that is not known to have come to its end.</summary>
    public async Task<bool> IsSettledAsync(Guid subscription, CancellationToken cancellationToken) =>
        await database.ScalarAsync<bool?>($"select sequence = settled from delivery.drops where subscription_id = $1", [subscription], cancellationToken) ?? false;

    /// <summary>Begins a visit: from here on an earlier one takes no number any more.</summary>
    public Task<DropVisit> BeginAsync(Guid subscription, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection => (await connection.FirstOrDefaultAsync(
            $"""
            insert into delivery.drops as d (subscription_id, visit) values ($1, 1)
            on conflict (subscription_id) do update set visit = d.visit + 1
            returning visit, sequence, settled
            """,
            [subscription], row => new DropVisit(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), cancellationToken))!,
        cancellationToken);

    /// <summary>Takes the next number.</summary>
    /// <param name="least">A number that the drop has already.</param>
    /// <param name="names">Names of the files, by their number.</param>
    /// <exception cref="DropException">Another visit has begun meanwhile.</exception>
    public Task<long> TakeAsync(Guid subscription, DropVisit visit, long least, Func<long, string[]> names, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            var taken = await connection.ScalarAsync<long?>(
                $"update delivery.drops set sequence = greatest(sequence, $3) + 1 where subscription_id = $1 and visit = $2 returning sequence",
                [subscription, visit.Visit, least], cancellationToken)
                ?? throw new DropException("drop-visited", "Another process of the hub is at this drop. It goes on there.");
            await connection.ExecuteAsync(
                $"insert into delivery.drop_files (subscription_id, sequence, names) values ($1, $2, $3) on conflict do nothing",
                [subscription, taken, names(taken)], cancellationToken);
            return taken;
        },
        cancellationToken);

    /// <summary>A delivery has come to its end.</summary>
    public Task SettleAsync(Guid subscription, long sequence, CancellationToken cancellationToken) =>
        database.ExecuteAsync(
            $"update delivery.drops set settled = greatest(settled, $2), sequence = greatest(sequence, $2) where subscription_id = $1",
            [subscription, sequence], cancellationToken);

    /// <summary>Deliveries that are older than the newest so many.</summary>
    public Task<List<(long Sequence, string[] Names)>> OlderAsync(Guid subscription, int keep, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"select sequence, names from delivery.drop_files where subscription_id = $1 order by sequence desc offset $2",
            [subscription, keep], row => (row.GetInt64(0), row.GetFieldValue<string[]>(1)), cancellationToken);

    /// <summary>Forgets what was written up to a delivery.</summary>
    public Task ForgetAsync(Guid subscription, long upTo, CancellationToken cancellationToken) =>
        database.ExecuteAsync($"delete from delivery.drop_files where subscription_id = $1 and sequence <= $2", [subscription, upTo], cancellationToken);
}
