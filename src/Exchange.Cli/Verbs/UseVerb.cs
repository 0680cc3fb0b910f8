using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange use</c>: who used a dataset, under which grant, and who looked one person up.</summary>
static class UseVerb
{
    const string FromInput = "-";

    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var key = new Option<string?>("--key") { Description = "Only look-ups of the record with this key; - reads it from standard input, where it is not seen by others.", HelpName = "key" };
        var grant = new Option<string?>("--grant") { Description = "Only what was done under this grant, as \"exchange grant\" lists it.", HelpName = "grant" };
        var before = new Option<long?>("--before") { Description = "Only uses before this number, to page back.", HelpName = "id" };
        var limit = CommonOptions.Limit(50, "Uses shown at most.");
        var output = Listing.Output();
        return new Command("use", "Lists who used a dataset, newest first: all of it to its department, their own to others.") { dataset, key, grant, before, limit, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var under = parsed.GetValue(grant) is { } text ? await SharingLookup.FindAsync(session.Hub, "grants", "grant", text, cancellationToken) : null;
                var answer = await session.Hub.GetAsync(
                    HubClient.Query(
                        $"datasets/{HubClient.Segment(parsed.GetRequiredValue(dataset))}/use",
                        ("key", parsed.GetValue(key) is FromInput ? session.ReadLine("key") : parsed.GetValue(key)), ("grant", under),
                        ("before", parsed.GetValue(before)), ("limit", parsed.GetValue(limit))),
                    cancellationToken);
                var code = Listing.Write(session, answer, parsed.GetValue(output), Table(), (rows, item) => rows.Add(
                    Words.ShortTime(item.Time("at"), session.TimeProvider), item.Text("callerName"), item.Text("department") ?? "-", item.Text("purpose") ?? "-", item.Text("case") ?? "-",
                    item.Text("form") is { Length: > 0 } form ? form : item.Text("mode"), Words.Count(item.Number("records")), item.Text("reason") is { } reason ? $"{item.Text("outcome")}: {reason}" : item.Text("outcome"),
                    item.Text("grant") is { } id ? ShortId.Of(id) : "-"), $"No uses.");
                if (parsed.GetValue(output) == CommonOptions.Table && answer.Text("next") is { } next)
                    session.Hint($"[dim]Older ones:[/]  --before {next}");
                return code;
            });
    }

    static TextTable Table() => new(
        new Column("AT"), new Column("WHO", Fit.Clip), new Column("OF", Fit.Clip), new Column("PURPOSE", Fit.Clip), new Column("CASE", Fit.Clip), new Column("FORM"),
        new Column("RECORDS", Right: true), new Column("OUTCOME", Fit.Clip), new Column("GRANT"));
}
