using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>What a column does when the table is wider than the screen.</summary>
enum Fit
{
    /// <summary>Keeps every character: names and numbers that are copied into the next command.</summary>
    Whole,

    /// <summary>Is cut with an ellipsis.</summary>
    Clip,

    /// <summary>Goes on in the next line of its own column: sentences.</summary>
    Wrap,
}

/// <summary>One column of a table.</summary>
sealed record Column(string Title, Fit Fit = Fit.Whole, bool Right = false);

/// <summary>One cell: text as it came, and how it is coloured.</summary>
readonly record struct Cell(string Text, Style? Style = null)
{
    public static implicit operator Cell(string? text) => new(text ?? "");
}

/// <summary>
/// A table without lines that fits its screen: it clips, then wraps, then leaves out columns at the right and says so.
/// </summary>
sealed class TextTable(params IReadOnlyList<Column> columns)
{
    const int Gap = 2;
    const int ClipFloor = 14;
    const int WrapFloor = 24;

    static readonly Style HeaderStyle = new(decoration: Decoration.Bold);

    readonly List<Cell[]> rows = [];

    public int Count => rows.Count;

    public void Add(params Cell[] cells) => rows.Add([.. cells.Select(cell => cell with { Text = CellText.Visible(cell.Text) })]);

    public void WriteTo(Screen screen)
    {
        var widths = Layout(screen.Width);
        var table = new Table { Border = TableBorder.None, Expand = false };
        for (var i = 0; i < widths.Count; i++)
            table.AddColumn(new TableColumn(new Text(CellText.Clip(columns[i].Title, widths[i]), HeaderStyle))
            {
                Width = widths[i],
                NoWrap = columns[i].Fit != Fit.Wrap,
                Padding = new Padding(0, 0, i == widths.Count - 1 ? 0 : Gap, 0),
                Alignment = columns[i].Right ? Justify.Right : Justify.Left,
            });
        foreach (var row in rows)
            table.AddRow(row.Take(widths.Count).Select((cell, i) => CellOf(cell, columns[i], widths[i])));
        screen.Write(table);
        if (widths.Count < columns.Count)
            screen.Line($"[dim]… and {columns.Count - widths.Count} more: {string.Join(", ", columns.Skip(widths.Count).Select(column => column.Title))}[/]");
    }

    static Text CellOf(Cell cell, Column column, int width) =>
        new(column.Fit == Fit.Wrap ? cell.Text : CellText.Clip(cell.Text, width), cell.Style);

    /// <summary>Width of each column that is shown.</summary>
    List<int> Layout(int available)
    {
        var widths = columns
            .Select((column, i) => Math.Max(1, rows.Select(row => CellText.Width(row[i].Text)).Append(CellText.Width(column.Title)).Max()))
            .ToList();
        Shrink(widths, Fit.Clip, ClipFloor, available);
        Shrink(widths, Fit.Wrap, WrapFloor, available);
        while (widths.Count > 1 && Total(widths) > available)
            widths.RemoveAt(widths.Count - 1);
        widths[0] = Math.Min(widths[0], available);
        return widths;
    }

    /// <summary>Takes from the widest columns of a kind first, so that the narrow ones stay whole.</summary>
    void Shrink(List<int> widths, Fit kind, int floor, int available)
    {
        var limit = widths.Where((_, i) => columns[i].Fit == kind).DefaultIfEmpty(0).Max();
        for (var excess = Total(widths) - available; excess > 0 && limit > floor; excess = Total(widths) - available)
        {
            var widest = Enumerable.Range(0, widths.Count).Where(i => columns[i].Fit == kind && widths[i] == limit).ToList();
            foreach (var i in widest.TakeLast(excess))
                widths[i]--;
            limit--;
        }
    }

    static int Total(List<int> widths) => widths.Sum() + (Gap * (widths.Count - 1));
}
