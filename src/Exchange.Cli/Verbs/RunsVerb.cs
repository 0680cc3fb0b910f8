using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange runs</c>: what ran, and decisions about one run.</summary>
static class RunsVerb
{
    static readonly string[] States = ["queued", "running", "retrying", "held", "succeeded", "failed", "cancelled", "discarded"];

    public static Command Build(CliSession session)
    {
        var dataset = new Option<string?>("--dataset") { Description = "Only runs of this dataset.", HelpName = "name" };
        var state = new Option<string?>("--state") { Description = $"Only runs in this state: {string.Join(", ", States)}.", HelpName = "state" };
        state.AcceptOnlyFromAmong(States);
        var limit = CommonOptions.Limit(20, "Runs shown at most.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);
        var runs = new Command("runs", "Lists runs, newest first; its verbs look at one run or decide about it.")
        {
            dataset, state, limit, output,
            RunsShow.Build(session), RunsCancel.Build(session),
            RunsDecision.Build(session, "publish", "Publishes a held run after a person has looked at it.", "published"),
            RunsDecision.Build(session, "discard", "Throws away what a held run has read; the published records stay as they are.", "discarded"),
        };
        return runs.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.GetAsync(
                HubClient.Query("runs", ("dataset", parsed.GetValue(dataset)), ("state", parsed.GetValue(state)), ("limit", parsed.GetValue(limit))),
                cancellationToken);
            if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                session.WriteJson(answer);
            else if (parsed.GetValue(output) == CommonOptions.NdjsonFormat)
                session.WriteNdjson(answer.Items("items"));
            else
                WriteTable(session, [.. answer.Items("items").Select(item => new Run(item))]);
            return ExitCode.Ok;
        });
    }

    static void WriteTable(CliSession session, IReadOnlyList<Run> runs)
    {
        if (runs.Count == 0)
        {
            session.Hint($"No runs. [dim]Start one:[/]  exchange run <dataset> --wait");
            return;
        }
        var table = new TextTable(
            new Column("RUN"), new Column("DATASET", Fit.Clip), new Column("STATE"), new Column("READ", Right: true),
            new Column("CHANGED", Right: true), new Column("REJECTED", Right: true), new Column("STARTED"), new Column("TOOK", Right: true));
        foreach (var run in runs)
            table.Add(
                run.ShortId, run.Dataset, Words.StateCell(run.State), Words.Count(run.Count("read")),
                Words.Count(run.Count("added") + run.Count("updated") + run.Count("deleted")), Words.Count(run.Count("rejected")),
                Words.ShortTime(run.StartedAt ?? run.Json.Time("requestedAt"), session.TimeProvider), Words.Span(run.Took));
        table.WriteTo(session.Out);
    }
}
