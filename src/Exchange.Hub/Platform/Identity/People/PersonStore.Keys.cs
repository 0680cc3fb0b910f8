using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Passkeys, and accounts at an external provider (whose issuer is Identity's "login provider").</summary>
public sealed partial class PersonStore : IUserPasskeyStore<Person>, IUserLoginStore<Person>
{
    static readonly SqlText PasskeyColumns =
        $"credential_id, public_key, created_at, sign_count, transports, user_verified, backup_eligible, backed_up, attestation_object, client_data_json, name";

    /// <inheritdoc/>
    public Task AddOrUpdatePasskeyAsync(Person user, UserPasskeyInfo passkey, CancellationToken cancellationToken) =>
        WithConnectionAsync(
            connection => connection.ExecuteAsync(
                $"""
                insert into platform.person_passkeys as k (person_id, {PasskeyColumns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                on conflict (credential_id) do update set sign_count = $5, user_verified = $7, backed_up = $9, name = $12, last_used_at = $13 where k.person_id = $1
                """,
                [
                    user.Id, passkey.CredentialId, passkey.PublicKey, passkey.CreatedAt, (long)passkey.SignCount, passkey.Transports, passkey.IsUserVerified,
                    passkey.IsBackupEligible, passkey.IsBackedUp, passkey.AttestationObject, passkey.ClientDataJson, passkey.Name, time.GetUtcNow(),
                ],
                cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public async Task<IList<UserPasskeyInfo>> GetPasskeysAsync(Person user, CancellationToken cancellationToken) =>
        await WithConnectionAsync(
            connection => connection.QueryAsync($"select {PasskeyColumns} from platform.person_passkeys where person_id = $1 order by created_at, credential_id", [user.Id], MapPasskey, cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public Task<Person?> FindByPasskeyIdAsync(byte[] credentialId, CancellationToken cancellationToken) =>
        FirstAsync($"p.id = (select person_id from platform.person_passkeys where credential_id = $1)", [credentialId], cancellationToken);

    /// <inheritdoc/>
    public Task<UserPasskeyInfo?> FindPasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) =>
        WithConnectionAsync(
            connection => connection.FirstOrDefaultAsync(
                $"select {PasskeyColumns} from platform.person_passkeys where person_id = $1 and credential_id = $2", [user.Id, credentialId], MapPasskey, cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public Task RemovePasskeyAsync(Person user, byte[] credentialId, CancellationToken cancellationToken) =>
        WithConnectionAsync(
            connection => connection.ExecuteAsync($"delete from platform.person_passkeys where person_id = $1 and credential_id = $2", [user.Id, credentialId], cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task AddLoginAsync(Person user, UserLoginInfo login, CancellationToken cancellationToken) =>
        Transaction.ExecuteAsync(
            $"insert into platform.person_logins (issuer, subject, person_id, created_at) values ($1, $2, $3, $4)",
            [login.LoginProvider, login.ProviderKey, user.Id, time.GetUtcNow()], cancellationToken);

    /// <inheritdoc/>
    public Task RemoveLoginAsync(Person user, string loginProvider, string providerKey, CancellationToken cancellationToken) =>
        Transaction.ExecuteAsync(
            $"delete from platform.person_logins where issuer = $1 and subject = $2 and person_id = $3", [loginProvider, providerKey, user.Id], cancellationToken);

    /// <inheritdoc/>
    public async Task<IList<UserLoginInfo>> GetLoginsAsync(Person user, CancellationToken cancellationToken) =>
        await WithConnectionAsync(
            connection => connection.QueryAsync(
                $"select issuer, subject from platform.person_logins where person_id = $1 order by created_at, issuer, subject",
                [user.Id], row => new UserLoginInfo(row.GetString(0), row.GetString(1), null), cancellationToken),
            cancellationToken);

    /// <inheritdoc/>
    public Task<Person?> FindByLoginAsync(string loginProvider, string providerKey, CancellationToken cancellationToken) =>
        FirstAsync($"p.id = (select person_id from platform.person_logins where issuer = $1 and subject = $2)", [loginProvider, providerKey], cancellationToken);

    static UserPasskeyInfo MapPasskey(NpgsqlDataReader row) => new(
        row.GetFieldValue<byte[]>(0), row.GetFieldValue<byte[]>(1), row.GetFieldValue<DateTimeOffset>(2), (uint)row.GetInt64(3), row.Maybe<string[]>(4),
        row.GetBoolean(5), row.GetBoolean(6), row.GetBoolean(7), row.GetFieldValue<byte[]>(8), row.GetFieldValue<byte[]>(9))
    {
        Name = row.Maybe<string>(10),
    };
}
