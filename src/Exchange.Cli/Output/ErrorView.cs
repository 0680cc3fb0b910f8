using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>Shows an error as what happened, where, what to do, and the hub's reference.</summary>
static class ErrorView
{
    const string Indent = "  ";

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
        var place = detail.Where is null ? "" : $"{detail.Where}: ";
        WriteIndented(screen, new Text(CellText.Visible(place + detail.Message)), indent);
        if (detail.Fix is { } fix)
            WriteIndented(screen, new Text(CellText.Visible("→ " + fix), new Style(Color.Yellow)), indent + Indent);
    }

    static void WriteLabelled(Screen screen, string label, string text)
    {
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(2, 0, 1, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        grid.AddRow(new Text(label + ":", new Style(decoration: Decoration.Dim)), new Text(CellText.Visible(text)));
        screen.Write(grid);
    }

    static void WriteIndented(Screen screen, Text text, string indent) =>
        screen.Write(new Padder(text, new Padding(indent.Length, 0, 0, 0)) { Expand = false });
}
