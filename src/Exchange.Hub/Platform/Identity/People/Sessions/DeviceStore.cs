using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Browsers that people have signed in with, in <c>platform.devices</c>: device cookies, as OWASP describes them, kept by the hub instead of signed.</summary>
public sealed class DeviceStore(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Remembers that a person has signed in with this browser, in the connection's transaction.</summary>
    public Task KnowAsync(NpgsqlConnection connection, string device, Guid person, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(
            $"""
            with old as (delete from platform.devices where last_used_at < $3 - $4::interval)
            insert into platform.devices (hash, person_id, last_used_at) values ($1, $2, $3) on conflict (hash, person_id) do update set last_used_at = $3
            """,
            [Token.HashOf(device), person, time.GetUtcNow(), SessionCookies.DeviceLifetime], cancellationToken);

    /// <summary>Whether the person of this address has signed in with this browser.</summary>
    public async Task<bool> IsKnownAsync(string? device, string normalizedEmail, CancellationToken cancellationToken) =>
        await database.ScalarAsync<bool>(
            $"""
            select exists (select from platform.devices d join platform.people p on p.id = d.person_id
                           where d.hash = $1 and p.email_normalized = $2 and d.last_used_at > $3 - $4::interval)
            """,
            [Token.HashOf(device ?? ""), normalizedEmail, time.GetUtcNow(), SessionCookies.DeviceLifetime], cancellationToken);
}
