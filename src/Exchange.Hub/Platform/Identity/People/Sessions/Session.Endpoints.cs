namespace Exchange.Hub.Platform;

/// <summary>Signing in and out.</summary>
static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/api/v1/session").WithTags("Identity");
        session.MapPost("", async (SignInRequest request, HttpContext context, SignIn signIn, CancellationToken cancellationToken) =>
                SessionView.Of(await signIn.ExecuteAsync(request, context, cancellationToken)))
            .AllowAnonymous().WithSummary("Signs in by password; the answer's cookie is the session");
        session.MapGet("", async (PersonSession own, Caller caller, PersonStore people, CancellationToken cancellationToken) =>
                await people.FindAsync(own.PersonId, cancellationToken) is { } person ? SessionView.Of(own, person, new PersonRole(caller.Role, caller.Department)) : throw PersonStore.NotFound(own.PersonId))
            .AllowAnyRole().WithSummary("Tells who is signed in, in which role, and in which others they may act");
        session.MapDelete("", async (HttpContext context, Caller caller, EndSession end, CancellationToken cancellationToken) =>
            {
                await end.ExecuteAsync(context, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .AllowAnyRole().WithSummary("Signs out: ends the session, or the person's own token that the request came with");
        session.MapPut("/role", async (PersonSession own, PersonRole role, SwitchRole change, CancellationToken cancellationToken) =>
            {
                await change.ExecuteAsync(own, role, cancellationToken);
                return TypedResults.NoContent();
            })
            .AllowAnyRole().WithSummary("Lets the session act in another role of the person");
        MapEverywhere(routes);
        routes.MapPost("/api/v1/welcome", async (WelcomeRequest request, HttpContext context, AcceptInvitation accept, CancellationToken cancellationToken) =>
                await accept.ExecuteAsync(request, context, cancellationToken) is { } started ? Results.Json(SessionView.Of(started), ApiJson.Options) : TypedResults.NoContent())
            .AllowAnonymous().WithTags("Identity").Produces<SessionView>().Produces(StatusCodes.Status204NoContent)
            .WithSummary("Takes a one-time link: sets the password, and signs in; 204 when the account asks for a code, so that the person signs in");
    }

    static void MapEverywhere(IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("/api/v1/sessions").AllowAnyRole().WithTags("Identity");
        all.MapGet("", async (PersonSession own, SessionStore sessions, CancellationToken cancellationToken) =>
                new SessionList(await sessions.ListAsync(own.PersonId, own.Id, cancellationToken)))
            .WithSummary("Lists the sessions of the person who asks");
        all.MapDelete("", async (PersonSession own, Caller caller, HttpContext context, ChangePerson change, CancellationToken cancellationToken) =>
            {
                await change.SignOutAsync(own.PersonId, caller, cancellationToken);
                SessionCookies.RemoveSession(context);
                return TypedResults.NoContent();
            })
            .WithSummary("Signs out everywhere: ends every session and every own token of the person");
    }

    internal sealed record SessionList(IReadOnlyList<SessionInfo> Items);
}

/// <summary>A session as its owner sees it.</summary>
sealed record SessionView(Guid Person, string Name, string Email, bool Authenticator, Role Role, string? Department, IReadOnlyList<PersonRole> Roles, DateTimeOffset ExpiresAt)
{
    public static SessionView Of(StartedSession started) => Of(started.Session, started.Person, started.Role);

    public static SessionView Of(PersonSession session, Person person, PersonRole role) =>
        new(person.Id, person.Name, person.Email, person.TotpEnabled, role.Role, role.Department, person.Roles, session.ExpiresAt);
}
