using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange subscription dead-letters</c>: calls that a webhook refused for what they held.</summary>
static class SubscriptionLetters
{
    static readonly string[] States = ["open", "replaying", "replayed", "dismissed"];

    public static Command Build(CliSession session) => new("dead-letters", "Looks at calls that a webhook refused for what they held, and sees to them.")
    {
        List(session),
        Step(session, "replay", "Has the changes of a dead letter sent again, as they are now.", reason: false),
        Step(session, "dismiss", "Sets a dead letter aside; its changes stay missing at the target.", reason: true),
    };

    static Command List(CliSession session)
    {
        var id = SubscriptionVerb.SubscriptionArgument();
        var state = new Option<string?>("--state") { Description = $"Only letters in this state: {string.Join(", ", States)}.", HelpName = "state" };
        state.AcceptOnlyFromAmong(States);
        var limit = CommonOptions.Limit(20, "Letters shown at most.");
        var output = Listing.Output();
        return new Command("list", "Lists the dead letters of a subscription, newest first.") { id, state, limit, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await SubscriptionVerb.PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                var answer = await session.Hub.GetAsync(HubClient.Query($"{path}/dead-letters", ("state", parsed.GetValue(state)), ("limit", parsed.GetValue(limit))), cancellationToken);
                var table = new TextTable(
                    new Column("LETTER"), new Column("AT"), new Column("STATE"), new Column("PUBLICATION"), new Column("CHANGES"), new Column("TRIES"), new Column("STATUS"), new Column("ANSWER", Fit.Clip));
                return Listing.Write(session, answer, parsed.GetValue(output), table, (rows, item) => rows.Add(
                    ShortId.Of(item.Text("id") ?? ""), Words.ShortTime(item.Time("at"), session.TimeProvider), Words.StateCell(item.Text("state")), item.Text("publication"),
                    item.Text("changes"), item.Text("tries"), item.Text("status"), item.Text("answer") ?? "-"), $"No dead letters.");
            });
    }

    static Command Step(CliSession session, string verb, string description, bool reason)
    {
        var id = SubscriptionVerb.SubscriptionArgument();
        var letter = new Argument<string>("letter") { Description = "The letter as \"exchange subscription dead-letters list\" shows it." };
        var why = new Option<string?>("--reason") { Description = "Why, for the audit log.", HelpName = "text" };
        var command = new Command(verb, description) { id, letter };
        if (reason)
            command.Add(why);
        return command.Does(async (parsed, cancellationToken) =>
        {
            var path = $"{await SubscriptionVerb.PathAsync(session, parsed.GetRequiredValue(id), cancellationToken)}/dead-letters";
            var letters = (await session.Hub.GetAsync(HubClient.Query(path, ("limit", 1000)), cancellationToken)).Items("items");
            var found = ShortId.Find(letters, parsed.GetRequiredValue(letter), "dead letter").Text("id")!;
            var moved = await session.Hub.PostAsync($"{path}/{found}/{verb}", reason ? new { reason = parsed.GetValue(why) } : null, cancellationToken);
            session.Out.Line($"Dead letter {ShortId.Of(found)} is {moved.Text("state")}.");
            return ExitCode.Ok;
        });
    }
}
