using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange datasets</c>: what the hub publishes.</summary>
static class DatasetsVerb
{
    public static Command Build(CliSession session)
    {
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);
        return new Command("datasets", "Lists the datasets: what each holds, how fresh it is, and when it is read next.") { output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.GetAsync("datasets", cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(answer);
                else if (parsed.GetValue(output) == CommonOptions.NdjsonFormat)
                    session.WriteNdjson(answer.List());
                else
                    WriteTable(session, answer);
                return ExitCode.Ok;
            });
    }

    static void WriteTable(CliSession session, System.Text.Json.JsonElement answer)
    {
        var table = new TextTable(
            new Column("DATASET"), new Column("TITLE", Fit.Clip), new Column("STATE"), new Column("RECORDS", Right: true),
            new Column("PUBLISHED"), new Column("NEXT RUN"), new Column("DEPARTMENT", Fit.Clip));
        foreach (var dataset in answer.List())
        {
            var publication = dataset.Member("publication");
            table.Add(
                dataset.Text("name"), Words.Title((dataset.Member("declaration") ?? dataset).Member("title"), session.Environment), Words.StateCell(dataset.Text("state")),
                Words.Count(publication?.Number("records")), Words.ShortTime(publication?.Time("at"), session.TimeProvider),
                Words.ShortTime(dataset.Time("nextRun"), session.TimeProvider), dataset.Text("department"));
        }
        if (table.Count > 0)
            table.WriteTo(session.Out);
        else
            session.Hint($"No datasets. [dim]Describe one in a folder, then:[/]  exchange apply <folder>");
    }
}
