using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange grant</c>: what a department may use of others, and others of it.</summary>
static class GrantVerb
{
    static readonly string[] States = ["active", "suspended", "expired", "revoked", "completed"];

    public static Command Build(CliSession session)
    {
        var dataset = new Option<string?>("--dataset") { Description = "Only grants on this dataset.", HelpName = "name" };
        var state = new Option<string?>("--state") { Description = $"Only grants in this state: {string.Join(", ", States)}.", HelpName = "state" };
        state.AcceptOnlyFromAmong(States);
        var limit = CommonOptions.Limit(20, "Grants shown at most.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);
        var grant = new Command("grant", "Lists grants that your department has or gives; its verbs look at one or change it.")
        {
            dataset, state, limit, output, Show(session),
            Step(session, "suspend", "Sets a grant aside; open streams stop.", reason: true),
            Step(session, "resume", "Lets a suspended grant hold again.", reason: false),
            Step(session, "revoke", "Takes a grant back for good; open streams stop.", reason: true),
            Renew(session),
            Step(session, "complete", "Ends a grant that has served its purpose.", reason: true),
        };
        return grant.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.GetAsync(
                HubClient.Query("grants", ("dataset", parsed.GetValue(dataset)), ("state", parsed.GetValue(state)), ("limit", parsed.GetValue(limit))), cancellationToken);
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
            new Column("GRANT"), new Column("DATASET", Fit.Clip), new Column("STATE"), new Column("CONSUMER", Fit.Clip), new Column("PURPOSE", Fit.Clip),
            new Column("MODES", Fit.Clip), new Column("UNTIL"));
        foreach (var item in answer.Items("items"))
        {
            var terms = item.Member("terms");
            table.Add(
                ShortId.Of(item.Text("id") ?? ""), item.Text("dataset"), Words.StateCell(item.Text("state")), item.Text("consumer"), item.Text("purpose"),
                string.Join(", ", terms?.Items("modes").Select(mode => mode.AsText()) ?? []), Words.ShortTime(terms?.Time("until"), session.TimeProvider));
        }
        if (table.Count > 0)
            table.WriteTo(session.Out);
        else
            session.Hint($"No grants. [dim]Ask for one:[/]  exchange request draft <file>");
    }

    static Command Show(CliSession session)
    {
        var id = GrantArgument();
        return new Command("show", "Shows a grant with its terms.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                session.WriteJson(await session.Hub.GetAsync(await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken), cancellationToken));
                return ExitCode.Ok;
            });
    }

    static Command Step(CliSession session, string verb, string description, bool reason)
    {
        var id = GrantArgument();
        var why = new Option<string?>("--reason") { Description = "Why, for the other side and the audit log.", HelpName = "text", Required = reason };
        var command = new Command(verb, description) { id };
        if (reason)
            command.Add(why);
        return command.Does(async (parsed, cancellationToken) =>
        {
            var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            var grant = await session.Hub.PostAsync($"{path}/{verb}", reason ? new { reason = parsed.GetValue(why) } : null, cancellationToken);
            session.Out.Line($"Grant {ShortId.Of(grant.Text("id") ?? "")} on [bold]{grant.Text("dataset")}[/] is {grant.Text("state")}.");
            return ExitCode.Ok;
        });
    }

    static Command Renew(CliSession session)
    {
        var id = GrantArgument();
        var until = new Option<DateTimeOffset>("--until") { Description = "The first instant after the last use: 2027-12-31, or 2027-12-31T18:00+08:00.", HelpName = "time", Required = true };
        var fields = new Option<string[]>("--field") { Description = "A field to keep, as a JSON pointer; repeatable; all of them without it.", HelpName = "pointer" };
        return new Command("renew", "Gives a grant a new end, and perhaps fewer fields; with fewer, streams stop and cursors begin anew, with a new end alone they go on.") { id, until, fields }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                var revision = (await session.Hub.GetAsync(path, cancellationToken)).Number("revision");
                var kept = parsed.GetValue(fields) is { Length: > 0 } some ? some : null;
                var grant = await session.Hub.PostAsync($"{path}/renew", new { revision, until = parsed.GetRequiredValue(until), fields = kept }, cancellationToken);
                session.Out.Line($"Grant {ShortId.Of(grant.Text("id") ?? "")} on [bold]{grant.Text("dataset")}[/] holds until {Words.Time(grant.Member("terms")?.Time("until"), session.TimeProvider)}, version {grant.Text("version")}.");
                return ExitCode.Ok;
            });
    }

    static async Task<string> PathAsync(CliSession session, string id, CancellationToken cancellationToken) =>
        $"grants/{await SharingLookup.FindAsync(session.Hub, "grants", "grant", id, cancellationToken)}";

    static Argument<string> GrantArgument() => new("grant") { Description = "The grant as \"exchange grant\" lists it." };
}
