using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Exchange.Hub.Platform;

/// <summary>Signs in by password.</summary>
[AllowAnonymous]
public sealed class SignInPage(SignIn signIn, HubOptions options) : HubPage
{
    /// <inheritdoc/>
    public override string Title => PageTexts.SignIn;

    /// <summary>The address as it was typed.</summary>
    public string? Email { get; private set; }

    /// <summary>The page to go on to.</summary>
    public string? Back { get; private set; }

    /// <summary>What people call the external provider; null where there is none.</summary>
    public string? Provider => ExternalDoor.IsOpen(options) ? options.OidcName : null;

    /// <summary>Whether passwords are taken.</summary>
    public bool TakesPasswords => options.PasswordSignIn;

    /// <summary>Shows the ways in, and why the provider's did not do.</summary>
    public void OnGet(string? back, string? problem)
    {
        Back = Url.IsLocalUrl(back) ? back : null;
        Tell(problem);
    }

    /// <summary>Signs in.</summary>
    public Task<IActionResult> OnPostAsync(string? email, string? password, string? code, string? back)
    {
        (Email, Back) = (email, back);
        return DoAsync(async () =>
        {
            await signIn.ExecuteAsync(new SignInRequest(email ?? "", password ?? "", code), HttpContext, HttpContext.RequestAborted);
            return LocalRedirect(Url.IsLocalUrl(back) ? back : "/account");
        });
    }
}
