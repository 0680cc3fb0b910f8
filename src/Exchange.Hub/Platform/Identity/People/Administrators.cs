using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Who can administer the hub: somebody always must.</summary>
public sealed class Administrators(TimeProvider time)
{
    /// <summary>Any number that nothing else takes a lock by.</summary>
    const long TurnOfAdministrators = 0x45584144;

    /// <summary>Whether anybody can, person or token. Others who would change that wait until the transaction ends.</summary>
    public async Task<bool> AnyAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await IsPersonAsync(connection, cancellationToken)
        || await connection.ScalarAsync<bool>(
            $"""
            select exists (select from platform.tokens
                           where role = 'administrator' and person_id is null and revoked_at is null and (expires_at is null or expires_at > $1))
            """,
            [time.GetUtcNow()], cancellationToken);

    /// <summary>Whether a person can. Others who would change that wait until the transaction ends.</summary>
    public async Task<bool> IsPersonAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"select pg_advisory_xact_lock($1)", [TurnOfAdministrators], cancellationToken);
        return await connection.ScalarAsync<bool>(
            $"""
            select exists (select from platform.people p join platform.person_roles r on r.person_id = p.id
                           where r.role = 'administrator' and p.joined_at is not null and p.deactivated_at is null)
            """,
            [], cancellationToken);
    }

    /// <summary>Refuses a change after which nobody could. Call it after the change, in its transaction.</summary>
    /// <exception cref="HubException">Nobody could.</exception>
    public async Task RequireAnyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        if (!await AnyAsync(connection, cancellationToken))
            throw HubException.Conflict("last-administrator", "Nobody could administer the hub after this. Make somebody else an administrator first, or an administrator's token.");
    }
}
