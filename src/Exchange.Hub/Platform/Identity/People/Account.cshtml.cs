using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace Exchange.Hub.Platform;

/// <summary>What a person sees to about their own account. Each form does what a route of the API does, by the same use case.</summary>
public sealed class AccountPage(
    PersonStore people, SessionStore sessions, TokenStore tokens, SwitchRole switchRole, ChangePassword changePassword, ChangeAuthenticator authenticator,
    EndSession endSession, EndOwnToken endToken, ChangePerson changePerson, Passkeys passkeys) : HubPage
{
    /// <inheritdoc/>
    public override string Title => PageTexts.Account;

    /// <summary>Whose account it is.</summary>
    public Person Person { get; private set; } = null!;

    /// <summary>The role that the session acts in.</summary>
    public PersonRole Acting { get; private set; } = null!;

    /// <summary>Where the person is signed in.</summary>
    public IReadOnlyList<SessionInfo> Sessions { get; private set; } = [];

    /// <summary>The person's own tokens.</summary>
    public IReadOnlyList<TokenInfo> Tokens { get; private set; } = [];

    /// <summary>The person's passkeys.</summary>
    public IReadOnlyList<PasskeyInfo> Passkeys { get; private set; } = [];

    /// <summary>A key that was just made.</summary>
    public AuthenticatorKey? Key { get; private set; }

    /// <summary>Whether a key waits for its first code.</summary>
    public bool AwaitsCode { get; private set; }

    /// <summary>Recovery codes that were just made.</summary>
    public IReadOnlyList<string>? RecoveryCodes { get; private set; }

    /// <summary>What was just done.</summary>
    public string? Done { get; private set; }

    PersonSession Own => PersonSession.Of(HttpContext) ?? throw PersonSession.Required();

    CancellationToken Aborted => HttpContext.RequestAborted;

    /// <summary>Shows the account as it is after whatever a form has done.</summary>
    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        _ = Own; // a token has no account
        OnPageHandlerExecuting(context);
        if ((await next()).Result is not null and not Microsoft.AspNetCore.Mvc.RazorPages.PageResult)
            return;
        Person = await people.FindAsync(Own.PersonId, Aborted) ?? throw PersonStore.NotFound(Own.PersonId);
        Acting = new PersonRole(SignedInAs!.Role, SignedInAs.Department);
        Sessions = await sessions.ListAsync(Own.PersonId, Own.Id, Aborted);
        Tokens = await tokens.ListAsync(Own.PersonId, Aborted);
        Passkeys = await passkeys.ListAsync(Own.PersonId, Aborted);
    }

    /// <summary>Shows the account, and why the provider's could not be linked.</summary>
    public void OnGet(string? problem) => Tell(problem);

    /// <summary>Acts in another role.</summary>
    public Task<IActionResult> OnPostRoleAsync(int role) => DoAsync(async () =>
    {
        var person = await people.FindAsync(Own.PersonId, Aborted) ?? throw PersonStore.NotFound(Own.PersonId);
        if (role >= 0 && role < person.Roles.Count)
            await switchRole.ExecuteAsync(Own, person.Roles[role], Aborted);
        return LocalRedirect("/account");
    });

    /// <summary>Changes the password.</summary>
    public Task<IActionResult> OnPostPasswordAsync(string? password, string? replacement) => DoAsync(async () =>
    {
        await changePassword.ExecuteAsync(Own, password ?? "", replacement ?? "", SignedInAs!, HttpContext, Aborted);
        Done = PageTexts.PasswordChanged;
        return Page();
    });

    /// <summary>Makes a key.</summary>
    public Task<IActionResult> OnPostAuthenticatorAsync(string? password) => DoAsync(async () =>
    {
        Key = await authenticator.BeginAsync(Own, password ?? "", HttpContext, Aborted);
        return Page();
    });

    /// <summary>Turns the authenticator on.</summary>
    public Task<IActionResult> OnPostTurnOnAsync(string? code) => DoAsync(async () =>
    {
        AwaitsCode = true;
        RecoveryCodes = await authenticator.TurnOnAsync(Own, code ?? "", SignedInAs!, Aborted);
        return Page();
    });

    /// <summary>Turns it off.</summary>
    public Task<IActionResult> OnPostTurnOffAsync(string? password) => DoAsync(async () =>
    {
        await authenticator.TurnOffAsync(Own, password ?? "", SignedInAs!, HttpContext, Aborted);
        return LocalRedirect("/account");
    });

    /// <summary>Makes new recovery codes.</summary>
    public Task<IActionResult> OnPostRecoveryCodesAsync(string? password) => DoAsync(async () =>
    {
        RecoveryCodes = await authenticator.ReplaceCodesAsync(Own, password ?? "", SignedInAs!, HttpContext, Aborted);
        return Page();
    });

    /// <summary>Removes a passkey.</summary>
    public Task<IActionResult> OnPostRemovePasskeyAsync(string? id) => DoAsync(async () =>
    {
        await passkeys.RemoveAsync(id ?? "", Own, SignedInAs!, Aborted);
        return LocalRedirect("/account");
    });

    /// <summary>Ends a token.</summary>
    public Task<IActionResult> OnPostEndTokenAsync(Guid id) => DoAsync(async () =>
    {
        await endToken.ExecuteAsync(Own, id, SignedInAs!, Aborted);
        return LocalRedirect("/account");
    });

    /// <summary>Signs out.</summary>
    public Task<IActionResult> OnPostSignOutAsync() => DoAsync(async () =>
    {
        await endSession.ExecuteAsync(HttpContext, SignedInAs!, Aborted);
        return LocalRedirect("/sign-in");
    });

    /// <summary>Signs out everywhere.</summary>
    public Task<IActionResult> OnPostEverywhereAsync() => DoAsync(async () =>
    {
        await changePerson.SignOutAsync(Own.PersonId, SignedInAs!, Aborted);
        SessionCookies.RemoveSession(HttpContext);
        return LocalRedirect("/sign-in");
    });
}
