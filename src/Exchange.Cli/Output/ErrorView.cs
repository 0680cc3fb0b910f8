using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>Shows an error as what happened, where, what to do, and the hub's reference.</summary>
static class ErrorView
{
    const string Indent = "  ";

    static readonly Style Fix = new(Color.Yellow);

    public static void Write(Screen screen, CliException error)
    {
        screen.Line($"[red]Error:[/] {error.Message}");
        foreach (var detail in error.Details)
            WriteDetail(screen, detail);
        if (error.Where is { } where)
            WriteLabelled(screen, "where", where);
        if (error.Fix is { } fix)
            WriteLabelled(screen, "what to do", fix);
        if (error.Reference is { } reference)
            WriteLabelled(screen, "reference", reference);
    }

    /// <summary>A detail on a line of its own, its fix below it.</summary>
    public static void WriteDetail(Screen screen, ErrorDetail detail, string indent = Indent)
    {
        var place = string.IsNullOrEmpty(detail.Where) ? "" : $"{detail.Where}: ";
        WriteHanging(screen, new Text(indent), new Text(CellText.Visible(place + detail.Message)));
        if (detail.Fix is { } fix)
            WriteHanging(screen, new Text(indent + "  → ", Fix), new Text(CellText.Visible(fix), Fix));
    }

    static void WriteLabelled(Screen screen, string label, string text) =>
        WriteHanging(screen, new Text($"{Indent}{label}: ", new Style(decoration: Decoration.Dim)), new Text(CellText.Visible(text)));

    /// <summary>What does not fit goes on below the text, not below what leads it in.</summary>
    static void WriteHanging(Screen screen, Text lead, Text text)
    {
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0), Width = lead.Length });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        grid.AddRow(lead, text);
        screen.Write(grid);
    }
}
