using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange subscription</c>: what a department is sent by the hub: by webhook, into a table, as files.</summary>
static class SubscriptionVerb
{
    static readonly string[] States = ["active", "paused", "disabled", "ended"];

    public static Command Build(CliSession session)
    {
        var dataset = new Option<string?>("--dataset") { Description = "Only subscriptions to this dataset.", HelpName = "name" };
        var state = new Option<string?>("--state") { Description = $"Only subscriptions in this state: {string.Join(", ", States)}.", HelpName = "state" };
        state.AcceptOnlyFromAmong(States);
        var kind = new Option<string?>("--kind") { Description = "Only subscriptions of this kind, such as webhook.", HelpName = "kind" };
        var limit = CommonOptions.Limit(20, "Subscriptions shown at most.");
        var output = Listing.Output();
        var subscription = new Command("subscription", "Lists what your department is sent, and what of its data is sent to others; its verbs make, change and look into subscriptions.")
        {
            dataset, state, kind, limit, output, SubscriptionDocuments.Create(session), SubscriptionDocuments.Edit(session), SubscriptionDocuments.Show(session),
            Step(session, "pause", "Sets a subscription aside.", reason: true),
            Step(session, "resume", "Lets a subscription go on where it stopped.", reason: false),
            Step(session, "end", "Ends a subscription for good; what the target has stays there.", reason: true),
            Replay(session), Test(session), Attempts(session),
            SubscriptionKeys.Rotate(session), SubscriptionKeys.List(session), SubscriptionKeys.End(session), SubscriptionLetters.Build(session),
        };
        return subscription.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.GetAsync(
                HubClient.Query("subscriptions", ("dataset", parsed.GetValue(dataset)), ("state", parsed.GetValue(state)), ("kind", parsed.GetValue(kind)), ("limit", parsed.GetValue(limit))), cancellationToken);
            var table = new TextTable(
                new Column("SUBSCRIPTION"), new Column("DATASET", Fit.Clip), new Column("KIND"), new Column("STATE"), new Column("DEPARTMENT", Fit.Clip), new Column("TITLE", Fit.Clip),
                new Column("PUBLICATION"), new Column("DELIVERED"), new Column("PROBLEM", Fit.Clip));
            return Listing.Write(session, answer, parsed.GetValue(output), table, (rows, item) => rows.Add(
                ShortId.Of(item.Text("id") ?? ""), item.Text("dataset"), item.Text("kind"), Words.StateCell(item.Text("state")), item.Text("department"), item.Text("title"),
                item.Text("publication"), Words.ShortTime(item.Time("deliveredAt"), session.TimeProvider), item.Text("problemCode") ?? "-"), $"No subscriptions. [dim]Make one:[/]  exchange subscription create <file>");
        });
    }

    public static Argument<string> SubscriptionArgument() => new("subscription") { Description = "The subscription as \"exchange subscription\" lists it." };

    public static async Task<string> PathAsync(CliSession session, string id, CancellationToken cancellationToken) =>
        $"subscriptions/{await SharingLookup.FindAsync(session.Hub, "subscriptions", "subscription", id, cancellationToken)}";

    public static void Tell(CliSession session, JsonElement subscription) => session.Out.Line(
        $"Subscription {ShortId.Of(subscription.Text("id") ?? "")} to [bold]{subscription.Text("dataset")}[/] is {subscription.Text("state")}.");

    static Command Step(CliSession session, string verb, string description, bool reason)
    {
        var id = SubscriptionArgument();
        var why = new Option<string?>("--reason") { Description = "Why, for the audit log.", HelpName = "text" };
        var command = new Command(verb, description) { id };
        if (reason)
            command.Add(why);
        return command.Does(async (parsed, cancellationToken) =>
        {
            var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
            Tell(session, await session.Hub.PostAsync($"{path}/{verb}", reason ? new { reason = parsed.GetValue(why) } : null, cancellationToken));
            return ExitCode.Ok;
        });
    }

    static Command Replay(CliSession session)
    {
        var id = SubscriptionArgument();
        var cursor = new Option<string?>("--cursor") { Description = "From this cursor of the change feed on.", HelpName = "cursor" };
        var publication = new Option<int?>("--publication") { Description = "What came after this publication.", HelpName = "number" };
        var beginning = new Option<bool>("--beginning") { Description = "Everything, as another reading of the whole feed." };
        return new Command("replay", "Has a subscription sent again what it was sent before; give one of the options.") { id, cursor, publication, beginning }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                var from = new { cursor = parsed.GetValue(cursor), publication = parsed.GetValue(publication), beginning = parsed.GetValue(beginning) };
                Tell(session, await session.Hub.PostAsync($"{path}/replay", from, cancellationToken));
                return ExitCode.Ok;
            });
    }

    static Command Test(CliSession session)
    {
        var id = SubscriptionArgument();
        return new Command("test", "Tries the way to the target without sending records.") { id }
            .Does(async (parsed, cancellationToken) =>
            {
                var tried = await session.Hub.PostAsync($"{await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken)}/test", null, cancellationToken);
                session.Out.Line($"The test was {tried.Text("outcome")}.{(tried.Text("problem") is { } problem ? $" {problem}" : "")}");
                if (tried.Text("answer") is { Length: > 0 } answer)
                    session.Hint($"[dim]The target said:[/]  {answer}");
                return tried.Text("outcome") == "delivered" ? ExitCode.Ok : ExitCode.Failed;
            });
    }

    static Command Attempts(CliSession session)
    {
        var id = SubscriptionArgument();
        var limit = CommonOptions.Limit(20, "Attempts shown at most.");
        var output = Listing.Output();
        return new Command("attempts", "Lists what was tried to deliver, newest first.") { id, limit, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                var answer = await session.Hub.GetAsync(HubClient.Query($"{path}/attempts", ("limit", parsed.GetValue(limit))), cancellationToken);
                var table = new TextTable(new Column("AT"), new Column("WHY"), new Column("OUTCOME"), new Column("PUBLICATION"), new Column("RECORDS"), new Column("PROBLEM", Fit.Clip), new Column("DELIVERY", Fit.Clip));
                return Listing.Write(session, answer, parsed.GetValue(output), table, (rows, item) => rows.Add(
                    Words.Time(item.Time("at"), session.TimeProvider), item.Text("cause"), Words.StateCell(item.Text("outcome")), item.Text("publication") ?? "-", Words.Count(item.Number("records")),
                    item.Text("problem") ?? "-", item.Text("delivery")), $"Nothing was tried yet.");
            });
    }
}
