using OtpNet;
using System.Security.Cryptography;

namespace Exchange.Hub.Platform;

/// <summary>A key that an authenticator is to take in. The only time that it is shown.</summary>
/// <param name="Key">Base32, to be typed.</param>
/// <param name="Uri"><c>otpauth://…</c>, for a QR code.</param>
public sealed record AuthenticatorKey(string Key, string Uri);

/// <summary>Turns the second factor on and off: on in two steps, so that nobody locks themselves out with a key that no authenticator has.</summary>
public sealed class ChangeAuthenticator(PersonStore people, Passwords passwords, AuthenticatorCodes codes, IAuditTrail audit)
{
    /// <summary>As long as the hash that the codes are made with (RFC 4226 section 4).</summary>
    const int KeyBytes = 20;

    /// <summary>First step on: a key.</summary>
    /// <exception cref="HubException">It is on already, or the password is wrong.</exception>
    public async Task<AuthenticatorKey> BeginAsync(PersonSession session, string password, HttpContext context, CancellationToken cancellationToken)
    {
        await passwords.ConfirmAsync(session, password, context, cancellationToken);
        var key = Base32Encoding.ToString(RandomNumberGenerator.GetBytes(KeyBytes));
        return await people.InTransactionAsync(
            async _ =>
            {
                var person = await people.LockAsync(session.PersonId, cancellationToken);
                if (person.TotpEnabled)
                    throw HubException.Conflict("authenticator-on", "An authenticator is in use. Turn it off first.");
                await people.SetAuthenticatorKeyAsync(person, key, cancellationToken);
                return new AuthenticatorKey(key, AuthenticatorCodes.UriOf(person, key));
            },
            cancellationToken);
    }

    /// <summary>Second step on: the authenticator's first code.</summary>
    /// <returns>Recovery codes. The only time that they are shown.</returns>
    /// <exception cref="HubException">The code is wrong, or there is no key yet.</exception>
    public Task<IReadOnlyList<string>> TurnOnAsync(PersonSession session, string code, Caller caller, CancellationToken cancellationToken) => people.InTransactionAsync(
        async connection =>
        {
            var person = await people.LockAsync(session.PersonId, cancellationToken);
            if (person.TotpEnabled)
                throw HubException.Conflict("authenticator-on", "An authenticator is in use. Turn it off first.");
            if (!await codes.UseTotpAsync(person, code, cancellationToken))
                throw HubException.Invalid(new FieldError("/code", "is not what the authenticator shows now", "Give its newest code; see that its clock is right; or begin again with a new key."));
            person.TotpEnabled = true;
            await people.SaveAsync(person, cancellationToken);
            var recovery = RecoveryCodes.Make();
            await people.ReplaceCodesAsync(person, recovery, cancellationToken);
            await audit.AppendAsync(connection, caller, new AuthenticatorTurnedOn(person.Id), cancellationToken);
            return recovery;
        },
        cancellationToken);

    /// <summary>Makes new recovery codes; the old ones end.</summary>
    /// <returns>The only time that they are shown.</returns>
    /// <exception cref="HubException">No authenticator is on, or the password is wrong.</exception>
    public async Task<IReadOnlyList<string>> ReplaceCodesAsync(PersonSession session, string password, Caller caller, HttpContext context, CancellationToken cancellationToken)
    {
        await passwords.ConfirmAsync(session, password, context, cancellationToken);
        return await people.InTransactionAsync(
            async connection =>
            {
                var person = await LockOnAsync(session, cancellationToken);
                var recovery = RecoveryCodes.Make();
                await people.ReplaceCodesAsync(person, recovery, cancellationToken);
                await audit.AppendAsync(connection, caller, new RecoveryCodesReplaced(person.Id), cancellationToken);
                return recovery;
            },
            cancellationToken);
    }

    /// <summary>Turns it off.</summary>
    /// <exception cref="HubException">It is not on, or the password is wrong.</exception>
    public async Task TurnOffAsync(PersonSession session, string password, Caller caller, HttpContext context, CancellationToken cancellationToken)
    {
        await passwords.ConfirmAsync(session, password, context, cancellationToken);
        await people.InTransactionAsync(
            async connection =>
            {
                await people.RemoveAuthenticatorAsync(await LockOnAsync(session, cancellationToken), cancellationToken);
                await audit.AppendAsync(connection, caller, new AuthenticatorTurnedOff(session.PersonId), cancellationToken);
            },
            cancellationToken);
    }

    async Task<Person> LockOnAsync(PersonSession session, CancellationToken cancellationToken)
    {
        var person = await people.LockAsync(session.PersonId, cancellationToken);
        return person.TotpEnabled ? person : throw HubException.Conflict("authenticator-off", "No authenticator is in use. Turn one on first.");
    }
}
