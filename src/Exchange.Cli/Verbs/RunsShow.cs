using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange runs show</c>: one run in full.</summary>
static class RunsShow
{
    public static Argument<string> RunArgument() => new("run") { Description = "Number of the run, as \"exchange runs\" lists it." };

    public static Command Build(CliSession session)
    {
        var id = RunArgument();
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("show", "Shows one run: its state, its counts, and why it failed or is held.") { id, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var run = new Run(await session.Hub.GetAsync($"runs/{HubClient.Segment(parsed.GetRequiredValue(id))}", cancellationToken));
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                {
                    session.WriteJson(run.Json);
                    return ExitCode.Ok;
                }
                RunView.Write(session, run);
                RunView.Hint(session, run);
                return ExitCode.Ok;
            });
    }
}
