using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Systems and their secrets in <c>platform.systems</c> and <c>platform.system_secrets</c>.</summary>
public sealed class SystemStore(NpgsqlDataSource database, TimeProvider time)
{
    static readonly SqlText Columns = $"id, client_id, name, role, department, keys::text, created_at, created_by, tokens_version";

    /// <summary>The system that an access token of this version belongs to; null when the token is no longer good.</summary>
    public async Task<Caller?> FindCallerAsync(Guid id, int tokensVersion, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { } system && tokensVersion == system.TokensVersion
            ? new Caller($"system:{system.Id}", system.Name, system.Role, system.Department)
            : null;

    /// <summary>One system that may sign in.</summary>
    public async Task<SystemAccount?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        await database.FirstOrDefaultAsync($"select {Columns} from platform.systems where ended_at is null and id = $1", [id], Map, cancellationToken);

    /// <summary>One system that may sign in.</summary>
    public async Task<SystemAccount?> FindByClientIdAsync(string clientId, CancellationToken cancellationToken) =>
        await database.FirstOrDefaultAsync($"select {Columns} from platform.systems where ended_at is null and client_id = $1", [clientId], Map, cancellationToken);

    /// <summary>Systems that may sign in, by name.</summary>
    /// <param name="department">Those of one department; null for all.</param>
    public Task<List<SystemAccount>> ListAsync(string? department, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"select {Columns} from platform.systems where ended_at is null and ($1::text is null or department = $1) order by name, id",
            [department], Map, cancellationToken);

    /// <summary>The same, held until the transaction ends.</summary>
    /// <exception cref="HubException">There is none of this id that the caller may see to.</exception>
    public async Task<SystemAccount> LockAsync(NpgsqlConnection connection, Guid id, Caller caller, CancellationToken cancellationToken) =>
        await connection.FirstOrDefaultAsync($"select {Columns} from platform.systems where ended_at is null and id = $1 for update", [id], Map, cancellationToken)
            is { } system && caller.MayActFor(system.Department)
            ? system
            : throw NotFound(id);

    /// <summary>What to say of a system that is not there, or not the caller's.</summary>
    public static HubException NotFound(Guid id) => HubException.NotFound("system-not-found", $"There is no system {id}.");

    /// <summary>Adds a system.</summary>
    public Task AddAsync(NpgsqlConnection connection, SystemAccount system, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"insert into platform.systems (id, client_id, name, role, department, keys, created_at, created_by, tokens_version) values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9)",
            [system.Id, system.ClientId, system.Name, system.Role.ToName(), system.Department, system.Keys, system.CreatedAt, system.CreatedBy, system.TokensVersion],
            cancellationToken);

    /// <summary>Replaces a system's public keys.</summary>
    public Task SetKeysAsync(NpgsqlConnection connection, Guid id, string? keys, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update platform.systems set keys = $2::jsonb where id = $1", [id, keys], cancellationToken);

    /// <summary>Refuses every access token that a system was given until now.</summary>
    public Task SignOutAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update platform.systems set tokens_version = tokens_version + 1 where id = $1", [id], cancellationToken);

    /// <summary>Ends a system with all its secrets.</summary>
    public async Task EndAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"update platform.systems set ended_at = $2 where id = $1", [id, time.GetUtcNow()], cancellationToken);
        await connection.ExecuteAsync($"update platform.system_secrets set ended_at = $2 where system_id = $1 and ended_at is null", [id, time.GetUtcNow()], cancellationToken);
    }

    /// <summary>Adds a secret.</summary>
    public Task AddSecretAsync(NpgsqlConnection connection, Guid system, SystemSecret secret, byte[] hash, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"insert into platform.system_secrets (id, system_id, hash, created_at, expires_at) values ($1, $2, $3, $4, $5)",
            [secret.Id, system, hash, secret.CreatedAt, secret.ExpiresAt], cancellationToken);

    /// <summary>Ends a secret; false when there is no such secret.</summary>
    public async Task<bool> EndSecretAsync(NpgsqlConnection connection, Guid system, Guid secret, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(
            $"update platform.system_secrets set ended_at = $3 where system_id = $1 and id = $2 and ended_at is null",
            [system, secret, time.GetUtcNow()], cancellationToken) > 0;

    /// <summary>Secrets of a system that are good now, newest first.</summary>
    public Task<List<SystemSecret>> SecretsAsync(Guid system, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select id, created_at, expires_at from platform.system_secrets
            where system_id = $1 and ended_at is null and (expires_at is null or expires_at > $2) order by created_at desc, id
            """,
            [system, time.GetUtcNow()],
            row => new SystemSecret(row.GetGuid(0), row.GetFieldValue<DateTimeOffset>(1), row.Maybe<DateTimeOffset?>(2)),
            cancellationToken);

    /// <summary>Whether this is a secret of a system that is good now.</summary>
    public async Task<bool> IsSecretAsync(Guid system, byte[] hash, CancellationToken cancellationToken) =>
        await database.ScalarAsync<bool>(
            $"""
            select exists (select 1 from platform.system_secrets
                           where system_id = $1 and hash = $2 and ended_at is null and (expires_at is null or expires_at > $3))
            """,
            [system, hash, time.GetUtcNow()], cancellationToken);

    static SystemAccount Map(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), RoleNames.Parse(row.GetString(3)), row.GetString(4), row.Maybe<string>(5),
        row.GetFieldValue<DateTimeOffset>(6), row.GetString(7), row.GetInt32(8));
}
