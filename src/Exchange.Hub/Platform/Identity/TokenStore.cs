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
    DateTimeOffset? LastUsedAt,
    Guid? Person = null);

/// <summary>Tokens in <c>platform.tokens</c>.</summary>
public sealed class TokenStore(NpgsqlDataSource database, PointDatabase points, TimeProvider time)
{
    static readonly SqlText Columns = $"id, name, role, department, created_at, created_by, expires_at, last_used_at, person_id";
    static readonly SqlText Usable = $"revoked_at is null and (expires_at is null or expires_at > $1)";

    /// <summary>A person's own token is good for as long as the person may sign in and has its role.</summary>
    static readonly SqlText OfWhomItMay =
        $"""
        (t.person_id is null or exists (
          select from platform.people p join platform.person_roles r on r.person_id = p.id
          where p.id = t.person_id and p.deactivated_at is null and r.role = t.role and r.department is not distinct from t.department))
        """;

    /// <summary>Who holds this token, or null when nobody may use it.</summary>
    public async Task<TokenHolder?> FindHolderAsync(string token, CancellationToken cancellationToken)
    {
        if (!Token.IsWellFormed(token))
            return null;
        var now = time.GetUtcNow();
        var found = await points.ReadAsync(source => source.FirstOrDefaultAsync(
            $"""
            select {Columns}, array(select distinct department from platform.person_roles r where r.person_id = t.person_id and department is not null order by department)
            from platform.tokens t where {Usable} and hash = $2 and {OfWhomItMay}
            """,
            [now, Token.HashOf(token)], row => Tuple.Create(Map(row), row.GetFieldValue<string[]>(9)), cancellationToken));
        if (found is not ({ } info, { } departments))
            return null;
        var usedAt = info.LastUsedAt;
        if (usedAt is null || now - usedAt >= KnownCallers.UseResolution)
        {
            usedAt = now;
            await database.ExecuteAsync($"update platform.tokens set last_used_at = $2 where id = $1", [info.Id, now], cancellationToken);
        }
        var caller = info.Person is { } person
            ? new Caller(Person.CallerIdOf(person), info.CreatedBy, info.Role, info.Department) { Departments = departments }
            : new Caller($"token:{info.Id}", info.Name, info.Role, info.Department);
        return new TokenHolder(caller, new TokenUse(info.Id, info.Person), Earlier(usedAt.Value + KnownCallers.UseResolution, info.ExpiresAt));
    }

    /// <summary>A usable token of a system; null when there is none of this id, or it is a person's own.</summary>
    public Task<TokenInfo?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        database.FirstOrDefaultAsync($"select {Columns} from platform.tokens where {Usable} and id = $2 and person_id is null", [time.GetUtcNow(), id], Map, cancellationToken);

    /// <summary>Usable tokens, newest first.</summary>
    public Task<List<TokenInfo>> ListAsync(CancellationToken cancellationToken) =>
        database.QueryAsync($"select {Columns} from platform.tokens where {Usable} order by created_at desc, id", [time.GetUtcNow()], Map, cancellationToken);

    /// <summary>A person's own usable tokens, newest first.</summary>
    public Task<List<TokenInfo>> ListAsync(Guid person, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"select {Columns} from platform.tokens t where {Usable} and person_id = $2 and {OfWhomItMay} order by created_at desc, id", [time.GetUtcNow(), person], Map, cancellationToken);

    /// <summary>Adds a token.</summary>
    public Task AddAsync(NpgsqlConnection connection, TokenInfo token, byte[] hash, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"insert into platform.tokens (id, name, role, department, created_at, created_by, expires_at, person_id, hash) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            [token.Id, token.Name, token.Role.ToName(), token.Department, token.CreatedAt, token.CreatedBy, token.ExpiresAt, token.Person, hash],
            cancellationToken);

    /// <summary>Ends a token.</summary>
    /// <returns>The ended token, or null when there is no usable one of this id.</returns>
    public Task<TokenInfo?> RevokeAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync(
            $"update platform.tokens set revoked_at = $1 where {Usable} and id = $2 returning {Columns}", [time.GetUtcNow(), id], Map, cancellationToken);

    /// <summary>Ends a person's own tokens, in the connection's transaction.</summary>
    public Task RevokeAllAsync(NpgsqlConnection connection, Guid person, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update platform.tokens set revoked_at = $2 where person_id = $1 and revoked_at is null", [person, time.GetUtcNow()], cancellationToken);

    /// <summary>Ends a person's own tokens of roles that the person does not have, so that they stay ended when a role comes back.</summary>
    public Task RevokeWithoutRoleAsync(NpgsqlConnection connection, Guid person, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"update platform.tokens t set revoked_at = $2 where person_id = $1 and revoked_at is null and not {OfWhomItMay}", [person, time.GetUtcNow()], cancellationToken);

    static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset? other) => other < one ? other.Value : one;

    static TokenInfo Map(NpgsqlDataReader row) => new(
        row.GetGuid(0),
        row.GetString(1),
        RoleNames.Parse(row.GetString(2)),
        row.Maybe<string>(3),
        row.GetFieldValue<DateTimeOffset>(4),
        row.GetString(5),
        row.Maybe<DateTimeOffset?>(6),
        row.Maybe<DateTimeOffset?>(7),
        row.Maybe<Guid?>(8));
}
