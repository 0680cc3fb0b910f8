using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange sign-in</c> and <c>exchange sign-out</c>: a person's own token, made and kept, ended and forgotten.</summary>
static class SignInVerb
{
    const string CodeRequired = "code-required";

    public static Command BuildIn(CliSession session)
    {
        var role = new Option<string?>("--role") { Description = "Role to act in, of those that you have; left out, your usual one.", HelpName = "role" };
        var department = new Option<string?>("--department") { Description = "Department of that role.", HelpName = "name" };
        return new Command("sign-in", "Signs you in: asks for mail address, password and code, and keeps a token of yours for 90 days.") { role, department }
            .Does(async (parsed, cancellationToken) =>
            {
                using var hub = session.NewHub();
                await SignInAsync(session, hub, cancellationToken);
                var made = await hub.PostAsync(
                    "session/tokens",
                    new { name = $"exchange on {Environment.MachineName}", role = parsed.GetValue(role), department = parsed.GetValue(department) }, cancellationToken);
                await hub.DeleteAsync("session", cancellationToken);
                session.StoredTokens.Keep(session.HubAddress.Url, made.Text("token")!);
                session.Out.Line($"Signed in as [bold]{made.Text("role")}[/] {made.Text("department") ?? "of the hub"}.");
                if (session.Environment("EXCHANGE_TOKEN") is { Length: > 0 })
                    session.Hint($"EXCHANGE_TOKEN is set and wins: unset it to use what was kept.");
                return ExitCode.Ok;
            });
    }

    public static Command BuildOut(CliSession session) => new Command("sign-out", "Signs you out: ends the token that sign-in has kept, and forgets it.")
        .Does(async (_, cancellationToken) =>
        {
            var url = session.HubAddress.Url;
            if (session.StoredTokens.Find(url) is not { } token)
                throw new CliException(ExitCode.NotFound, $"You are not signed in to {url}.") { Fix = "There is nothing to end. A token of EXCHANGE_TOKEN is ended by exchange token revoke." };
            using var hub = session.NewHub(token);
            try
            {
                await hub.DeleteAsync("session", cancellationToken);
            }
            catch (CliException error) when (error.Code == ExitCode.NotAllowed)
            {
                session.Hint($"The hub had ended the token already.");
            }
            session.StoredTokens.Forget(url);
            session.Out.Line($"Signed out of [bold]{url}[/].");
            return ExitCode.Ok;
        });

    static async Task SignInAsync(CliSession session, HubClient hub, CancellationToken cancellationToken)
    {
        var (email, password) = (session.Ask("Mail address: ", hidden: false), session.Ask("Password: ", hidden: true));
        try
        {
            await hub.PostAsync("session", new { email, password }, cancellationToken);
        }
        catch (CliException error) when (error.Problem == CodeRequired)
        {
            await hub.PostAsync("session", new { email, password, code = session.Ask("Code of your authenticator: ", hidden: false) }, cancellationToken);
        }
    }
}
