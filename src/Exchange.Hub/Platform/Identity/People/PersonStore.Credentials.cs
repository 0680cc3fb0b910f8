using Microsoft.AspNetCore.Identity;

namespace Exchange.Hub.Platform;

/// <summary>What a person proves with who they are: address, password, authenticator, recovery codes.</summary>
public sealed partial class PersonStore :
    IUserEmailStore<Person>, IUserPasswordStore<Person>, IUserSecurityStampStore<Person>,
    IUserTwoFactorStore<Person>, IUserAuthenticatorKeyStore<Person>, IUserTwoFactorRecoveryCodeStore<Person>
{
    /// <inheritdoc/>
    public Task<Person?> FindByEmailAsync(string normalizedEmail, CancellationToken cancellationToken) => FindByNameAsync(normalizedEmail, cancellationToken);

    /// <inheritdoc/>
    public Task<string?> GetEmailAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.Email);

    /// <inheritdoc/>
    public Task SetEmailAsync(Person user, string? email, CancellationToken cancellationToken)
    {
        user.Email = email ?? throw new ArgumentNullException(nameof(email));
        return Task.CompletedTask;
    }

    /// <summary>Whoever has the one-time link has the address, or the administrator's word for it.</summary>
    public Task<bool> GetEmailConfirmedAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.JoinedAt is not null);

    /// <summary>Follows from the invitation alone.</summary>
    public Task SetEmailConfirmedAsync(Person user, bool confirmed, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task<string?> GetNormalizedEmailAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.NormalizedEmail);

    /// <inheritdoc/>
    public Task SetNormalizedEmailAsync(Person user, string? normalizedEmail, CancellationToken cancellationToken)
    {
        user.NormalizedEmail = normalizedEmail ?? throw new ArgumentNullException(nameof(normalizedEmail));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> GetPasswordHashAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash);

    /// <inheritdoc/>
    public Task<bool> HasPasswordAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.PasswordHash is not null);

    /// <inheritdoc/>
    public Task SetPasswordHashAsync(Person user, string? passwordHash, CancellationToken cancellationToken)
    {
        user.PasswordHash = passwordHash;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> GetSecurityStampAsync(Person user, CancellationToken cancellationToken) => Task.FromResult<string?>(user.SecurityStamp);

    /// <inheritdoc/>
    public Task SetSecurityStampAsync(Person user, string stamp, CancellationToken cancellationToken)
    {
        user.SecurityStamp = stamp;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> GetTwoFactorEnabledAsync(Person user, CancellationToken cancellationToken) => Task.FromResult(user.TotpEnabled);

    /// <inheritdoc/>
    public Task SetTwoFactorEnabledAsync(Person user, bool enabled, CancellationToken cancellationToken)
    {
        user.TotpEnabled = enabled;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<string?> GetAuthenticatorKeyAsync(Person user, CancellationToken cancellationToken) => secrets.RevealAsync(AuthenticatorKeyOf(user), cancellationToken);

    /// <inheritdoc/>
    public async Task SetAuthenticatorKeyAsync(Person user, string key, CancellationToken cancellationToken)
    {
        await secrets.SetAsync(Transaction, AuthenticatorKeyOf(user), key, cancellationToken);
        await Transaction.ExecuteAsync($"update platform.people set totp_last_step = null where id = $1", [user.Id], cancellationToken);
    }

    /// <summary>Takes the authenticator and its recovery codes away, and updates the person, which is held.</summary>
    public async Task RemoveAuthenticatorAsync(Person person, CancellationToken cancellationToken)
    {
        person.TotpEnabled = false;
        await secrets.DeleteAsync(Transaction, AuthenticatorKeyOf(person), cancellationToken);
        await ReplaceCodesAsync(person, [], cancellationToken);
        await SaveAsync(person, cancellationToken);
    }

    /// <summary>Uses up the code of a time step. False when it, or a later one, was used before (RFC 6238 section 5.2).</summary>
    public async Task<bool> UseStepAsync(Person user, long step, CancellationToken cancellationToken) =>
        await WithConnectionAsync(
            connection => connection.ExecuteAsync(
                $"update platform.people set totp_last_step = $2 where id = $1 and (totp_last_step is null or totp_last_step < $2)", [user.Id, step], cancellationToken),
            cancellationToken) > 0;

    /// <inheritdoc/>
    public async Task ReplaceCodesAsync(Person user, IEnumerable<string> recoveryCodes, CancellationToken cancellationToken)
    {
        await Transaction.ExecuteAsync($"delete from platform.recovery_codes where person_id = $1", [user.Id], cancellationToken);
        await Transaction.ExecuteAsync(
            $"insert into platform.recovery_codes (person_id, hash) select $1, hash from unnest($2::bytea[]) as given (hash)",
            [user.Id, recoveryCodes.Select(code => RecoveryCodes.HashOf(user, code)).ToArray()],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<bool> RedeemCodeAsync(Person user, string code, CancellationToken cancellationToken) =>
        await WithConnectionAsync(
            connection => connection.ExecuteAsync($"delete from platform.recovery_codes where person_id = $1 and hash = $2", [user.Id, RecoveryCodes.HashOf(user, code)], cancellationToken),
            cancellationToken) > 0;

    /// <inheritdoc/>
    public async Task<int> CountCodesAsync(Person user, CancellationToken cancellationToken) =>
        (int)await WithConnectionAsync(connection => connection.ScalarAsync<long>($"select count(*) from platform.recovery_codes where person_id = $1", [user.Id], cancellationToken), cancellationToken);

    static string AuthenticatorKeyOf(Person person) => $"person/{person.Id}/totp";
}
