using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Which person an account at the provider is. The provider makes nobody: a person is invited, and at the first sign-in the
/// account is linked to whom the provider's verified address is of. From then on only issuer and subject count, so that
/// an address that changes hands takes no access with it.
/// </summary>
public sealed class ExternalLogins(PersonStore people, ILookupNormalizer normalizer, IAuditTrail audit, TimeProvider time)
{
    /// <summary>Whose account it is; links it where that is to be done.</summary>
    /// <exception cref="HubException">It is nobody's here.</exception>
    public Task<Guid> FindAsync(ExternalIdentity identity, CancellationToken cancellationToken) => people.InTransactionAsync(
        async connection =>
        {
            if (await people.FindByLoginAsync(identity.Issuer, identity.Subject, cancellationToken) is { } linked)
                return linked.IsActive ? linked.Id : throw NotInvited();
            if (identity.Email is null || !identity.EmailVerified)
                throw HubException.Forbidden("address-unverified", "The provider does not vouch for your mail address, so the hub cannot tell who you are here. Sign in another way, and link the account under Account.");
            if (await people.FindByEmailAsync(normalizer.NormalizeEmail(identity.Email)!, cancellationToken) is not { } found)
                throw NotInvited();
            var person = await people.LockAsync(found.Id, cancellationToken);
            if (!person.IsActive)
                throw NotInvited();
            await LinkAsync(connection, person, identity, cancellationToken);
            return person.Id;
        },
        cancellationToken);

    /// <summary>Links the account to a person who is signed in.</summary>
    /// <exception cref="HubException">The account is another person's, or the person has another.</exception>
    public Task LinkAsync(Guid personId, ExternalIdentity identity, CancellationToken cancellationToken) => people.InTransactionAsync(
        async connection => await LinkAsync(connection, await people.LockAsync(personId, cancellationToken), identity, cancellationToken),
        cancellationToken);

    /// <summary>Takes every link to a provider away from a person.</summary>
    public Task UnlinkAsync(Guid personId, Caller caller, CancellationToken cancellationToken) => people.InTransactionAsync(
        async connection =>
        {
            var person = await people.LockAsync(personId, cancellationToken);
            foreach (var login in await people.GetLoginsAsync(person, cancellationToken))
            {
                await people.RemoveLoginAsync(person, login.LoginProvider, login.ProviderKey, cancellationToken);
                await audit.AppendAsync(connection, caller, new ExternalLoginUnlinked(person.Id, login.LoginProvider, login.ProviderKey), cancellationToken);
            }
        },
        cancellationToken);

    async Task LinkAsync(NpgsqlConnection connection, Person person, ExternalIdentity identity, CancellationToken cancellationToken)
    {
        if (await people.FindByLoginAsync(identity.Issuer, identity.Subject, cancellationToken) is { } holder)
        {
            if (holder.Id == person.Id)
                return; // two browsers at once: the other one linked it
            throw HubException.Conflict("external-account-taken", "This account at the provider belongs to another person here. An administrator can take that link away.");
        }
        if ((await people.GetLoginsAsync(person, cancellationToken)).Any(login => login.LoginProvider == identity.Issuer))
            throw HubException.Conflict("external-account-exists", "The person of this address is linked with another account at the provider. Sign in with that one, or have an administrator take the link away.");
        await people.AddLoginAsync(person, new UserLoginInfo(identity.Issuer, identity.Subject, null), cancellationToken);
        if (person.JoinedAt is null)
        {
            person.JoinedAt = time.GetUtcNow();
            await people.UpdateAsync(person, cancellationToken);
        }
        await audit.AppendAsync(connection, person.As(person.Roles[0]), new ExternalLoginLinked(person.Id, identity.Issuer, identity.Subject), cancellationToken);
    }

    /// <summary>The same for unknown and deactivated, so that it does not tell who is known here.</summary>
    static HubException NotInvited() =>
        HubException.Forbidden("not-invited", "The provider has told the hub who you are, but nobody of your mail address may use it. Ask an administrator for an invitation.");
}

/// <summary>An account at an external provider was linked to a person.</summary>
public sealed record ExternalLoginLinked(Guid Person, string Issuer, string Account) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}

/// <summary>The link of a person to an account at an external provider was taken away.</summary>
public sealed record ExternalLoginUnlinked(Guid Person, string Issuer, string Account) : IAuditEvent
{
    /// <inheritdoc/>
    public string Subject => $"person:{Person}";
}
