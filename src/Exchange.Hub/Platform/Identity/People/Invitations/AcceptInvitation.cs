using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>What somebody brings who has a one-time link.</summary>
/// <param name="Code">The link's code.</param>
/// <param name="Password">The password to sign in with from now on.</param>
/// <param name="Email">Mail address, of the first administrator only.</param>
/// <param name="Name">Name, of the first administrator only.</param>
public sealed record WelcomeRequest(string Code, string Password, string? Email = null, string? Name = null)
{
    /// <summary>Without what is secret.</summary>
    public override string ToString() => nameof(WelcomeRequest);
}

/// <summary>Takes a one-time link: sets the password, and signs in where no second factor is asked for.</summary>
public sealed class AcceptInvitation(
    PersonStore people, InvitationStore invitations, InvitePerson invite, Passwords passwords, Administrators administrators, SessionStore sessions,
    StartSession start, IAuditTrail audit, TimeProvider time)
{
    static readonly PersonRole FirstRole = new(Role.Administrator);

    /// <summary>Takes it.</summary>
    /// <returns>The session; null when the account asks for a second factor, so that the person has to sign in.</returns>
    /// <exception cref="HubException">The link is not good, or the values will not do; then it stays good.</exception>
    public async Task<StartedSession?> ExecuteAsync(WelcomeRequest request, HttpContext context, CancellationToken cancellationToken)
    {
        var person = await people.InTransactionAsync(
            async connection =>
            {
                var invitation = await invitations.UseAsync(connection, request.Code, cancellationToken) ?? throw Refused();
                return invitation.PersonId is { } id
                    ? await TakeAsync(connection, invitation.Kind, id, request.Password, cancellationToken)
                    : await BeginAsync(connection, request, cancellationToken);
            },
            cancellationToken);
        return person.TotpEnabled ? null : await start.ExecuteAsync(person.Id, SignInMethod.Link, context, cancellationToken);
    }

    /// <summary>What to say of a link that is not good: unknown, used, replaced and expired are not told apart.</summary>
    public static HubException Refused() =>
        new(ErrorKind.Gone, "link-refused", "The link was used, replaced by a newer one, or is too old. Ask an administrator for a new one; the hub prints that of the first administrator when it starts.");

    async Task<Person> TakeAsync(NpgsqlConnection connection, InvitationKind kind, Guid id, string password, CancellationToken cancellationToken)
    {
        var person = await people.LockAsync(id, cancellationToken);
        if (!person.IsActive)
            throw Refused();
        person.JoinedAt ??= time.GetUtcNow();
        await passwords.SetAsync(person, password, "/password", cancellationToken);
        await sessions.EndAllAsync(connection, id, but: null, cancellationToken);
        IAuditEvent deed = kind == InvitationKind.Invite ? new PersonJoined(id) : new PasswordChanged(id, ByLink: true);
        await audit.AppendAsync(connection, person.As(person.Roles[0]), deed, cancellationToken);
        return person;
    }

    async Task<Person> BeginAsync(NpgsqlConnection connection, WelcomeRequest request, CancellationToken cancellationToken)
    {
        InvitePerson.CheckAddress(new Validation(), request.Email, "/email").RequireName(request.Name, "/name").ThrowIfAny();
        if (await administrators.IsPersonAsync(connection, cancellationToken))
            throw Refused();
        var person = await invite.AddAsync(new InviteRequest(request.Email!, request.Name!, [FirstRole]), Caller.System, time.GetUtcNow());
        await passwords.SetAsync(person, request.Password, "/password", cancellationToken);
        await audit.AppendAsync(connection, Caller.System, new PersonInvited(person.Id, person.Email, person.Name, person.Roles), cancellationToken);
        await audit.AppendAsync(connection, person.As(FirstRole), new PersonJoined(person.Id), cancellationToken);
        return person;
    }
}
