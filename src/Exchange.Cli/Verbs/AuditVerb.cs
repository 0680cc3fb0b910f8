using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange audit</c>: who did what, and whether the log is whole.</summary>
static class AuditVerb
{
    public static Command Build(CliSession session)
    {
        var type = new Option<string?>("--type") { Description = "Only events of this type, such as RunPublished.", HelpName = "type" };
        var subject = new Option<string?>("--subject") { Description = "Only events about this thing, such as dataset/companies.", HelpName = "subject" };
        var actor = new Option<string?>("--actor") { Description = "Only what this person or system did.", HelpName = "name" };
        var before = new Option<long?>("--before") { Description = "Only events before this sequence number, to page back.", HelpName = "seq" };
        var limit = CommonOptions.Limit(50, "Events shown at most.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);
        return new Command("audit", "Lists audit events, newest first: who did what to what, and when.")
        {
            type, subject, actor, before, limit, output, Verify(session),
        }.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.GetAsync(
                HubClient.Query(
                    "audit", ("type", parsed.GetValue(type)), ("subject", parsed.GetValue(subject)), ("actor", parsed.GetValue(actor)),
                    ("before", parsed.GetValue(before)), ("limit", parsed.GetValue(limit))),
                cancellationToken);
            if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                session.WriteJson(answer);
            else if (parsed.GetValue(output) == CommonOptions.NdjsonFormat)
                session.WriteNdjson(answer.Items("items"));
            else
                WriteTable(session, answer);
            return ExitCode.Ok;
        });
    }

    static void WriteTable(CliSession session, JsonElement answer)
    {
        var table = new TextTable(
            new Column("SEQ", Right: true), new Column("AT"), new Column("WHO", Fit.Clip), new Column("WHAT"), new Column("TO", Fit.Clip));
        foreach (var item in answer.Items("items"))
            table.Add(
                item.Text("seq"), Words.Time(item.Time("at"), session.TimeProvider), item.Text("actor"), item.Text("type"), item.Text("subject"));
        if (table.Count > 0)
            table.WriteTo(session.Out);
        else
            session.Hint($"No events.");
    }

    static Command Verify(CliSession session)
    {
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("verify", "Recomputes the chain of the whole audit log; ends with 1 when it is broken.") { output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.GetAsync("audit/verify", cancellationToken);
                var whole = answer.Flag("ok");
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(answer);
                else if (whole)
                    session.Out.Line($"[green]✓[/] {Words.Count(answer.Number("events") ?? 0, "event")}, the chain is whole.");
                else
                    session.Out.Line($"[red]✗[/] The chain breaks at {answer.Text("firstBreak")}: an event there was altered, removed or put in.");
                return whole ? ExitCode.Ok : ExitCode.Failed;
            });
    }
}
