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
                var run = parsed.GetRequiredValue(id);
                await session.Hub.PostAsync(
                    $"runs/{HubClient.Segment(run)}/{verb}", new { reason = parsed.GetRequiredValue(reason) }, cancellationToken);
                session.Out.Line($"Run {run} is being {outcome}.");
                session.Hint($"[dim]See how it goes:[/]  exchange runs show {run}");
                return ExitCode.Ok;
            });
    }
}
