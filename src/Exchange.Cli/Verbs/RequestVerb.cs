using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange request</c>: asks for data of another department, and decides what others ask for.</summary>
static class RequestVerb
{
    static readonly string[] States =
    [
        "draft", "submitted", "returned", "under-review", "extended", "approved", "agreed", "granted", "refused", "appealed", "upheld", "withdrawn",
    ];

    public static Command Build(CliSession session)
    {
        var dataset = new Option<string?>("--dataset") { Description = "Only requests for this dataset.", HelpName = "name" };
        var state = new Option<string?>("--state") { Description = $"Only requests in this state: {string.Join(", ", States)}.", HelpName = "state" };
        state.AcceptOnlyFromAmong(States);
        var limit = CommonOptions.Limit(20, "Requests shown at most.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);
        var request = new Command("request", "Lists requests that your department makes or is asked for; its verbs take one from draft to grant.") { dataset, state, limit, output };
        foreach (var verb in RequestSteps.Build(session))
            request.Add(verb);
        return request.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.GetAsync(
                HubClient.Query("requests", ("dataset", parsed.GetValue(dataset)), ("state", parsed.GetValue(state)), ("limit", parsed.GetValue(limit))), cancellationToken);
            if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                session.WriteJson(answer);
            else if (parsed.GetValue(output) == CommonOptions.NdjsonFormat)
                session.WriteNdjson(answer.Items("items"));
            else
                WriteTable(session, answer);
            return ExitCode.Ok;
        });
    }

    static void WriteTable(CliSession session, System.Text.Json.JsonElement answer)
    {
        var table = new TextTable(
            new Column("REQUEST"), new Column("DATASET", Fit.Clip), new Column("STATE"), new Column("FROM", Fit.Clip), new Column("TO", Fit.Clip),
            new Column("PURPOSE", Fit.Clip), new Column("CHANGED"));
        foreach (var item in answer.Items("items"))
            table.Add(
                ShortId.Of(item.Text("id") ?? ""), item.Text("dataset"), Words.StateCell(item.Text("state")), item.Text("consumer"), item.Text("provider"),
                item.Member("application")?.Text("purpose"), Words.ShortTime(item.Time("changedAt"), session.TimeProvider));
        if (table.Count > 0)
            table.WriteTo(session.Out);
        else
            session.Hint($"No requests. [dim]Describe one in a file, then:[/]  exchange request draft <file>");
    }
}
