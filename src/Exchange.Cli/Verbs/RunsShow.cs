using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange runs show</c>: one run in full.</summary>
static class RunsShow
{
    public static Argument<string> RunArgument() => new("run|dataset") { Description = "The run as \"exchange runs\" lists it, or a dataset for its latest run." };

    public static Command Build(CliSession session)
    {
        var id = RunArgument();
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("show", "Shows one run: its state, its counts, and why it failed or is held.") { id, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var run = await RunLookup.FindAsync(session.Hub, parsed.GetRequiredValue(id), cancellationToken);
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
