using System.CommandLine;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange calendar</c>: the working days that clocks count.</summary>
static class CalendarVerb
{
    public static Command Build(CliSession session) => new("calendar", "Shows the working calendar, and enters the holidays and made-up days of a year.")
    {
        Show(session), Import(session),
    };

    static Command Show(CliSession session) => new Command("show", "Shows the working calendar.")
        .Does(async (_, cancellationToken) =>
        {
            session.WriteJson(await session.Hub.GetAsync("calendar", cancellationToken));
            return ExitCode.Ok;
        });

    static Command Import(CliSession session)
    {
        var file = new Argument<FileInfo>("file") { Description = "CSV with the head date,kind,name (kind is holiday or workday), or JSON with the same members." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tells how many clocks would move, and changes nothing." };
        return new Command("import", "Enters the days of a file; what is due moves with them.") { file, dryRun }
            .Does(async (parsed, cancellationToken) =>
            {
                var days = parsed.GetRequiredValue(file);
                var type = days.Extension.Equals(".csv", StringComparison.OrdinalIgnoreCase) ? HubClient.Csv : HubClient.JsonType;
                var dry = parsed.GetValue(dryRun);
                var change = await session.Hub.PostFileAsync(dry ? "calendar/days?dryRun=true" : "calendar/days", JsonFile.ReadBytes(days), type, cancellationToken);
                session.Out.Line($"Calendar: {change.Text("change")}, revision {change.Text("revision")}. {Words.Count(change.Number("clocksMoved") ?? 0, "clock")} {(dry ? "would move" : "moved")}.");
                return ExitCode.Ok;
            });
    }
}
