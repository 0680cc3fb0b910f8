namespace Exchange.Hub.Platform;

/// <summary>
/// Begins the session of somebody who has proved who they are, by whatever <see cref="SignInMethod"/>: the one end of every
/// way in. Sets the browser's cookies.
/// </summary>
public sealed class StartSession(PersonStore people, SessionStore sessions, DeviceStore devices, IAuditTrail audit)
{
    const int AgentLength = 200;

    /// <summary>Begins it.</summary>
    /// <param name="personId">Who has proved to be who they are.</param>
    /// <param name="method">How.</param>
    /// <param name="context">The request; its answer gets the cookies.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HubException">The person may not sign in: deactivated, or not there.</exception>
    public async Task<StartedSession> ExecuteAsync(Guid personId, SignInMethod method, HttpContext context, CancellationToken cancellationToken)
    {
        var cookie = Token.Create();
        var device = SessionCookies.Device(context.Request) ?? Token.Create();
        var started = await people.InTransactionAsync(
            async connection =>
            {
                var person = await people.LockAsync(personId, cancellationToken);
                if (!person.IsActive || person.Roles is not [var role, ..])
                    throw Refused();
                var session = await sessions.AddAsync(connection, personId, role, method, AgentOf(context), cookie, cancellationToken);
                await devices.KnowAsync(connection, device, personId, cancellationToken);
                await audit.AppendAsync(connection, person.As(role), new PersonSignedIn(personId, method), cancellationToken);
                return new StartedSession(session, person, role);
            },
            cancellationToken);
        SessionCookies.SetSession(context, cookie);
        SessionCookies.SetDevice(context, device);
        return started;
    }

    /// <summary>The one answer to whoever may not sign in, so that it does not tell who is known here.</summary>
    public static HubException Refused() =>
        new(ErrorKind.Unauthenticated, "sign-in-refused", "These do not sign you in: the address and the password do not belong together, or the account may not be used. An administrator can send you a new one-time link.");

    static string? AgentOf(HttpContext context) => context.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, AgentLength)] : null;
}

/// <summary>A session that has just begun.</summary>
public sealed record StartedSession(PersonSession Session, Person Person, PersonRole Role);
