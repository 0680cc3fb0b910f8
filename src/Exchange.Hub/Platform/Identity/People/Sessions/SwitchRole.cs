namespace Exchange.Hub.Platform;

/// <summary>Lets a session act in another of its person's roles.</summary>
public sealed class SwitchRole(PersonStore people, SessionStore sessions, IAuditTrail audit)
{
    /// <summary>Switches.</summary>
    /// <exception cref="HubException">The person does not have that role.</exception>
    public Task ExecuteAsync(PersonSession session, PersonRole role, CancellationToken cancellationToken) => people.InTransactionAsync(
        async connection =>
        {
            var person = await people.LockAsync(session.PersonId, cancellationToken);
            if (!person.Roles.Contains(role))
                throw RoleNotYours(person, role);
            await sessions.SwitchAsync(connection, session.Id, role, cancellationToken);
            await audit.AppendAsync(connection, person.As(role), new SessionRoleSwitched(person.Id, role), cancellationToken);
        },
        cancellationToken);

    /// <summary>What to say of a role that a person does not have.</summary>
    public static HubException RoleNotYours(Person person, PersonRole role) =>
        HubException.Forbidden("role-not-yours", $"You are not {role}; you are {string.Join(", ", person.Roles)}. An administrator gives roles.");
}
