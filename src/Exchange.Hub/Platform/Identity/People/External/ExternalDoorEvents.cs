using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.AspNetCore.WebUtilities;

namespace Exchange.Hub.Platform;

/// <summary>
/// What the hub does when the provider has sent a browser back: a session begins, or an account is linked to the one that
/// there is. A person sees no bare error: the browser goes to a page that says what happened, by its code.
/// </summary>
sealed class ExternalDoorEvents(ExternalLogins logins, StartSession start, ILogger<ExternalDoorEvents> log) : OpenIdConnectEvents
{
    /// <summary>Key in the protected state of who asked for an account to be linked.</summary>
    const string LinkTo = "link-to";

    /// <summary>Query parameter of the page that a failed sign-in ends on.</summary>
    public const string ProblemParameter = "problem";

    /// <summary>Properties of a challenge after which a session begins.</summary>
    public static AuthenticationProperties ToSignIn(string returnPath) => new() { RedirectUri = returnPath };

    /// <summary>Properties of a challenge after which the account is linked to a person who is signed in.</summary>
    public static AuthenticationProperties ToLink(PersonSession session, string returnPath) =>
        new(new Dictionary<string, string?> { [LinkTo] = session.PersonId.ToString() }) { RedirectUri = returnPath };

    /// <summary>The provider's answer has passed every check.</summary>
    public override async Task TicketReceived(TicketReceivedContext context)
    {
        var identity = ExternalIdentity.Of(context.Principal!);
        var linkTo = context.Properties!.Items.TryGetValue(LinkTo, out var text) ? Guid.Parse(text!) : (Guid?)null;
        context.HandleResponse();
        try
        {
            await EnterAsync(identity, linkTo, context.HttpContext);
            context.Response.Redirect(context.ReturnUri!);
        }
        catch (HubException refused)
        {
            log.LogInformation(refused, "External sign-in refused: {Code}", refused.Code);
            Tell(context.HttpContext, refused.Code, linkTo is null ? ExternalDoor.SignInPage : ExternalDoor.AccountPage);
        }
    }

    /// <summary>The provider says that the person does not want to, or may not.</summary>
    public override Task AccessDenied(AccessDeniedContext context)
    {
        context.HandleResponse();
        Tell(context.HttpContext, "provider-denied", ExternalDoor.SignInPage);
        return Task.CompletedTask;
    }

    /// <summary>The answer failed a check, or the provider failed to answer.</summary>
    public override Task RemoteFailure(RemoteFailureContext context)
    {
        context.HandleResponse();
        TellOf(context.Failure, context.HttpContext, ExternalDoor.SignInPage);
        return Task.CompletedTask;
    }

    /// <summary>Whether an error means that the provider cannot be reached, rather than that its answer is bad.</summary>
    public static bool IsAway(Exception? error) => error switch
    {
        null => false,
        HttpRequestException or IOException or TaskCanceledException => true,
        _ => IsAway(error.InnerException),
    };

    /// <summary>Sends the browser to a page that says what is wrong between the hub and the provider; the log says more.</summary>
    public static void TellOf(Exception? error, HttpContext context, string page)
    {
        context.RequestServices.GetRequiredService<ILogger<ExternalDoorEvents>>().LogWarning(error, "Sign-in at the external provider failed: {Reason}", error?.Message);
        Tell(context, IsAway(error) ? "provider-away" : "provider-refused", page);
    }

    async Task EnterAsync(ExternalIdentity identity, Guid? linkTo, HttpContext context)
    {
        if (linkTo is null)
        {
            await start.ExecuteAsync(await logins.FindAsync(identity, context.RequestAborted), SignInMethod.External, context, context.RequestAborted);
            return;
        }
        await context.AuthenticateAsync(SessionAuthentication.SchemeName);
        if (PersonSession.Of(context)?.PersonId != linkTo)
            throw HubException.Forbidden("session-changed", "You were signed out, or signed in as somebody else, before the provider answered. Sign in, and link the account again.");
        await logins.LinkAsync(linkTo.Value, identity, context.RequestAborted);
    }

    static void Tell(HttpContext context, string code, string page) => context.Response.Redirect(QueryHelpers.AddQueryString(page, ProblemParameter, code));
}
