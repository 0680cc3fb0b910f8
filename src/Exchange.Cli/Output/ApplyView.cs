using System.Text.Json;
using Exchange.Cli.Documents;
using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>Shows what applying documents changes: + created, ~ updated, = unchanged, ! failed.</summary>
static class ApplyView
{
    const int NameColumn = 13;

    public static void Write(Screen screen, ApplyOutcome outcome)
    {
        var (mark, colour) = outcome.Change switch
        {
            "created" => ("+", "green"),
            "updated" => ("~", "yellow"),
            "unchanged" => ("=", "dim"),
            _ => ("!", "red"),
        };
        var kind = outcome.Document.Kind.ToString().ToLowerInvariant().PadRight(NameColumn - 2);
        screen.Line($"[{colour}]{mark} {kind} {outcome.Document.Name}[/]");
        foreach (var change in outcome.Changes.Where(_ => outcome.Change == "updated"))
            WriteChange(screen, change);
        foreach (var note in outcome.Notes)
            ErrorView.WriteDetail(screen, new ErrorDetail(null, note), Indent);
        if (outcome.Error is { } error)
            WriteError(screen, outcome.Document, error);
    }

    static string Indent => new(' ', NameColumn + 1);

    static void WriteChange(Screen screen, JsonElement change)
    {
        var (pointer, from, to) = (change.Text("pointer") ?? "", Value(change, "from"), Value(change, "to"));
        if (CellText.Width($"{Indent}{pointer}: {from} → {to}") <= screen.Width)
        {
            screen.Line($"{Indent}{pointer}: [red]{from}[/] → [green]{to}[/]");
            return;
        }
        screen.Line($"{Indent}{pointer}:");
        screen.Line($"{Indent}  [red]- {CellText.Clip(from, screen.Width - NameColumn - 5)}[/]");
        screen.Line($"{Indent}  [green]+ {CellText.Clip(to, screen.Width - NameColumn - 5)}[/]");
    }

    static string Value(JsonElement change, string side) => change.Member(side)?.ToCompact() ?? "(none)";

    /// <summary>The hub names the place by JSON pointer; people want the file, the line and the column.</summary>
    static void WriteError(Screen screen, Document document, CliException error)
    {
        if (error.Details.Count == 0)
            ErrorView.WriteDetail(screen, new ErrorDetail(document.Locate(null), error.Message, error.Fix));
        foreach (var detail in error.Details)
            ErrorView.WriteDetail(screen, detail with { Where = document.Locate(detail.Where), Message = Named(detail) });
        if (error.Reference is { } reference)
            ErrorView.WriteDetail(screen, new ErrorDetail("reference", reference));
    }

    static string Named(ErrorDetail detail) => string.IsNullOrEmpty(detail.Where) ? detail.Message : $"{detail.Where}: {detail.Message}";
}
