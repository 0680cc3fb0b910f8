using System.Text.Json;
using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>Tells how a run went, and what a person may do about it.</summary>
static class RunView
{
    static readonly string[] Counts = ["read", "added", "updated", "unchanged", "deleted", "filtered", "rejected"];

    public static void Write(CliSession session, Run run)
    {
        var screen = session.Out;
        var took = run.State != "held" && run.Took is { } span ? $" in {Words.Span(span)}" : "";
        screen.Line($"Run {run.ShortId} of [bold]{run.Dataset}[/] [{Words.StateColour(run.State)}]{StateSentence(run) + took}[/]");
        WriteCounts(screen, run);
        WriteTimes(session, run);
        if (run.State is "failed" or "retrying" && run.Json.Member("error") is { } error)
            ErrorView.WriteDetail(screen, new ErrorDetail(error.Text("kind"), error.Text("message") ?? "The run failed.", error.Text("fix")));
        if (run.Json.Member("hold") is { } hold)
            WriteHold(screen, hold);
    }

    /// <summary>What may be typed next; goes to standard error.</summary>
    public static void Hint(CliSession session, Run run)
    {
        if (run.Count("rejected") > 0)
            session.Hint($"[dim]Look at the rejected rows:[/]  exchange rejects {run.ShortId}");
        if (run.State != "held")
            return;
        session.Hint($"[dim]Publish all the same:[/]       exchange runs publish {run.ShortId} --reason \"…\"");
        session.Hint($"[dim]Throw this read away:[/]       exchange runs discard {run.ShortId} --reason \"…\"");
    }

    static string StateSentence(Run run) => run.State switch
    {
        "queued" => "is queued",
        "running" => $"is running ({run.Phase}{(run.Json.Flag("stalled") ? ", no sign of life for a minute" : "")})",
        "retrying" => $"failed and is tried again (attempt {run.Attempt + 1})",
        "held" => "is held for a person",
        "cancelled" or "discarded" => $"was {run.State}",
        var state => state,
    };

    static void WriteCounts(Screen screen, Run run)
    {
        if (run.Json.Member("counts") is null)
            return;
        var table = new TextTable([.. Counts.Select(name => new Column(name.ToUpperInvariant(), Right: true)), new Column("PUBLICATION", Right: true)]);
        table.Add([
            .. Counts.Select(name => new Cell(Words.Count(run.Count(name)), name == "rejected" && run.Count(name) > 0 ? new Style(Color.Yellow) : (Style?)null)),
            run.Json.Text("publication") ?? "-"]);
        table.WriteTo(screen);
    }

    static void WriteTimes(CliSession session, Run run)
    {
        var requestedBy = run.Json.Text("requestedBy") is { } who ? $" by {who}" : "";
        session.Out.Line($"[dim]{run.Json.Text("trigger") ?? "started"}{requestedBy}, {Words.Time(run.StartedAt ?? run.Json.Time("requestedAt"), session.TimeProvider)}[/]");
        if (run.State == "retrying" && run.Json.Time("nextAttemptAt") is { } next)
            session.Out.Line($"[dim]next attempt {Words.Time(next, session.TimeProvider)}[/]");
    }

    static void WriteHold(Screen screen, JsonElement hold)
    {
        ErrorView.WriteDetail(screen, new ErrorDetail(hold.Text("reason"), hold.Text("detail") ?? "A person must look before this is published."));
        foreach (var change in hold.Items("changes"))
        {
            var sides = string.Join(" → ", new[] { change.Text("was"), change.Text("now") }.Where(side => side is not null));
            ErrorView.WriteDetail(screen, new ErrorDetail($"{change.Text("what")} {change.Text("column")}", sides, change.Text("fix")), "    ");
        }
    }
}
