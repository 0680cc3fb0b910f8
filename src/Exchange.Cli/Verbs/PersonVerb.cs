using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange person</c>: who may sign in, for administrators.</summary>
static class PersonVerb
{
    const string RoleForm = "A role, as role or role:department: administrator, auditor, steward:tax, it-staff:tax, clerk:tax, leader, leader:tax; may be given several times, the usual one first.";

    public static Command Build(CliSession session) => new("person", "Invites people, gives them roles, and keeps them out.")
    {
        List(session), Invite(session), Roles(session), Reset(session),
        Step(session, "deactivate", "Keeps a person out at once: sessions, tokens and links end.", "is deactivated"),
        Step(session, "reactivate", "Lets a person in again.", "may sign in again"),
        Step(session, "sign-out", "Ends every session and token of a person.", "is signed out everywhere"),
    };

    static Command List(CliSession session)
    {
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("list", "Lists people: who may sign in, who is invited, who is deactivated.") { output }
            .Does(async (parsed, cancellationToken) =>
            {
                var people = await session.Hub.GetAsync("people", cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                {
                    session.WriteJson(people);
                    return ExitCode.Ok;
                }
                var table = new TextTable(new Column("EMAIL"), new Column("NAME", Fit.Clip), new Column("STATE"), new Column("ROLES", Fit.Clip));
                foreach (var person in people.List())
                    table.Add(person.Text("email"), person.Text("name"), person.Text("state"), string.Join(", ", person.Items("roles").Select(Spell)));
                table.WriteTo(session.Out);
                return ExitCode.Ok;
            });
    }

    static Command Invite(CliSession session)
    {
        var email = Email();
        var name = new Argument<string>("name") { Description = "What the person is called." };
        var roles = RoleOption();
        return new Command("invite", "Enters a person, and prints the one-time link to give them; it is shown this once only.") { email, name, roles }
            .Does(async (parsed, cancellationToken) =>
            {
                var offer = await session.Hub.PostAsync(
                    "people", new { email = parsed.GetRequiredValue(email), name = parsed.GetRequiredValue(name), roles = Parse(parsed.GetRequiredValue(roles)) }, cancellationToken);
                WriteLink(session, offer);
                return ExitCode.Ok;
            });
    }

    static Command Roles(CliSession session)
    {
        var email = Email();
        var roles = RoleOption();
        return new Command("roles", "Replaces a person's roles; sessions and tokens of those that are taken away end.") { email, roles }
            .Does(async (parsed, cancellationToken) =>
            {
                var person = await FindAsync(session, parsed.GetRequiredValue(email), cancellationToken);
                var body = JsonSerializer.SerializeToUtf8Bytes(new { roles = Parse(parsed.GetRequiredValue(roles)) }, Json.Compact);
                await session.Hub.PutAsync($"people/{person.Text("id")}/roles", body, cancellationToken);
                session.Out.Line($"[bold]{person.Text("name")}[/] has these roles from now on.");
                return ExitCode.Ok;
            });
    }

    static Command Reset(CliSession session)
    {
        var email = Email();
        var remove = new Option<bool>("--remove-credentials") { Description = "Takes password and authenticator away at once, and signs the person out: for who has lost them, or been robbed." };
        return new Command("reset", "Prints a one-time link to set a password with; it is shown this once only.") { email, remove }
            .Does(async (parsed, cancellationToken) =>
            {
                var person = await FindAsync(session, parsed.GetRequiredValue(email), cancellationToken);
                WriteLink(session, await session.Hub.PostAsync($"people/{person.Text("id")}/reset", new { removeCredentials = parsed.GetValue(remove) }, cancellationToken));
                return ExitCode.Ok;
            });
    }

    static Command Step(CliSession session, string name, string description, string done)
    {
        var email = Email();
        return new Command(name, description) { email }
            .Does(async (parsed, cancellationToken) =>
            {
                var person = await FindAsync(session, parsed.GetRequiredValue(email), cancellationToken);
                await session.Hub.PostAsync($"people/{person.Text("id")}/{name}", null, cancellationToken);
                session.Out.Line($"[bold]{person.Text("name")}[/] {done}.");
                return ExitCode.Ok;
            });
    }

    static void WriteLink(CliSession session, JsonElement offer)
    {
        session.OutText.WriteLine(offer.Text("link"));
        session.Hint($"[dim]Good once, until {Words.Time(offer.Time("expiresAt"), session.TimeProvider)}. Give it to the person, and to nobody else.[/]");
    }

    static async Task<JsonElement> FindAsync(CliSession session, string email, CancellationToken cancellationToken)
    {
        var people = await session.Hub.GetAsync("people", cancellationToken);
        var found = people.List().Where(person => string.Equals(person.Text("email"), email, StringComparison.OrdinalIgnoreCase)).ToList();
        return found is [var person] ? person : throw new CliException(ExitCode.NotFound, $"There is nobody of the address {email}.") { Fix = "\"exchange person list\" shows everybody." };
    }

    static Argument<string> Email() => new("email") { Description = "Mail address of the person." };

    static Option<string[]> RoleOption() => new("--role") { Description = RoleForm, HelpName = "role[:department]", Required = true };

    static object[] Parse(string[] roles) =>
        [.. roles.Select(role => role.Split(':', 2)).Select(parts => (object)new { role = parts[0], department = parts.Length > 1 ? parts[1] : null })];

    static string Spell(JsonElement role) => role.Text("department") is { } department ? $"{role.Text("role")}:{department}" : role.Text("role") ?? "";
}
