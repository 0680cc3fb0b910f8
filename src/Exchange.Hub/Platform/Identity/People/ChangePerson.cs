using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>What is done to a person's account by others, and signing out everywhere. All of it holds with the next request.</summary>
public sealed class ChangePerson(
    PersonStore people, SessionStore sessions, TokenStore tokens, InvitationStore invitations, Administrators administrators, IAuditTrail audit, KnownCallers known, TimeProvider time)
{
    /// <summary>Replaces the roles; sessions and tokens of those that are taken away end.</summary>
    /// <exception cref="HubException">The roles will not do, or nobody could administer the hub any more.</exception>
    public async Task SetRolesAsync(Guid id, IReadOnlyList<PersonRole> roles, Caller caller, CancellationToken cancellationToken)
    {
        PersonRole.Check(new Validation(), roles, "/roles").ThrowIfAny();
        await ChangeAsync(
            id, caller,
            async (connection, person) =>
            {
                await people.SetRolesAsync(person, roles, cancellationToken);
                await sessions.EndWithoutRoleAsync(connection, id, cancellationToken);
                await tokens.RevokeWithoutRoleAsync(connection, id, cancellationToken);
                return new PersonRolesChanged(id, roles);
            },
            cancellationToken);
    }

    /// <summary>Keeps a person out; sessions, tokens and one-time links end.</summary>
    /// <exception cref="HubException">Nobody could administer the hub any more.</exception>
    public Task DeactivateAsync(Guid id, Caller caller, CancellationToken cancellationToken) => ChangeAsync(
        id, caller,
        async (connection, person) =>
        {
            if (!person.IsActive)
                throw HubException.Conflict("person-state", $"{person.Name} is deactivated already.");
            person.DeactivatedAt = time.GetUtcNow();
            await people.SaveAsync(person, cancellationToken);
            await EndEverythingAsync(connection, id, cancellationToken);
            await invitations.EndAsync(connection, id, cancellationToken);
            return new PersonDeactivated(id);
        },
        cancellationToken);

    /// <summary>Lets a person in again. What ended stays ended.</summary>
    public Task ReactivateAsync(Guid id, Caller caller, CancellationToken cancellationToken) => ChangeAsync(
        id, caller,
        async (_, person) =>
        {
            if (person.IsActive)
                throw HubException.Conflict("person-state", $"{person.Name} is not deactivated.");
            person.DeactivatedAt = null;
            await people.SaveAsync(person, cancellationToken);
            return new PersonReactivated(id);
        },
        cancellationToken);

    /// <summary>Ends every session and token of a person: their own wish, or an administrator's.</summary>
    public Task SignOutAsync(Guid id, Caller caller, CancellationToken cancellationToken) => ChangeAsync(
        id, caller,
        async (connection, _) =>
        {
            await EndEverythingAsync(connection, id, cancellationToken);
            return new PersonSignedOutEverywhere(id);
        },
        cancellationToken);

    /// <summary>Makes a one-time link to set a password with.</summary>
    /// <param name="id">Whose.</param>
    /// <param name="removeCredentials">
    /// Also takes password and authenticator away at once and signs the person out, for who has lost the authenticator or has
    /// been robbed: until the link is used nobody signs in by password.
    /// </param>
    /// <param name="caller">Who does it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<InvitedPerson> ResetAsync(Guid id, bool removeCredentials, Caller caller, CancellationToken cancellationToken)
    {
        InvitedPerson? offered = null;
        await ChangeAsync(
            id, caller,
            async (connection, person) =>
            {
                if (!person.IsActive)
                    throw HubException.Conflict("person-state", $"{person.Name} is deactivated. Let them in again first.");
                if (removeCredentials)
                {
                    person.PasswordHash = null;
                    await people.RemoveAuthenticatorAsync(person, cancellationToken);
                    await EndEverythingAsync(connection, id, cancellationToken);
                }
                var kind = person.JoinedAt is null ? InvitationKind.Invite : InvitationKind.Reset;
                offered = new InvitedPerson(person, await invitations.MakeAsync(connection, kind, id, caller, cancellationToken));
                return new PasswordResetOffered(id, removeCredentials);
            },
            cancellationToken);
        return offered!;
    }

    /// <summary>Holds the person, changes, sees that somebody can still administer the hub, and writes it down.</summary>
    async Task ChangeAsync(Guid id, Caller caller, Func<NpgsqlConnection, Person, Task<IAuditEvent>> change, CancellationToken cancellationToken)
    {
        await people.InTransactionAsync(
            async connection =>
            {
                await administrators.AnyAsync(connection, cancellationToken); // takes turns with others who might take the last one away
                var deed = await change(connection, await people.LockAsync(id, cancellationToken));
                await administrators.RequireAnyAsync(connection, cancellationToken);
                await audit.AppendAsync(connection, caller, deed, cancellationToken);
            },
            cancellationToken);
        known.Forget();
    }

    async Task EndEverythingAsync(NpgsqlConnection connection, Guid id, CancellationToken cancellationToken)
    {
        await sessions.EndAllAsync(connection, id, but: null, cancellationToken);
        await tokens.RevokeAllAsync(connection, id, cancellationToken);
    }
}
