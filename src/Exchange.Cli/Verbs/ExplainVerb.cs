using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange explain</c>: why a dataset may or may not be read.</summary>
static class ExplainVerb
{
    static readonly string[] Modes = ["lookup", "query", "changes", "push", "verify"];

    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var mode = new Option<string>("--mode") { Description = $"The way in which data would leave: {string.Join(", ", Modes)}.", HelpName = "mode", DefaultValueFactory = _ => "query" };
        mode.AcceptOnlyFromAmong(Modes);
        var purpose = CommonOptions.Purpose();
        var department = new Option<string?>("--department") { Description = "Another department, for administrators and the provider's stewards.", HelpName = "name" };
        var system = new Option<string?>("--system") { Description = "A system of that department.", HelpName = "id" };
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("explain", "Tells whether you may read a dataset, and which rule, grant and policy say so.") { dataset, mode, purpose, department, system, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.GetAsync(
                    HubClient.Query(
                        $"datasets/{HubClient.Segment(parsed.GetRequiredValue(dataset))}/explain",
                        ("mode", parsed.GetValue(mode)), ("purpose", parsed.GetValue(purpose)), ("department", parsed.GetValue(department)), ("system", parsed.GetValue(system))),
                    cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(answer);
                else
                    Write(session, answer);
                return ExitCode.Ok;
            });
    }

    static void Write(CliSession session, JsonElement answer)
    {
        session.Out.Line($"[bold]{(answer.Flag("allowed") ? "Yes" : "No")}[/]  {answer.Text("reason")}");
        if (answer.Member("terms") is { } terms)
        {
            session.Out.Line($"[dim]fields    [/] {string.Join(", ", terms.Items("fields").Select(field => Describe(field.AsText(), terms)))}");
            if (terms.Items("rows").Any())
                session.Out.Line($"[dim]rows      [/] {string.Join(" and ", terms.Items("rows").Select(row => $"{row.Text("field")} {row.Text("op")} {string.Join(", ", row.Items("values").Select(value => value.AsText()))}"))}");
            session.Out.Line($"[dim]ways      [/] {string.Join(", ", terms.Items("modes").Select(way => way.AsText()))}");
            session.Out.Line($"[dim]until     [/] {Words.Time(terms.Time("until"), session.TimeProvider)}");
        }
        session.Out.Line($"[dim]policy    [/] {answer.Member("policy")?.Member("policy")?.Text("class") ?? "not offered"}");
        foreach (var grant in answer.Items("considered").Where(grant => !grant.Flag("fits")))
            session.Out.Line($"[dim]grant     [/] {ShortId.Of(grant.Text("id") ?? "")} does not fit: {grant.Text("reason")}");
    }

    static string Describe(string field, JsonElement terms) => terms.Member("masks")?.Text(field) is { } mask ? $"{field} ({mask})" : field;
}
