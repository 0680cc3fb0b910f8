using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange audit</c>: who did what, and whether the log is whole.</summary>
static class AuditVerb
{
    public static Command Build(CliSession session)
    {
        var type = new Option<string?>("--type") { Description = "Only events of this type, such as RunRequested.", HelpName = "type" };
        var subject = new Option<string?>("--subject") { Description = "Only events about this thing, such as dataset:companies.", HelpName = "subject" };
        var actor = new Option<string?>("--actor") { Description = "Only what this person or system did, by id: token:…, or system.", HelpName = "id" };
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
        {
            var deed = item.Member("event") ?? default;
            var actor = deed.Member("actor") ?? default;
            table.Add(
                item.Text("seq"), Words.Time(deed.Time("at"), session.TimeProvider), actor.Text("name") ?? actor.Text("id"), deed.Text("type"),
                deed.Text("subject"));
        }
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
                var whole = answer.Flag("intact");
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(answer);
                else if (whole)
                    session.Out.Line($"[green]✓[/] {Words.Count(answer.Number("events") ?? 0, "event")}, the chain is whole; its head is {answer.Text("headHash")}");
                else
                    session.Out.Line($"[red]✗[/] The chain breaks at event {answer.Member("break")?.Text("seq")}: {answer.Member("break")?.Text("reason")}");
                return whole ? ExitCode.Ok : ExitCode.Failed;
            });
    }
}
