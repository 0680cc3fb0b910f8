using System.CommandLine;
using Exchange.Cli.Following;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange follow</c>: keeps a copy of a dataset.</summary>
static class FollowVerb
{
    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var to = new Option<string>("--to")
        {
            Description = "Where the copy is kept: a file per record, or a table; of a connection string, the environment variable that holds it.",
            HelpName = CopyTarget.Forms,
            Required = true,
        };
        var once = new Option<bool>("--once") { Description = "Ends as soon as the copy has all that there is." };
        var purpose = CommonOptions.Purpose();
        var caseNumber = CommonOptions.Case();
        var follow = new Command("follow", "Keeps a copy of a dataset exactly as the hub has it: everything once, then each change, going on after any interruption where the copy stands.")
        {
            dataset, to, once, purpose, caseNumber,
        };
        return follow.Does(async (parsed, cancellationToken) =>
        {
            session.Hub.State(parsed.GetValue(purpose), parsed.GetValue(caseNumber));
            var (name, target) = (parsed.GetRequiredValue(dataset), parsed.GetRequiredValue(to));
            await using var copy = await CopyTarget.OpenAsync(target, name, session.Environment, cancellationToken);
            var follower = new Follower(session, name, target, copy);
            await follower.CatchUpAsync(cancellationToken);
            if (!parsed.GetValue(once))
                await follower.FollowAsync(cancellationToken);
            return ExitCode.Ok;
        });
    }
}
