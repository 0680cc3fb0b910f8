using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange schema</c>: versions of the shared schemas, and what is announced of them.</summary>
static class SchemaVerb
{
    public static Command Build(CliSession session) => new("schema", "Versions of the shared schemas: what each means, who follows it, and what is announced.")
    {
        Versions(session), Compare(session), Announce(session), Announcements(session),
        Step(session, "shorten", "Lets a dataset follow the announced schema sooner; for administrators.", sooner: true),
        Step(session, "withdraw", "Takes an announcement back; consumers are told why.", sooner: false),
        Acknowledge(session),
    };

    static Command Versions(CliSession session)
    {
        var name = new Argument<string>("schema") { Description = "Name of the schema." };
        var output = Listing.Output();
        return new Command("versions", "Lists the versions of a schema, the highest first.") { name, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.GetAsync($"schemas/{HubClient.Segment(parsed.GetRequiredValue(name))}", cancellationToken);
                var table = new TextTable(new Column("VERSION"), new Column("FIELDS", Right: true), new Column("FOR READERS"), new Column("FOR WRITERS"), new Column("REGISTERED"), new Column("FOLLOWED BY", Fit.Clip));
                return Listing.Write(session, answer, parsed.GetValue(output), table, (rows, item) => rows.Add(
                    item.Text("version"), item.Text("fields"), item.Text("readers"), item.Text("writers"), Words.ShortTime(item.Time("registered"), session.TimeProvider),
                    string.Join(", ", item.Items("datasets").Select(use => use.Text("dataset")))), $"No versions.");
            });
    }

    static Command Compare(CliSession session)
    {
        var name = new Argument<string>("schema") { Description = "Name of the schema." };
        var from = new Argument<string>("from") { Description = "The version that somebody reads or writes." };
        var to = new Argument<string>("to") { Description = "The version that is to come; the highest when left out.", DefaultValueFactory = _ => "latest" };
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("compare", "Compares two versions: each difference, and what it means to readers and to writers.") { name, from, to, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = $"schemas/{HubClient.Segment(parsed.GetRequiredValue(name))}/compare";
                var report = await session.Hub.GetAsync(HubClient.Query(path, ("from", parsed.GetRequiredValue(from)), ("to", parsed.GetValue(to))), cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(report);
                else
                    WriteReport(session, report);
                return ExitCode.Ok;
            });
    }

    static Command Announce(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var schema = new Option<string>("--schema") { Description = "Schema to come.", HelpName = "name/version", Required = true };
        var from = new Option<string>("--from") { Description = "First day on which it may be published.", HelpName = "date", Required = true };
        var until = new Option<string>("--until") { Description = "Last day on which the major version before may be read.", HelpName = "date", Required = true };
        var note = new Option<string?>("--note") { Description = "What consumers should know.", HelpName = "text" };
        return new Command("announce", "Announces another major version of its schema to those who hold grants for a dataset of your department.") { dataset, schema, from, until, note }
            .Does(async (parsed, cancellationToken) =>
            {
                var body = new { schema = parsed.GetRequiredValue(schema), publishFrom = parsed.GetRequiredValue(from), readableUntil = parsed.GetRequiredValue(until), note = parsed.GetValue(note) };
                Tell(session, await session.Hub.PostAsync(PathOf(parsed.GetRequiredValue(dataset)), body, cancellationToken));
                return ExitCode.Ok;
            });
    }

    static Command Announcements(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var output = Listing.Output();
        return new Command("announcements", "Lists what was announced for a dataset, newest first.") { dataset, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.GetAsync(PathOf(parsed.GetRequiredValue(dataset)), cancellationToken);
                var table = new TextTable(new Column("ANNOUNCEMENT"), new Column("FROM"), new Column("TO"), new Column("STATE"), new Column("PUBLISHED FROM"), new Column("OLD READ UNTIL"), new Column("FOR READERS"));
                return Listing.Write(session, answer, parsed.GetValue(output), table, (rows, item) => rows.Add(
                    item.Text("id"), item.Text("from"), item.Text("to"), Words.StateCell(item.Text("state")), Words.ShortTime(item.Time("publishFrom"), session.TimeProvider),
                    Words.ShortTime(item.Time("readableUntil"), session.TimeProvider), item.Member("report")?.Text("readers") ?? ""), $"Nothing is announced.");
            });
    }

    static Command Step(CliSession session, string verb, string description, bool sooner)
    {
        var id = IdArgument();
        var from = new Option<string>("--from") { Description = "First day on which it may be published.", HelpName = "date", Required = true };
        var reason = new Option<string>("--reason") { Description = "Why, for the consumers and the audit log.", HelpName = "text", Required = true };
        var command = new Command(verb, description) { id, reason };
        if (sooner)
            command.Add(from);
        return command.Does(async (parsed, cancellationToken) =>
        {
            object body = sooner ? new { publishFrom = parsed.GetRequiredValue(from), reason = parsed.GetRequiredValue(reason) } : new { reason = parsed.GetRequiredValue(reason) };
            Tell(session, await session.Hub.PostAsync($"announcements/{parsed.GetRequiredValue(id)}/{verb}", body, cancellationToken));
            return ExitCode.Ok;
        });
    }

    static Command Acknowledge(CliSession session)
    {
        var id = IdArgument();
        return new Command("acknowledge", "Takes note of an announcement; the task to get ready ends.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                await session.Hub.PostAsync($"announcements/{parsed.GetRequiredValue(id)}/acknowledge", null, cancellationToken);
                session.Out.Line($"Noted.");
                return ExitCode.Ok;
            });
    }

    static void Tell(CliSession session, JsonElement one) => session.Out.Line(
        $"{one.Text("to")} of [bold]{one.Text("dataset")}[/] is {one.Text("state")} (announcement {one.Text("id")}): {one.Member("report")?.Text("readers") ?? ""} for readers. Told: {string.Join(", ", one.Items("consumers").Select(consumer => consumer.AsText()))}.");

    static void WriteReport(CliSession session, JsonElement report)
    {
        session.Out.Line($"{report.Text("from")} → {report.Text("to")}: {report.Text("readers")} for readers, {report.Text("writers")} for writers.");
        var table = new TextTable(new Column("WHERE", Fit.Clip), new Column("WHAT", Fit.Clip), new Column("FOR READERS"), new Column("FOR WRITERS"));
        foreach (var one in report.Items("differences"))
            table.Add(one.Text("pointer"), one.Text("what"), one.Member("readers")?.Text("impact") ?? "", one.Member("writers")?.Text("impact") ?? "");
        if (table.Count > 0)
            table.WriteTo(session.Out);
    }

    static string PathOf(string dataset) => $"datasets/{HubClient.Segment(dataset)}/announcements";

    static Argument<Guid> IdArgument() => new("announcement") { Description = "The announcement as \"exchange schema announcements\" lists it." };
}
