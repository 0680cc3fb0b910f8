using Microsoft.AspNetCore.Identity;

namespace Exchange.Hub.Platform;

/// <summary>Compares and sets passwords.</summary>
public sealed class Passwords(UserManager<Person> users, PersonStore people, DecoyPassword decoy, GuessLimits limits, RefusedSignIns refusals)
{
    /// <summary>Longer texts are nobody's, and are not worth the work.</summary>
    public const int LongestInput = 1024;

    /// <summary>Whose password it is. Whoever gets it wrong is slowed; an unknown address costs the same work as a wrong password.</summary>
    /// <returns>The person, and the counted try, which the caller of this gives back when all else is right too.</returns>
    /// <exception cref="HubException">Refused: 401, or 429 when it comes too soon after others.</exception>
    public async Task<(Person Person, Attempt Attempt)> CheckAsync(string email, string password, HttpContext context, CancellationToken cancellationToken)
    {
        if (email.Length > LongestInput || password.Length > LongestInput)
            throw StartSession.Refused();
        var normalized = users.NormalizeEmail(email.Trim());
        var attempt = await limits.BeginAsync(normalized, SessionCookies.Device(context.Request), context.Connection.RemoteIpAddress, cancellationToken);
        var person = await people.FindByEmailAsync(normalized, cancellationToken);
        if (await IsRightAsync(person, PasswordRules.Normalize(password), cancellationToken))
            return (person!, attempt);
        await refusals.NoteAsync(attempt, person, cancellationToken);
        throw StartSession.Refused();
    }

    /// <summary>Asks somebody who is signed in for the password once more, before a change that a stolen session must not make.</summary>
    /// <exception cref="HubException">It is wrong; or comes too soon after wrong ones.</exception>
    public async Task ConfirmAsync(PersonSession session, string password, HttpContext context, CancellationToken cancellationToken)
    {
        var person = await people.FindAsync(session.PersonId, cancellationToken) ?? throw PersonStore.NotFound(session.PersonId);
        try
        {
            var (_, attempt) = await CheckAsync(person.Email, password, context, cancellationToken);
            await limits.SucceedAsync(attempt, cancellationToken);
        }
        catch (HubException error) when (error.Kind == ErrorKind.Unauthenticated)
        {
            throw HubException.Invalid(new FieldError("/password", "is not your password", "Give the one that you sign in with; without one, ask an administrator for a one-time link."));
        }
    }

    /// <summary>Sets a password, in the transaction of the store.</summary>
    /// <param name="person">Whose, held.</param>
    /// <param name="password">As it was typed.</param>
    /// <param name="pointer">Where it stands in the request.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">It will not do.</exception>
    public async Task SetAsync(Person person, string password, string pointer, CancellationToken cancellationToken)
    {
        var normalized = PasswordRules.Normalize(password);
        PasswordRules.Require(normalized, person, pointer);
        person.PasswordHash = users.PasswordHasher.HashPassword(person, normalized);
        person.SecurityStamp = Guid.NewGuid().ToString("N");
        await people.SaveAsync(person, cancellationToken);
    }

    async Task<bool> IsRightAsync(Person? person, string password, CancellationToken cancellationToken)
    {
        var hash = person is { IsActive: true, PasswordHash: { } own } ? own : null;
        var result = users.PasswordHasher.VerifyHashedPassword(person ?? DecoyPassword.Nobody, hash ?? decoy.Hash, password);
        if (hash is null || result == PasswordVerificationResult.Failed)
            return false;
        if (result == PasswordVerificationResult.SuccessRehashNeeded)
        {
            person!.PasswordHash = users.PasswordHasher.HashPassword(person, password);
            await people.UpdateAsync(person, cancellationToken); // when somebody else changes the person now, the next sign-in does it
        }
        return true;
    }
}
