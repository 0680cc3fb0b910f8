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
            return await WaitAsync(session, run, asJson, cancellationToken);
        if (asJson)
            session.WriteJson(run.Json);
        else
            session.Out.Line($"Run {run.ShortId} of [bold]{run.Dataset}[/] is queued.");
        session.Hint($"[dim]See how it goes:[/]  exchange runs show {run.ShortId}");
        return ExitCode.Ok;
    }

    static async Task<ExitCode> WaitAsync(CliSession session, Run run, bool asJson, CancellationToken cancellationToken)
    {
        try
        {
            var watch = RunWatch.FollowAsync(session, run.Id, cancellationToken);
            run = await RunProgress.ShowAsync(session.Error, session.TimeProvider, run, watch);
        }
        catch (OperationCanceledException)
        {
            SayItGoesOn(session, run);
            return ExitCode.Interrupted;
        }
        catch (CliException)
        {
            SayItGoesOn(session, run);
            throw;
        }
        if (asJson)
            session.WriteJson(run.Json);
        else
            RunView.Write(session, run);
        RunView.Hint(session, run);
        return run.ExitCode;
    }

    static void SayItGoesOn(CliSession session, Run run)
    {
        session.Error.Line($"Stopped waiting; run {run.ShortId} goes on at the hub.");
        session.Error.Line($"[dim]See how it goes:[/]  exchange runs show {run.ShortId}");
        session.Error.Line($"[dim]Stop it:[/]          exchange runs cancel {run.ShortId}");
    }
}
