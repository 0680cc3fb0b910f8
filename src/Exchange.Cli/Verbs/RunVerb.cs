using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange run</c>: refreshes a dataset now.</summary>
static class RunVerb
{
    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var wait = new Option<bool>("--wait") { Description = "Shows the run's progress and ends when it does, with an exit code that says how." };
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("run", "Starts a run of a dataset: reads its source, checks every record, publishes.") { dataset, wait, output }
            .Does((parsed, cancellationToken) => RunAsync(
                session, parsed.GetRequiredValue(dataset), parsed.GetValue(wait), parsed.GetValue(output) == CommonOptions.JsonFormat, cancellationToken));
    }

    static async Task<ExitCode> RunAsync(CliSession session, string dataset, bool wait, bool asJson, CancellationToken cancellationToken)
    {
        var run = new Run(await session.Hub.PostAsync($"datasets/{HubClient.Segment(dataset)}/runs", null, cancellationToken));
        if (wait)
            run = await WaitAsync(session, run, cancellationToken);
        if (asJson)
            session.WriteJson(run.Json);
        else if (wait)
            RunView.Write(session, run);
        else
            session.Out.Line($"Run {run.Id} of [bold]{run.Dataset}[/] is queued.");
        if (!wait)
            session.Hint($"[dim]See how it goes:[/]  exchange runs show {run.Id}");
        else if (!asJson)
            RunView.Hint(session, run);
        return wait ? run.ExitCode : ExitCode.Ok;
    }

    static async Task<Run> WaitAsync(CliSession session, Run run, CancellationToken cancellationToken)
    {
        try
        {
            return await RunProgress.ShowAsync(session.Error, session.TimeProvider, run, RunWatch.FollowAsync(session, run.Id, cancellationToken));
        }
        catch (Exception stopped) when (stopped is OperationCanceledException or CliException)
        {
            session.Error.Line($"Stopped waiting; run {run.Id} goes on at the hub.");
            session.Error.Line($"[dim]See how it goes:[/]  exchange runs show {run.Id}");
            session.Error.Line($"[dim]Stop it:[/]          exchange runs cancel {run.Id}");
            throw;
        }
    }
}
