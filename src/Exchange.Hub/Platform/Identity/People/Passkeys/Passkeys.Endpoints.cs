using System.Text.Json;
using Microsoft.AspNetCore.Identity;

namespace Exchange.Hub.Platform;

/// <summary>Signing in by passkey, and a person's own passkeys.</summary>
static class PasskeysEndpoints
{
    public static IServiceCollection AddPasskeys(this IServiceCollection services)
    {
        services.Configure<IdentityPasskeyOptions>(options =>
        {
            options.UserVerificationRequirement = "required"; // a passkey stands for both factors
            options.ResidentKeyRequirement = "required"; // nobody types an address
            options.ValidateOrigin = context =>
                ValueTask.FromResult(!context.CrossOrigin && context.Origin == $"{context.HttpContext.Request.Scheme}://{context.HttpContext.Request.Host}");
        });
        return services.AddScoped<IPasskeyHandler<Person>, PasskeyHandler<Person>>().AddSingleton<PasskeyChallenges>().AddScoped<Passkeys>();
    }

    public static void MapPasskeys(this IEndpointRouteBuilder routes)
    {
        var signIn = routes.MapGroup("/api/v1/session/passkey").WithTags("Identity").AllowAnonymous();
        signIn.MapPost("/options", (Passkeys passkeys, HttpContext context) => passkeys.BeginSignInAsync(context))
            .WithSummary("Gives the options for a browser's navigator.credentials.get()");
        signIn.MapPost("", async (PasskeyAnswer answer, Passkeys passkeys, HttpContext context) => SessionView.Of(await passkeys.SignInAsync(answer.Credential, context)))
            .WithSummary("Signs in by passkey; the answer's cookie is the session");

        var own = routes.MapGroup("/api/v1/passkeys").WithTags("Identity").AllowAnyRole();
        own.MapGet("", async (PersonSession session, Passkeys passkeys, CancellationToken cancellationToken) => new PasskeyList(await passkeys.ListAsync(session.PersonId, cancellationToken)))
            .WithSummary("Lists one's own passkeys");
        own.MapPost("/options", (PersonSession session, Passkeys passkeys, HttpContext context) => passkeys.BeginAddingAsync(session, context))
            .WithSummary("Gives the options for a browser's navigator.credentials.create()");
        own.MapPost("", async (PersonSession session, NewPasskey request, Caller caller, Passkeys passkeys, HttpContext context) =>
            {
                var added = await passkeys.AddAsync(request, session, caller, context);
                return TypedResults.Created($"/api/v1/passkeys/{added.Id}", added);
            })
            .WithSummary("Adds a passkey to one's own account");
        own.MapDelete("/{id}", async (string id, PersonSession session, Caller caller, Passkeys passkeys, CancellationToken cancellationToken) =>
            {
                await passkeys.RemoveAsync(id, session, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .WithSummary("Removes one of one's own passkeys");
    }

    internal sealed record PasskeyAnswer(JsonElement Credential);

    internal sealed record PasskeyList(IReadOnlyList<PasskeyInfo> Items);
}
