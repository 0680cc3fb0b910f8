using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>Keeps corrections.</summary>
sealed class CorrectionStore(NpgsqlDataSource database, TimeProvider time)
{
    const int ListLimit = 1000;

    /// <summary>Those that the caller's department gave or was given; all of them for people of no department. Newest first.</summary>
    public Task<List<Correction>> ListAsync(Caller caller, string? dataset, CorrectionState? state, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select {Correction.Columns} from sharing.corrections
            where ($1::text is null or $1 in (provider, consumer)) and ($2::text is null or dataset = $2) and ($3::text is null or state = $3)
            order by raised_at desc, id desc limit $4
            """,
            [caller.Department, dataset, state?.Stored(), ListLimit], Correction.Read, cancellationToken);

    /// <summary>One that concerns the caller's department.</summary>
    /// <exception cref="HubException">There is none; or it concerns others, which is not told apart.</exception>
    public async Task<Correction> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        await database.FirstOrDefaultAsync(
            $"select {Correction.Columns} from sharing.corrections where id = $1 and ($2::text is null or $2 in (provider, consumer))",
            [id, caller.Department], Correction.Read, cancellationToken)
        ?? throw NotFound(id);

    /// <summary>One, locked until the transaction ends.</summary>
    public static async Task<Correction> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        await connection.FirstOrDefaultAsync($"select {Correction.Columns} from sharing.corrections where id = $1 for update", [id], Correction.Read, cancellationToken)
        ?? throw NotFound(id);

    /// <summary>Takes a locked one to another state.</summary>
    /// <exception cref="HubException">It may not go there from where it stands.</exception>
    public async Task<Correction> MoveAsync(NpgsqlConnection connection, Correction correction, CorrectionState to, string? reason, int? fixedIn, CancellationToken cancellationToken)
    {
        if (!correction.State.CanBecome(to))
            throw HubException.Conflict("correction-state", $"The correction is {correction.State.Stored()}; it cannot become {to.Stored()}.");
        return (await connection.FirstOrDefaultAsync(
            $"update sharing.corrections set state = $2, reason = $3::text, fixed_in = $4::int, changed_at = $5 where id = $1 returning {Correction.Columns}",
            [correction.Id, to.Stored(), reason, fixedIn, time.GetUtcNow()], Correction.Read, cancellationToken))!;
    }

    static HubException NotFound(Guid id) => HubException.NotFound("correction-not-found", $"There is no correction {id} that concerns your department.");
}
