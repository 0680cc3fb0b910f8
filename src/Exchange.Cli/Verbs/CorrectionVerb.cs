using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange correction</c>: says that a record is wrong, and what becomes of it.</summary>
static class CorrectionVerb
{
    static readonly string[] States = ["raised", "verifying", "fixed", "rejected"];

    public static Command Build(CliSession session)
    {
        var dataset = new Option<string?>("--dataset") { Description = "Only of this dataset.", HelpName = "name" };
        var state = new Option<string?>("--state") { Description = $"Only in this state: {string.Join(", ", States)}.", HelpName = "state" };
        state.AcceptOnlyFromAmong(States);
        var limit = CommonOptions.Limit(20, "Corrections shown at most.");
        var output = Listing.Output();
        var correction = new Command("correction", "Lists corrections that your department raised or that were raised against its records; its verbs raise and decide them.")
        {
            dataset, state, limit, output, Show(session), Raise(session),
            Step(session, "verify", "Takes a correction up.", reason: false),
            Step(session, "confirm", "Confirms that the record is wrong; the publication that changes it closes the correction.", reason: false),
            Step(session, "reject", "Says that the record is right, and why.", reason: true),
            Step(session, "acknowledge", "Takes note of an outcome; the task to do so ends.", reason: false),
        };
        return correction.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.GetAsync(
                HubClient.Query("corrections", ("dataset", parsed.GetValue(dataset)), ("state", parsed.GetValue(state)), ("limit", parsed.GetValue(limit))), cancellationToken);
            var table = new TextTable(
                new Column("CORRECTION"), new Column("DATASET", Fit.Clip), new Column("STATE"), new Column("FROM", Fit.Clip), new Column("FIELD"), new Column("WHAT IS WRONG", Fit.Clip), new Column("RAISED"));
            return Listing.Write(session, answer, parsed.GetValue(output), table, (rows, item) => rows.Add(
                ShortId.Of(item.Text("id") ?? ""), item.Text("dataset"), Words.StateCell(item.Text("state")), item.Text("consumer"), item.Text("field") ?? "-", item.Text("statement"),
                Words.ShortTime(item.Time("raisedAt"), session.TimeProvider)), $"No corrections.");
        });
    }

    static Command Show(CliSession session)
    {
        var id = CorrectionArgument();
        return new Command("show", "Shows a correction.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                session.WriteJson(await session.Hub.GetAsync(await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken), cancellationToken));
                return ExitCode.Ok;
            });
    }

    static Command Raise(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var key = new Argument<string>("key") { Description = "Key of the record." };
        var statement = new Option<string>("--statement") { Description = "What is wrong.", HelpName = "text", Required = true };
        var field = new Option<string?>("--field") { Description = "The field that is wrong, as a JSON pointer; the record as a whole without it.", HelpName = "pointer" };
        var proposed = new Option<string?>("--proposed") { Description = "What would be right.", HelpName = "text" };
        var purpose = CommonOptions.Purpose();
        var caseNumber = CommonOptions.Case();
        return new Command("raise", "Says that a record is wrong.") { dataset, key, statement, field, proposed, purpose, caseNumber }
            .Does(async (parsed, cancellationToken) =>
            {
                session.Hub.State(parsed.GetValue(purpose), parsed.GetValue(caseNumber));
                var body = new
                {
                    key = parsed.GetRequiredValue(key),
                    statement = parsed.GetRequiredValue(statement),
                    field = parsed.GetValue(field),
                    proposed = parsed.GetValue(proposed),
                };
                Tell(session, await session.Hub.PostAsync($"datasets/{HubClient.Segment(parsed.GetRequiredValue(dataset))}/corrections", body, cancellationToken));
                return ExitCode.Ok;
            });
    }

    static Command Step(CliSession session, string verb, string description, bool reason)
    {
        var id = CorrectionArgument();
        var why = new Option<string?>("--reason") { Description = "Why, for the other side and the audit log.", HelpName = "text", Required = reason };
        var command = new Command(verb, description) { id };
        if (reason)
            command.Add(why);
        return command.Does(async (parsed, cancellationToken) =>
        {
            var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            var decided = await session.Hub.PostAsync($"{path}/{verb}", reason ? new { reason = parsed.GetValue(why) } : null, cancellationToken);
            Tell(session, decided.ValueKind == JsonValueKind.Object ? decided : await session.Hub.GetAsync(path, cancellationToken));
            return ExitCode.Ok;
        });
    }

    static void Tell(CliSession session, JsonElement correction) => session.Out.Line(
        $"Correction {ShortId.Of(correction.Text("id") ?? "")} on [bold]{correction.Text("dataset")}[/] is {correction.Text("state")}{(correction.Flag("confirmed") ? " and confirmed" : "")}.");

    static async Task<string> PathAsync(CliSession session, string id, CancellationToken cancellationToken) =>
        $"corrections/{await SharingLookup.FindAsync(session.Hub, "corrections", "correction", id, cancellationToken)}";

    static Argument<string> CorrectionArgument() => new("correction") { Description = "The correction as \"exchange correction\" lists it." };
}
