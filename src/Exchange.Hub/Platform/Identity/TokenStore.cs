using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>A token as it is listed: everything but itself.</summary>
public sealed record TokenInfo(
    Guid Id,
    string Name,
    Role Role,
    string? Department,
    DateTimeOffset CreatedAt,
    string CreatedBy,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt);

/// <summary>Tokens in <c>platform.tokens</c>.</summary>
public sealed class TokenStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>The last use is kept this coarse, so that reading does not write each time.</summary>
    static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(1);

    static readonly SqlText Columns = $"id, name, role, department, created_at, created_by, expires_at, last_used_at";
    static readonly SqlText Usable = $"revoked_at is null and (expires_at is null or expires_at > $1)";

    /// <summary>Who holds this token, or null when nobody may use it.</summary>
    public async Task<Caller?> FindCallerAsync(string token, CancellationToken cancellationToken)
    {
        if (!Token.IsWellFormed(token))
            return null;
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await connection.FirstOrDefaultAsync(
            $"select {Columns} from platform.tokens where {Usable} and hash = $2", [now, Token.HashOf(token)], Map, cancellationToken);
        if (found is null)
            return null;
        if (found.LastUsedAt is null || now - found.LastUsedAt >= UseResolution)
            await connection.ExecuteAsync($"update platform.tokens set last_used_at = $2 where id = $1", [found.Id, now], cancellationToken);
        return new Caller($"token:{found.Id}", found.Name, found.Role, found.Department);
    }

    /// <summary>Usable tokens, newest first.</summary>
    public Task<List<TokenInfo>> ListAsync(CancellationToken cancellationToken) =>
        database.QueryAsync($"select {Columns} from platform.tokens where {Usable} order by created_at desc, id", [time.GetUtcNow()], Map, cancellationToken);

    /// <summary>Adds a token.</summary>
    public Task AddAsync(NpgsqlConnection connection, TokenInfo token, byte[] hash, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"insert into platform.tokens (id, name, role, department, created_at, created_by, expires_at, hash) values ($1, $2, $3, $4, $5, $6, $7, $8)",
            [token.Id, token.Name, token.Role.ToName(), token.Department, token.CreatedAt, token.CreatedBy, token.ExpiresAt, hash],
            cancellationToken);

    /// <summary>Ends a token.</summary>
    /// <returns>The ended token, or null when there is no usable one of this id.</returns>
    public Task<TokenInfo?> RevokeAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync(
            $"update platform.tokens set revoked_at = $1 where {Usable} and id = $2 returning {Columns}", [time.GetUtcNow(), id], Map, cancellationToken);

    /// <summary>Whether somebody can administer the hub; holds back others who would change that until the transaction ends.</summary>
    public async Task<bool> HasAdministratorAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var administrators = await connection.QueryAsync(
            $"select id from platform.tokens where {Usable} and role = 'administrator' for update", [time.GetUtcNow()], row => row.GetGuid(0), cancellationToken);
        return administrators.Count > 0;
    }

    static TokenInfo Map(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetString(1),
        RoleNames.Parse(row.GetString(2)),
        row.Maybe<string>(3),
        row.GetFieldValue<DateTimeOffset>(4),
        row.GetString(5),
        row.Maybe<DateTimeOffset?>(6),
        row.Maybe<DateTimeOffset?>(7));
}
