using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange policy</c>: on what terms a dataset is shared.</summary>
static class PolicyVerb
{
    public static Command Build(CliSession session) => new("policy", "Shows or states on what terms a dataset is shared.")
    {
        Show(session), Set(session),
    };

    static Command Show(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        return new Command("show", "Shows the policy of a dataset, or that it is not offered.") { dataset }
            .Does(async (parsed, cancellationToken) =>
            {
                session.WriteJson(await session.Hub.GetAsync(PathOf(parsed.GetRequiredValue(dataset)), cancellationToken));
                return ExitCode.Ok;
            });
    }

    static Command Set(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var file = new Argument<FileInfo>("file") { Description = "JSON file with the policy, in the form that the hub's README of Sharing describes." };
        return new Command("set", "States the policy of a dataset of your department.") { dataset, file }
            .Does(async (parsed, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(dataset);
                var policy = JsonFile.Read(parsed.GetRequiredValue(file));
                var change = await session.Hub.PutAsync(PathOf(name), JsonBytes(policy), cancellationToken);
                session.Out.Line($"Policy of [bold]{name}[/]: {change.Text("change")}, revision {change.Text("revision")}.");
                return ExitCode.Ok;
            });
    }

    static byte[] JsonBytes(System.Text.Json.JsonElement document) => System.Text.Encoding.UTF8.GetBytes(document.GetRawText());

    static string PathOf(string dataset) => $"datasets/{HubClient.Segment(dataset)}/policy";
}
