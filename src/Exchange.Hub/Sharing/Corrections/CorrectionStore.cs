using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Npgsql;

namespace Exchange.Hub.Sharing.Corrections;

/// <summary>A page of corrections, newest first.</summary>
/// <param name="Next">What to give as <c>before</c> for the page after; null at the end.</param>
public sealed record CorrectionPage(IReadOnlyList<Correction> Items, Guid? Next) : IPage
{
    object? IPage.Next => Next;
}

/// <summary>Keeps corrections.</summary>
sealed class CorrectionStore(NpgsqlDataSource database, SharingKeySource keys, TimeProvider time)
{
    const int MostListed = 1000;

    /// <summary>Those that the caller's department gave or was given; all of them for administrators, auditors and people of no department. Newest first.</summary>
    public async Task<CorrectionPage> ListAsync(Caller caller, string? dataset, CorrectionState? state, Guid? before, int limit, CancellationToken cancellationToken)
    {
        new Validation().Require(limit is >= 1 and <= MostListed, "?limit", "is out of bounds", $"Give 1 to {MostListed}.").ThrowIfAny();
        var items = await database.QueryAsync(
            $"""
            select {Correction.Columns} from sharing.corrections
            where ($1::text is null or $1 in (provider, consumer)) and ($2::text is null or dataset = $2) and ($3::text is null or state = $3)
              and ($4::uuid is null or id < $4)
            order by id desc limit $5
            """,
            [DepartmentSeen(caller), dataset, state?.Stored(), before, limit], await ReadAsync(cancellationToken), cancellationToken);
        return new CorrectionPage(items, items.Count == limit ? items[^1].Id : null);
    }

    /// <summary>One that concerns the caller's department.</summary>
    /// <exception cref="HubException">There is none; or it concerns others, which is not told apart.</exception>
    public async Task<Correction> FindAsync(Guid id, Caller caller, CancellationToken cancellationToken) =>
        await database.FirstOrDefaultAsync(
            $"select {Correction.Columns} from sharing.corrections where id = $1 and ($2::text is null or $2 in (provider, consumer))",
            [id, DepartmentSeen(caller)], await ReadAsync(cancellationToken), cancellationToken)
        ?? throw NotFound(id);

    /// <summary>One, locked until the transaction ends.</summary>
    public async Task<Correction> LockAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        await connection.FirstOrDefaultAsync($"select {Correction.Columns} from sharing.corrections where id = $1 for update", [id], await ReadAsync(cancellationToken), cancellationToken)
        ?? throw NotFound(id);

    /// <summary>Takes a locked one to another state.</summary>
    /// <exception cref="HubException">It may not go there from where it stands.</exception>
    public async Task<Correction> MoveAsync(NpgsqlConnection connection, Correction correction, CorrectionState to, string? reason, int? fixedIn, CancellationToken cancellationToken)
    {
        if (!correction.State.CanBecome(to))
            throw HubException.Conflict("correction-state", $"The correction is {correction.State.Stored()}; it cannot become {to.Stored()}.");
        return (await connection.FirstOrDefaultAsync(
            $"update sharing.corrections set state = $2, reason = $3::text, fixed_in = $4::int, changed_at = $5 where id = $1 returning {Correction.Columns}",
            [correction.Id, to.Stored(), reason, fixedIn, time.GetUtcNow()], await ReadAsync(cancellationToken), cancellationToken))!;
    }

    /// <summary>How rows are read.</summary>
    public async ValueTask<Func<NpgsqlDataReader, Correction>> ReadAsync(CancellationToken cancellationToken) => Correction.ReadWith(await keys.GetAsync(cancellationToken));

    /// <summary>The department whose corrections the caller sees; null for all.</summary>
    static string? DepartmentSeen(Caller caller) => caller.Role is Role.Administrator or Role.Auditor ? null : caller.Department;

    static HubException NotFound(Guid id) => HubException.NotFound("correction-not-found", $"There is no correction {id} that concerns your department.");
}
