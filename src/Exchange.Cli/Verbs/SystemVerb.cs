using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange system</c>: the systems that sign in by client credentials.</summary>
static class SystemVerb
{
    public static Command Build(CliSession session)
    {
        var output = Listing.Output();
        var system = new Command("system", "Lists the systems of your department that may sign in; its verbs register and end them.")
        {
            output, Register(session), SignOut(session), End(session),
        };
        return system.Does(async (parsed, cancellationToken) =>
        {
            var table = new TextTable(new Column("SYSTEM"), new Column("NAME", Fit.Clip), new Column("CLIENT ID"), new Column("ROLE"), new Column("DEPARTMENT", Fit.Clip));
            return Listing.Write(session, await session.Hub.GetAsync("systems", cancellationToken), parsed.GetValue(output), table, (rows, item) => rows.Add(
                ShortId.Of(item.Text("id") ?? ""), item.Text("name"), item.Text("clientId"), item.Text("role"), item.Text("department")), $"No systems.");
        });
    }

    static Command Register(CliSession session)
    {
        var name = new Argument<string>("name") { Description = "What the system is called." };
        var department = new Option<string>("--department") { Description = "The department that it belongs to.", HelpName = "name", Required = true };
        var role = new Option<string>("--role") { Description = "What it may do: subscriber or it-staff.", HelpName = "role", DefaultValueFactory = _ => "subscriber" };
        role.AcceptOnlyFromAmong("subscriber", "it-staff");
        var keys = new Option<FileInfo?>("--keys") { Description = "JSON Web Key Set with its public keys, by which it signs in; without it, it is given a secret.", HelpName = "file" };
        return new Command("register", "Registers a system and prints its client id and its secret, which is shown this once only.") { name, department, role, keys }
            .Does(async (parsed, cancellationToken) =>
            {
                var body = new
                {
                    name = parsed.GetRequiredValue(name),
                    department = parsed.GetRequiredValue(department),
                    role = parsed.GetValue(role),
                    keys = parsed.GetValue(keys) is { } file ? JsonFile.Read(file) : (JsonElement?)null,
                };
                var registered = await session.Hub.PostAsync("systems", body, cancellationToken);
                session.OutText.WriteLine($"system:{registered.Text("id")} {registered.Text("clientId")} {registered.Text("secret")}".TrimEnd());
                session.Hint($"[dim]Name in requests, client id, secret. It signs in at[/]  {session.Hub.BaseAddress}oauth/token");
                return ExitCode.Ok;
            });
    }

    static Command SignOut(CliSession session)
    {
        var id = SystemArgument();
        return new Command("sign-out", "Refuses every access token that a system holds.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                var system = await FindAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                await session.Hub.PostAsync($"systems/{system.Text("id")}/sign-out", null, cancellationToken);
                session.Out.Line($"System [bold]{system.Text("name")}[/] is signed out.");
                return ExitCode.Ok;
            });
    }

    static Command End(CliSession session)
    {
        var id = SystemArgument();
        return new Command("end", "Ends a system, from the next request on.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                var system = await FindAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                await session.Hub.DeleteAsync($"systems/{system.Text("id")}", cancellationToken);
                session.Out.Line($"System [bold]{system.Text("name")}[/] is ended.");
                return ExitCode.Ok;
            });
    }

    static async Task<JsonElement> FindAsync(CliSession session, string id, CancellationToken cancellationToken) =>
        ShortId.Find((await session.Hub.GetAsync("systems", cancellationToken)).Items("items"), id, "system");

    static Argument<string> SystemArgument() => new("system") { Description = "The system as \"exchange system\" lists it." };
}
