using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Sessions in <c>platform.sessions</c>, looked up with every request: what is signed out, deactivated or has lost its role
/// is nobody with the next.
/// </summary>
public sealed class SessionStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>How long a session lasts, however busy.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(12);

    /// <summary>How long it lasts without a request.</summary>
    public static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(60);

    /// <summary>The last request is kept this coarse, so that reading does not write each time.</summary>
    static readonly TimeSpan SeenResolution = TimeSpan.FromMinutes(1);

    /// <summary>With <c>$1</c> the time now.</summary>
    static readonly SqlText Live =
        $"""
        s.ended_at is null and s.expires_at > $1 and s.last_seen_at > $1 - $2::interval and p.deactivated_at is null
        and exists (select from platform.person_roles r where r.person_id = p.id and r.role = s.role and r.department is not distinct from s.department)
        """;

    /// <summary>Whose cookie this is and what they act as, or null when it is nobody's now.</summary>
    public async Task<(PersonSession Session, Caller Caller)?> FindAsync(string cookie, CancellationToken cancellationToken)
    {
        if (!Token.IsWellFormed(cookie))
            return null;
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var found = await connection.QueryAsync(
            $"""
            select s.id, p.id, s.expires_at, s.last_seen_at, p.name, s.role, s.department,
              array(select distinct department from platform.person_roles r where r.person_id = p.id and department is not null order by department)
            from platform.sessions s join platform.people p on p.id = s.person_id
            where s.hash = $3 and {Live}
            """,
            [now, IdleLimit, Token.HashOf(cookie)],
            row => (
                Session: new PersonSession(row.GetGuid(0), row.GetGuid(1), row.GetFieldValue<DateTimeOffset>(2)),
                SeenAt: row.GetFieldValue<DateTimeOffset>(3),
                Caller: new Caller(Person.CallerIdOf(row.GetGuid(1)), row.GetString(4), RoleNames.Parse(row.GetString(5)), row.Maybe<string>(6)) { Departments = row.GetFieldValue<string[]>(7) }),
            cancellationToken);
        if (found is not [var one])
            return null;
        if (now - one.SeenAt >= SeenResolution)
            await connection.ExecuteAsync($"update platform.sessions set last_seen_at = $2 where id = $1", [one.Session.Id, now], cancellationToken);
        return (one.Session, one.Caller);
    }

    /// <summary>A person's sessions that are good now, newest first.</summary>
    public Task<List<SessionInfo>> ListAsync(Guid person, Guid? current, CancellationToken cancellationToken) =>
        database.QueryAsync(
            $"""
            select s.id, s.role, s.department, s.method, s.agent, s.created_at, s.last_seen_at, s.expires_at
            from platform.sessions s join platform.people p on p.id = s.person_id
            where s.person_id = $3 and {Live} order by s.created_at desc, s.id
            """,
            [time.GetUtcNow(), IdleLimit, person],
            row => new SessionInfo(
                row.GetGuid(0), RoleNames.Parse(row.GetString(1)), row.Maybe<string>(2), Enum.Parse<SignInMethod>(row.GetString(3), ignoreCase: true), row.Maybe<string>(4),
                row.GetFieldValue<DateTimeOffset>(5), row.GetFieldValue<DateTimeOffset>(6), row.GetFieldValue<DateTimeOffset>(7), row.GetGuid(0) == current),
            cancellationToken);

    /// <summary>Begins one, in the connection's transaction.</summary>
    public async Task<PersonSession> AddAsync(
        NpgsqlConnection connection, Guid person, PersonRole role, SignInMethod method, string? agent, string cookie, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var session = new PersonSession(Guid.CreateVersion7(now), person, now + Lifetime);
        await connection.ExecuteAsync(
            $"""
            insert into platform.sessions (id, hash, person_id, role, department, method, agent, created_at, last_seen_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
            """,
            [session.Id, Token.HashOf(cookie), person, role.Role.ToName(), role.Department, method.ToString().ToLowerInvariant(), agent, now, session.ExpiresAt],
            cancellationToken);
        return session;
    }

    /// <summary>Lets a session act in another role, in the connection's transaction.</summary>
    public Task SwitchAsync(NpgsqlConnection connection, Guid session, PersonRole role, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update platform.sessions set role = $2, department = $3 where id = $1", [session, role.Role.ToName(), role.Department], cancellationToken);

    /// <summary>Ends one session, in the connection's transaction.</summary>
    public Task EndAsync(NpgsqlConnection connection, Guid session, CancellationToken cancellationToken) =>
        connection.ExecuteAsync($"update platform.sessions set ended_at = $2 where id = $1 and ended_at is null", [session, time.GetUtcNow()], cancellationToken);

    /// <summary>Ends a person's sessions, in the connection's transaction.</summary>
    /// <param name="connection">With its transaction.</param>
    /// <param name="person">Whose.</param>
    /// <param name="but">One that goes on; null for none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task EndAllAsync(NpgsqlConnection connection, Guid person, Guid? but, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"update platform.sessions set ended_at = $2 where person_id = $1 and ended_at is null and id is distinct from $3::uuid", [person, time.GetUtcNow(), but], cancellationToken);

    /// <summary>Ends the sessions that act in a role that the person does not have, so that they stay ended when it comes back.</summary>
    public Task EndWithoutRoleAsync(NpgsqlConnection connection, Guid person, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            update platform.sessions s set ended_at = $2 where person_id = $1 and ended_at is null and not exists
              (select from platform.person_roles r where r.person_id = $1 and r.role = s.role and r.department is not distinct from s.department)
            """,
            [person, time.GetUtcNow()], cancellationToken);
}
