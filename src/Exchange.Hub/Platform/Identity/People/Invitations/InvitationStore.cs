using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>One-time links in <c>platform.invitations</c>, as hashes.</summary>
public sealed class InvitationStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Makes a link in the connection's transaction; it takes the place of those that the person has.</summary>
    public async Task<OneTimeLink> MakeAsync(NpgsqlConnection connection, InvitationKind kind, Guid? person, Caller caller, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var link = new OneTimeLink(Token.Create(), now + LifetimeOf(kind));
        await EndAsync(connection, person, cancellationToken);
        await connection.ExecuteAsync(
            $"insert into platform.invitations (id, hash, person_id, kind, created_at, created_by, expires_at) values ($1, $2, $3, $4, $5, $6, $7)",
            [Guid.CreateVersion7(now), Token.HashOf(link.Code), person, kind.ToString().ToLowerInvariant(), now, caller.Name, link.ExpiresAt],
            cancellationToken);
        return link;
    }

    /// <summary>Ends the links that a person has, in the connection's transaction; null means the first administrator's.</summary>
    public Task EndAsync(NpgsqlConnection connection, Guid? person, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"update platform.invitations set expires_at = $2 where person_id is not distinct from $1::uuid and used_at is null and expires_at > $2", [person, time.GetUtcNow()], cancellationToken);

    /// <summary>What a code is good for, or null; it stays good.</summary>
    public async Task<Invitation?> FindAsync(string code, CancellationToken cancellationToken) =>
        await database.FirstOrDefaultAsync(
            $"select kind, person_id from platform.invitations where hash = $1 and used_at is null and expires_at > $2", [Token.HashOf(code), time.GetUtcNow()], Map, cancellationToken);

    /// <summary>Uses a code up, in the connection's transaction; null when it is not good.</summary>
    public Task<Invitation?> UseAsync(NpgsqlConnection connection, string code, CancellationToken cancellationToken) =>
        connection.FirstOrDefaultAsync(
            $"update platform.invitations set used_at = $2 where hash = $1 and used_at is null and expires_at > $2 returning kind, person_id",
            [Token.HashOf(code), time.GetUtcNow()], Map, cancellationToken);

    static TimeSpan LifetimeOf(InvitationKind kind) => TimeSpan.FromDays(kind == InvitationKind.Invite ? 7 : 1);

    static Invitation Map(NpgsqlDataReader row) => new(Enum.Parse<InvitationKind>(row.GetString(0), ignoreCase: true), row.Maybe<Guid?>(1));
}
