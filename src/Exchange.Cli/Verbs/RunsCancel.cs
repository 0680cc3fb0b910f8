using System.CommandLine;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange runs cancel</c>: stops a run that is not over.</summary>
static class RunsCancel
{
    public static Command Build(CliSession session)
    {
        var id = RunsShow.RunArgument();
        return new Command("cancel", "Stops a run; nothing of it is published.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                var run = await RunLookup.FindAsync(session.Hub, parsed.GetRequiredValue(id), cancellationToken);
                await session.Hub.PostAsync($"runs/{run.Id}/cancel", null, cancellationToken);
                session.Out.Line($"Run {run.ShortId} of [bold]{run.Dataset}[/] is being cancelled; the published records stay as they are.");
                return ExitCode.Ok;
            });
    }
}
