using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange clock</c>: who must act until when, and how that is kept.</summary>
static class ClockVerb
{
    public static Command Build(CliSession session)
    {
        var breached = new Option<bool>("--breached") { Description = "Only clocks that are or were late." };
        var running = new Option<bool>("--running") { Description = "Only clocks that run." };
        var limit = CommonOptions.Limit(20, "Clocks shown at most.");
        var output = Listing.Output();
        return new Command("clock", "Lists what your department, or any, must do by when.") { breached, running, limit, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var answer = await session.Hub.GetAsync(
                    HubClient.Query("clocks", ("breached", parsed.GetValue(breached) ? "true" : null), ("running", parsed.GetValue(running) ? "true" : null), ("limit", parsed.GetValue(limit))), cancellationToken);
                var table = new TextTable(new Column("DUE ON"), new Column("CLOCK"), new Column("ABOUT"), new Column("DEPARTMENT", Fit.Clip), new Column("HOW IT STANDS"), new Column("MOVED", Fit.Clip));
                return Listing.Write(session, answer, parsed.GetValue(output), table, (rows, item) => rows.Add(
                    item.Text("dueOn"), item.Text("kind"), SharingLookup.About(item.Text("subject") ?? ""), item.Text("department"), StandingOf(item), item.Items("moves").LastOrDefault().Text("note")), $"No clocks.");
            });
    }

    static string StandingOf(System.Text.Json.JsonElement clock) => (clock.Time("stoppedAt"), clock.Flag("breached")) switch
    {
        (null, false) => "runs",
        (null, true) => "overdue",
        (_, false) => "kept",
        _ => "missed",
    };
}
