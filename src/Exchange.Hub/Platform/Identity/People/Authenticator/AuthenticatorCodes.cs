using OtpNet;

namespace Exchange.Hub.Platform;

/// <summary>
/// The second factor: codes of an authenticator (TOTP, RFC 6238: SHA-1, 6 digits, 30 seconds, as every authenticator knows
/// them), one step early or late allowed, each good once; and recovery codes in their place.
/// </summary>
public sealed class AuthenticatorCodes(PersonStore people, IAuditTrail audit, TimeProvider time)
{
    const string Issuer = "Exchange";

    static readonly VerificationWindow OneStepOff = new(previous: 1, future: 1);

    /// <summary>Whether a code is the person's, and uses it up.</summary>
    public Task<bool> UseAsync(Person person, string code, CancellationToken cancellationToken) =>
        RecoveryCodes.HasForm(code) ? UseRecoveryAsync(person, code, cancellationToken) : UseTotpAsync(person, code, cancellationToken);

    /// <summary>Whether a code is of the person's authenticator, and uses it up. Takes part in the store's transaction.</summary>
    public async Task<bool> UseTotpAsync(Person person, string code, CancellationToken cancellationToken) =>
        await people.GetAuthenticatorKeyAsync(person, cancellationToken) is { } key
        && new Totp(Base32Encoding.ToBytes(key)).VerifyTotp(time.GetUtcNow().UtcDateTime, Plain(code), out var step, OneStepOff)
        && await people.UseStepAsync(person, step, cancellationToken);

    /// <summary>What an authenticator takes a key in by, typed or as QR code.</summary>
    public static string UriOf(Person person, string key) => new OtpUri(OtpType.Totp, key, person.Email, Issuer).ToString();

    Task<bool> UseRecoveryAsync(Person person, string code, CancellationToken cancellationToken) => people.InTransactionAsync(
        async connection =>
        {
            if (!await people.RedeemCodeAsync(person, code, cancellationToken))
                return false;
            var left = await people.CountCodesAsync(person, cancellationToken);
            await audit.AppendAsync(connection, person.As(person.Roles[0]), new RecoveryCodeUsed(person.Id, left), cancellationToken);
            return true;
        },
        cancellationToken);

    static string Plain(string code) => string.Concat(code.Where(character => !char.IsWhiteSpace(character)));
}
