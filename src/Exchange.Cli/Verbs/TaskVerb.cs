using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange task</c>: what waits for whoever asks.</summary>
static class TaskVerb
{
    public static Command Build(CliSession session)
    {
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);
        return new Command("task", "Lists what waits for people of your role and department, the most urgent first.") { output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.GetAsync("tasks", cancellationToken);
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
        var table = new TextTable(new Column("DUE"), new Column("TASK"), new Column("ABOUT"), new Column("WHAT", Fit.Clip));
        foreach (var task in answer.Items("items"))
            table.Add(Words.ShortTime(task.Time("dueAt"), session.TimeProvider), task.Text("kind"), SharingLookup.About(task.Text("subject") ?? ""), task.Text("title"));
        if (table.Count > 0)
            table.WriteTo(session.Out);
        else
            session.Hint($"Nothing waits for you.");
    }
}
