using Exchange.Hub.Catalog;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>Who is written to, and what has not been sent.</summary>
static class MailEndpoints
{
    public static IServiceCollection AddMail(this IServiceCollection services) => services
        .AddSingleton<Contacts>()
        .AddSingleton<Outbox>()
        .AddSingleton<SendMail>()
        .AddSingleton<RetryLetter>()
        .AddSingleton<PruneMail>()
        .AddSingleton<IDoctorCheck, MailCheck>();

    public static void MapMail(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/mail", async (Outbox outbox, CancellationToken ct) => new ItemList<Letter>(await outbox.WaitingAsync(ct)))
            .AllowRoles(Role.Administrator).WithTags("Sharing").WithSummary("Lists the letters that wait for the mail server or were refused by it, without their text");

        routes.MapPost("/api/v1/mail/{id:guid}/retry", (Guid id, Caller caller, RetryLetter retry, CancellationToken ct) => retry.ExecuteAsync(id, caller, ct))
            .AllowRoles(Role.Administrator).WithTags("Sharing").WithSummary("Has a letter tried again that was refused or waits");

        var group = routes.MapGroup("/api/v1/contacts").WithTags("Sharing");
        group.MapGet("", (Contacts contacts, CancellationToken ct) => contacts.FindAsync(null, ct))
            .AllowRoles(Role.Administrator).WithSummary("Shows the e-mail addresses of the hub's own people, by role");
        group.MapPut("", (IReadOnlyDictionary<string, IReadOnlyList<string>> body, Caller caller, Contacts contacts, CancellationToken ct, bool dryRun = false) =>
                contacts.PutAsync(null, body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator).WithSummary("Replaces the e-mail addresses of the hub's own people");
        group.MapGet("/{department}", async (string department, Caller caller, Contacts contacts, CancellationToken ct) =>
                caller.MayActFor(department)
                    ? await contacts.FindAsync(department, ct)
                    : throw HubException.Forbidden("other-department", $"You belong to {caller.Department}; only staff of {department} may see whom the hub writes to there."))
            .AllowRoles(Role.Administrator, Role.Steward, Role.ItStaff).WithSummary("Shows the e-mail addresses of a department's people, by role");
        group.MapPut("/{department}", (string department, IReadOnlyDictionary<string, IReadOnlyList<string>> body, Caller caller, Contacts contacts, CancellationToken ct, bool dryRun = false) =>
                contacts.PutAsync(department, body, caller, dryRun, ct))
            .AllowRoles(Role.Administrator, Role.Steward, Role.ItStaff).WithSummary("Replaces the e-mail addresses of a department's people");
    }
}
