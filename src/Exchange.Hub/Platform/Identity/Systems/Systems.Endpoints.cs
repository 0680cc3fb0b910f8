using System.Text.Json;

namespace Exchange.Hub.Platform;

/// <summary>Work on systems, by a department's IT staff for its own and by administrators for all.</summary>
static class SystemsEndpoints
{
    public static void MapSystems(this IEndpointRouteBuilder routes)
    {
        var systems = routes.MapGroup("/api/v1/systems").AllowRoles(Role.Administrator, Role.ItStaff).WithTags("Identity");
        systems.MapGet("", async (Caller caller, SystemStore store, CancellationToken cancellationToken) =>
                new SystemList([.. (await store.ListAsync(caller.Department, cancellationToken)).Select(SystemView.Of)]))
            .WithSummary("Lists the systems that may sign in");
        systems.MapPost("", async (SystemRequest request, Caller caller, RegisterSystem register, CancellationToken cancellationToken) =>
            {
                var registered = await register.ExecuteAsync(request, caller, cancellationToken);
                return TypedResults.Created($"/api/v1/systems/{registered.Id}", registered);
            })
            .WithSummary("Registers a system; a secret is shown this one time");
        systems.MapDelete("/{id:guid}", async (Guid id, Caller caller, ChangeSystem change, CancellationToken cancellationToken) =>
            {
                await change.EndAsync(id, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Ends a system, from the next request on");
        systems.MapPost("/{id:guid}/sign-out", async (Guid id, Caller caller, ChangeSystem change, CancellationToken cancellationToken) =>
            {
                await change.SignOutAsync(id, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Refuses every access token that a system holds");
        MapCredentials(systems);
    }

    static void MapCredentials(RouteGroupBuilder systems)
    {
        systems.MapGet("/{id:guid}/secrets", async (Guid id, Caller caller, SystemStore store, CancellationToken cancellationToken) =>
            {
                if (await store.FindAsync(id, cancellationToken) is not { } system || !caller.MayActFor(system.Department))
                    throw SystemStore.NotFound(id);
                return new SecretList(await store.SecretsAsync(id, cancellationToken));
            })
            .WithSummary("Lists the usable secrets of a system, without themselves");
        systems.MapPost("/{id:guid}/secrets", async (Guid id, SecretRequest request, Caller caller, ChangeSystem change, CancellationToken cancellationToken) =>
            {
                var made = await change.AddSecretAsync(id, request.ExpiresAt, caller, cancellationToken);
                return TypedResults.Created($"/api/v1/systems/{id}/secrets", made);
            })
            .WithSummary("Adds a secret beside the one in use; it is shown this one time");
        systems.MapDelete("/{id:guid}/secrets/{secret:guid}", async (Guid id, Guid secret, Caller caller, ChangeSystem change, CancellationToken cancellationToken) =>
            {
                await change.EndSecretAsync(id, secret, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Ends a secret");
        systems.MapPut("/{id:guid}/keys", async (Guid id, KeysRequest request, Caller caller, ChangeSystem change, CancellationToken cancellationToken) =>
            {
                await change.ReplaceKeysAsync(id, request.Keys, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Replaces the public keys that a system signs with");
    }

    internal sealed record SystemList(IReadOnlyList<SystemView> Items);

    internal sealed record SecretList(IReadOnlyList<SystemSecret> Items);

    internal sealed record SecretRequest(DateTimeOffset? ExpiresAt = null);

    internal sealed record KeysRequest(JsonElement? Keys);

    internal sealed record SystemView(Guid Id, string ClientId, string Name, Role Role, string Department, JsonElement? Keys, DateTimeOffset CreatedAt, string CreatedBy)
    {
        public static SystemView Of(SystemAccount system) => new(
            system.Id, system.ClientId, system.Name, system.Role, system.Department,
            system.Keys is null ? null : JsonElement.Parse(system.Keys), system.CreatedAt, system.CreatedBy);
    }
}
