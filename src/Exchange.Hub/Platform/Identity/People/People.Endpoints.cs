namespace Exchange.Hub.Platform;

/// <summary>Work on people, by administrators.</summary>
static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("/api/v1/people").AllowRoles(Role.Administrator).WithTags("Identity");
        people.MapGet("", async (PersonStore store, CancellationToken cancellationToken) => new PersonList([.. (await store.ListAsync(cancellationToken)).Select(PersonView.Of)]))
            .WithSummary("Lists the people who may sign in, who are invited, and who are deactivated");
        people.MapPost("", async (InviteRequest request, Caller caller, HttpContext context, InvitePerson invite, CancellationToken cancellationToken) =>
            {
                var invited = await invite.ExecuteAsync(request, caller, cancellationToken);
                return TypedResults.Created($"/api/v1/people/{invited.Person.Id}", Offer.Of(invited, context));
            })
            .WithSummary("Invites a person; the one-time link is shown this one time");
        people.MapPut("/{id:guid}/roles", async (Guid id, RolesRequest request, Caller caller, ChangePerson change, CancellationToken cancellationToken) =>
            {
                await change.SetRolesAsync(id, request.Roles, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Replaces a person's roles, from the next request on");
        people.MapPost("/{id:guid}/reset", async (Guid id, ResetRequest request, Caller caller, HttpContext context, ChangePerson change, CancellationToken cancellationToken) =>
                Offer.Of(await change.ResetAsync(id, request.RemoveCredentials, caller, cancellationToken), context))
            .WithSummary("Makes a one-time link to set a password with; removeCredentials takes password and authenticator away at once");
        MapStates(people);
    }

    static void MapStates(RouteGroupBuilder people)
    {
        people.MapPost("/{id:guid}/deactivate", (Guid id, Caller caller, ChangePerson change, CancellationToken cancellationToken) =>
                DoneAsync(change.DeactivateAsync(id, caller, cancellationToken)))
            .WithSummary("Keeps a person out, from the next request on; sessions, tokens and links end");
        people.MapPost("/{id:guid}/reactivate", (Guid id, Caller caller, ChangePerson change, CancellationToken cancellationToken) =>
                DoneAsync(change.ReactivateAsync(id, caller, cancellationToken)))
            .WithSummary("Lets a person in again");
        people.MapPost("/{id:guid}/sign-out", (Guid id, Caller caller, ChangePerson change, CancellationToken cancellationToken) =>
                DoneAsync(change.SignOutAsync(id, caller, cancellationToken)))
            .WithSummary("Ends every session and token of a person");
    }

    static async Task<Microsoft.AspNetCore.Http.HttpResults.NoContent> DoneAsync(Task deed)
    {
        await deed;
        return TypedResults.NoContent();
    }

    internal sealed record PersonList(IReadOnlyList<PersonView> Items);

    internal sealed record RolesRequest(IReadOnlyList<PersonRole> Roles);

    internal sealed record ResetRequest(bool RemoveCredentials = false);

    internal enum PersonState
    {
        Invited,
        Active,
        Deactivated,
    }

    internal sealed record PersonView(
        Guid Id, string Email, string Name, PersonState State, IReadOnlyList<PersonRole> Roles, bool Authenticator,
        DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? JoinedAt, DateTimeOffset? DeactivatedAt)
    {
        public static PersonView Of(Person person) => new(
            person.Id, person.Email, person.Name, !person.IsActive ? PersonState.Deactivated : person.JoinedAt is null ? PersonState.Invited : PersonState.Active,
            person.Roles, person.TotpEnabled, person.CreatedAt, person.CreatedBy, person.JoinedAt, person.DeactivatedAt);
    }

    internal sealed record Offer(PersonView Person, Uri Link, DateTimeOffset ExpiresAt)
    {
        public static Offer Of(InvitedPerson invited, HttpContext context) =>
            new(PersonView.Of(invited.Person), invited.Link.At(PublicAddress.Of(context)), invited.Link.ExpiresAt);

        public override string ToString() => nameof(Offer);
    }
}
