using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;

namespace Exchange.Hub.Platform;

/// <summary>Where a one-time link leads. Looking changes nothing: mail scanners look too.</summary>
[AllowAnonymous]
public sealed class WelcomePage(InvitationStore invitations, PersonStore people, AcceptInvitation accept) : HubPage
{
    /// <inheritdoc/>
    public override string Title => PageTexts.Welcome;

    /// <summary>What the link is for; null when it is not good.</summary>
    public Invitation? Invitation { get; private set; }

    /// <summary>The link's code.</summary>
    public string Code { get; private set; } = "";

    /// <summary>Whose link it is, or what the first administrator has typed.</summary>
    public string? Email { get; private set; }

    /// <summary>Whose link it is, or what the first administrator has typed.</summary>
    public string? PersonName { get; private set; }

    /// <summary>Shows whom the link is for.</summary>
    public Task<IActionResult> OnGetAsync(string? code) => DoAsync(async () =>
    {
        await LookAsync(code);
        return Page();
    });

    /// <summary>Takes the link.</summary>
    public Task<IActionResult> OnPostAsync(string? code, string? email, string? name, string? password) => DoAsync(async () =>
    {
        (Email, PersonName) = (email, name);
        await LookAsync(code);
        var request = new WelcomeRequest(Code, password ?? "", email, name);
        return LocalRedirect(await accept.ExecuteAsync(request, HttpContext, HttpContext.RequestAborted) is null ? "/sign-in" : "/account");
    });

    async Task LookAsync(string? code)
    {
        Code = code ?? "";
        Invitation = await invitations.FindAsync(Code, HttpContext.RequestAborted) ?? throw AcceptInvitation.Refused();
        if (Invitation.PersonId is { } id && await people.FindAsync(id, HttpContext.RequestAborted) is { } person)
            (Email, PersonName) = (person.Email, person.Name);
    }
}
