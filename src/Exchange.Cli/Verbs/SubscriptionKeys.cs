using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange subscription rotate</c>, <c>keys</c> and <c>end-key</c>: what the calls of a webhook are signed with.</summary>
static class SubscriptionKeys
{
    public static Command Rotate(CliSession session)
    {
        var id = SubscriptionVerb.SubscriptionArgument();
        var kind = new Option<string>("--kind") { Description = "Kind of the key: hmac or ed25519.", HelpName = "kind", DefaultValueFactory = _ => "hmac" };
        kind.AcceptOnlyFromAmong("hmac", "ed25519");
        var keep = new Option<int>("--keep-hours") { Description = "Hours for which the key before it signs beside it.", HelpName = "n", DefaultValueFactory = _ => 24 };
        return new Command("rotate", "Makes a new key that a webhook's calls are signed with and prints what they are checked with, which is shown this once only.") { id, kind, keep }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await SubscriptionVerb.PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                var made = await session.Hub.PostAsync($"{path}/keys", new { kind = parsed.GetValue(kind), keepHours = parsed.GetValue(keep) }, cancellationToken);
                session.OutText.WriteLine(made.Text("secret"));
                return ExitCode.Ok;
            });
    }

    public static Command List(CliSession session)
    {
        var id = SubscriptionVerb.SubscriptionArgument();
        var output = Listing.Output();
        return new Command("keys", "Lists the keys that a webhook's calls are signed with, newest first.") { id, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await SubscriptionVerb.PathAsync(session, parsed.GetRequiredValue(id), cancellationToken);
                var table = new TextTable(new Column("KEY"), new Column("KIND"), new Column("MADE"), new Column("ENDS"), new Column("PUBLIC KEY", Fit.Clip));
                return Listing.Write(session, await session.Hub.GetAsync($"{path}/keys", cancellationToken), parsed.GetValue(output), table, (rows, item) => rows.Add(
                    ShortId.Of(item.Text("id") ?? ""), item.Text("kind"), Words.Time(item.Time("madeAt"), session.TimeProvider),
                    item.Time("endsAt") is { } ends ? Words.Time(ends, session.TimeProvider) : "-", item.Text("publicKey") ?? "-"), $"No keys.");
            });
    }

    public static Command End(CliSession session)
    {
        var id = SubscriptionVerb.SubscriptionArgument();
        var key = new Argument<string>("key") { Description = "The key as \"exchange subscription keys\" lists it." };
        return new Command("end-key", "Ends a key at once, where another signs for good.") { id, key }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = $"{await SubscriptionVerb.PathAsync(session, parsed.GetRequiredValue(id), cancellationToken)}/keys";
                var found = ShortId.Find((await session.Hub.GetAsync(path, cancellationToken)).Items("items"), parsed.GetRequiredValue(key), "key").Text("id")!;
                await session.Hub.DeleteAsync($"{path}/{found}", cancellationToken);
                session.Out.Line($"Key {ShortId.Of(found)} signs no more.");
                return ExitCode.Ok;
            });
    }
}
