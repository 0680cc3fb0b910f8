namespace Exchange.Hub.Platform;

/// <summary>Signing in and out, and what a person sees to about their own account.</summary>
static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        var session = routes.MapGroup("/api/v1/session").WithTags("Identity");
        session.MapPost("", async (SignInRequest request, HttpContext context, SignIn signIn, CancellationToken cancellationToken) =>
                SessionView.Of(await signIn.ExecuteAsync(request, context, cancellationToken)))
            .AllowAnonymous().WithSummary("Signs in by password; the answer's cookie is the session");
        session.MapDelete("", async (PersonSession own, Caller caller, HttpContext context, EndSession end, CancellationToken cancellationToken) =>
            {
                await end.ExecuteAsync(own, caller, cancellationToken);
                SessionCookies.RemoveSession(context);
                return TypedResults.NoContent();
            })
            .AllowAnyRole().WithSummary("Signs out");
    }
}

/// <summary>A session that has begun, as its owner sees it.</summary>
sealed record SessionView(Guid Person, string Name, string Email, Role Role, string? Department, IReadOnlyList<PersonRole> Roles, DateTimeOffset ExpiresAt)
{
    public static SessionView Of(StartedSession started) => new(
        started.Person.Id, started.Person.Name, started.Person.Email, started.Role.Role, started.Role.Department, started.Person.Roles, started.Session.ExpiresAt);
}
