using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange whoami</c>: whom the hub takes the token for.</summary>
static class WhoAmIVerb
{
    public static Command Build(CliSession session)
    {
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("whoami", "Shows whom the hub takes you for: name, role and department.") { output }
            .Does(async (parsed, cancellationToken) =>
            {
                var me = await session.Hub.GetAsync("whoami", cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                {
                    session.WriteJson(me);
                    return ExitCode.Ok;
                }
                var table = new TextTable(new Column("NAME"), new Column("ROLE"), new Column("DEPARTMENT"), new Column("HUB"));
                table.Add(me.Text("name"), me.Text("role"), me.Text("department") ?? "-", session.HubAddress.Url);
                table.WriteTo(session.Out);
                return ExitCode.Ok;
            });
    }
}
