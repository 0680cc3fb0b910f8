using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Exchange.Hub.Platform;

/// <summary>To the external provider and back; and an administrator's remedy when an account there has changed hands.</summary>
static class ExternalEndpoints
{
    /// <summary>Where a browser starts to sign in at the provider.</summary>
    public const string StartPath = "/sign-in/external";

    /// <summary>Where a form of the account page starts to link an account at the provider.</summary>
    public const string LinkPath = "/account/external";

    /// <summary>Where a browser starts to sign out at the provider too.</summary>
    public const string SignOutPath = "/sign-out/external";

    public static void MapExternalDoor(this IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/api/v1/people/{id:guid}/external-logins", async (Guid id, Caller caller, ExternalLogins logins, CancellationToken cancellationToken) =>
            {
                await logins.UnlinkAsync(id, caller, cancellationToken);
                return TypedResults.NoContent();
            })
            .AllowRoles(Role.Administrator).WithTags("Identity").WithSummary("Takes a person's link to an account at the external provider away");
        routes.MapGet(StartPath, (HttpContext context, string? returnTo) => ChallengeAsync(context, ExternalDoorEvents.ToSignIn(LocalPath.Of(returnTo, ExternalDoor.AccountPage)), ExternalDoor.SignInPage))
            .AllowAnonymous().ExcludeFromDescription().WithSummary("Sends a browser to sign in at the external provider");
        routes.MapPost(LinkPath, (HttpContext context, PersonSession session) => ChallengeAsync(context, ExternalDoorEvents.ToLink(session, ExternalDoor.AccountPage), ExternalDoor.AccountPage))
            .AllowAnyRole().ExcludeFromDescription().WithSummary("Sends a signed-in browser to link an account at the external provider");
        routes.MapGet(SignOutPath, SignOutAsync).AllowAnonymous().ExcludeFromDescription().WithSummary("Sends a browser to sign out at the external provider");
    }

    /// <summary>Sends the browser to the provider, or to a page that says why not: the provider is asked for its addresses, and told of the request (RFC 9126) where it wants to be.</summary>
    static async Task ChallengeAsync(HttpContext context, AuthenticationProperties properties, string page)
    {
        RequireDoor(context);
        try
        {
            await context.ChallengeAsync(ExternalDoor.SchemeName, properties);
        }
        catch (Exception error) when (ExternalDoorEvents.IsAway(error) || error is OpenIdConnectProtocolException)
        {
            ExternalDoorEvents.TellOf(error, context, page);
        }
    }

    /// <summary>Sends the browser to sign out at the provider, where it has such a page (OpenID Connect RP-Initiated Logout).</summary>
    static async Task SignOutAsync(HttpContext context)
    {
        RequireDoor(context);
        try
        {
            var oidc = context.RequestServices.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(ExternalDoor.SchemeName);
            if (string.IsNullOrEmpty((await oidc.ConfigurationManager!.GetConfigurationAsync(context.RequestAborted)).EndSessionEndpoint))
                context.Response.Redirect(ExternalDoor.SignInPage);
            else
                await context.SignOutAsync(ExternalDoor.SchemeName, new AuthenticationProperties { RedirectUri = ExternalDoor.SignInPage });
        }
        catch (Exception error) when (ExternalDoorEvents.IsAway(error))
        {
            ExternalDoorEvents.TellOf(error, context, ExternalDoor.SignInPage);
        }
    }

    static void RequireDoor(HttpContext context)
    {
        if (!ExternalDoor.IsOpen(context.RequestServices.GetRequiredService<HubOptions>()))
            throw HubException.NotFound("no-external-provider", "The hub has no external provider to sign in at; an operator sets one with oidcAuthority.");
    }
}

/// <summary>Where to go after signing in: only within the hub, so that a link cannot send people elsewhere.</summary>
static class LocalPath
{
    public static string Of(string? path, string otherwise) =>
        path is ['/', ..] and not ['/', '/' or '\\', ..] && !path.Any(char.IsControl) ? path : otherwise;
}
