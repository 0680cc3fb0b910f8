using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange token</c>: who may use the hub.</summary>
static class TokenVerb
{
    static readonly string[] Roles = ["administrator", "it-staff", "steward", "subscriber", "auditor", "clerk", "leader"];

    public static Command Build(CliSession session) => new("token", "Makes, lists and revokes the tokens that people and systems use the hub with.")
    {
        Create(session), List(session), Revoke(session),
    };

    static Command Create(CliSession session)
    {
        var name = new Argument<string>("name") { Description = "Whom the token is for; the audit log calls them so." };
        var role = new Option<string>("--role") { Description = $"What they may do: {string.Join(", ", Roles)}.", HelpName = "role", Required = true };
        role.AcceptOnlyFromAmong(Roles);
        var department = new Option<string?>("--department") { Description = "The department they act for.", HelpName = "name" };
        return new Command("create", "Makes a token and prints it; it is shown this once only.") { name, role, department }
            .Does(async (parsed, cancellationToken) =>
            {
                var created = await session.Hub.PostAsync(
                    "tokens",
                    new { name = parsed.GetRequiredValue(name), role = parsed.GetRequiredValue(role), department = parsed.GetValue(department) },
                    cancellationToken);
                session.OutText.WriteLine(created.Text("token"));
                session.Hint($"[dim]Shown this once only. Take it back with[/]  exchange token revoke {ShortId.Of(created.Text("id") ?? "")}");
                return ExitCode.Ok;
            });
    }

    static Command List(CliSession session)
    {
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("list", "Lists the tokens, never their secrets.") { output }
            .Does(async (parsed, cancellationToken) =>
            {
                var tokens = await session.Hub.GetAsync("tokens", cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                {
                    session.WriteJson(tokens);
                    return ExitCode.Ok;
                }
                var table = new TextTable(new Column("TOKEN"), new Column("NAME", Fit.Clip), new Column("ROLE"), new Column("DEPARTMENT", Fit.Clip), new Column("CREATED"));
                foreach (var token in tokens.List())
                    table.Add(
                        ShortId.Of(token.Text("id") ?? ""), token.Text("name"), token.Text("role"), token.Text("department") ?? "-",
                        Words.Time(token.Time("createdAt"), session.TimeProvider));
                table.WriteTo(session.Out);
                return ExitCode.Ok;
            });
    }

    static Command Revoke(CliSession session)
    {
        var id = new Argument<string>("token") { Description = "The token as \"exchange token list\" shows it." };
        return new Command("revoke", "Takes a token back; it stops working at once.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                var tokens = await session.Hub.GetAsync("tokens", cancellationToken);
                var token = ShortId.Find(tokens.List(), parsed.GetRequiredValue(id), "token");
                await session.Hub.DeleteAsync($"tokens/{HubClient.Segment(token.Text("id")!)}", cancellationToken);
                session.Out.Line($"The token of [bold]{token.Text("name")}[/] is revoked.");
                return ExitCode.Ok;
            });
    }
}
