using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange runs publish</c> and <c>discard</c>: a person's answer to a held run, with the reason that the audit log keeps.</summary>
static class RunsDecision
{
    public static Command Build(CliSession session, string verb, string description, string outcome)
    {
        var id = RunsShow.RunArgument();
        var reason = new Option<string>("--reason") { Description = "Why, for the audit log.", HelpName = "text", Required = true };
        return new Command(verb, description) { id, reason }
            .Does(async (parsed, cancellationToken) =>
            {
                var run = await RunLookup.FindAsync(session.Hub, parsed.GetRequiredValue(id), cancellationToken);
                await session.Hub.PostAsync($"runs/{run.Id}/{verb}", new { reason = parsed.GetRequiredValue(reason) }, cancellationToken);
                session.Out.Line($"Run {run.ShortId} of [bold]{run.Dataset}[/] is being {outcome}.");
                session.Hint($"[dim]See how it goes:[/]  exchange runs show {run.ShortId}");
                return ExitCode.Ok;
            });
    }
}
