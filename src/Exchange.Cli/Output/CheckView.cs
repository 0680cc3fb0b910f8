using Exchange.Sdk;
using Spectre.Console;

namespace Exchange.Cli.Output;

/// <summary>Shows the sub-steps of a check, and under each that failed what to do.</summary>
static class CheckView
{
    public static void Write(Screen screen, IReadOnlyCollection<CheckStep> steps)
    {
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 1, 0) });
        grid.AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(0, 0, 2, 0) });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        foreach (var step in steps)
        {
            grid.AddRow(Mark(step.Outcome), new Text(CellText.Visible(step.Name)), new Text(CellText.Visible(step.Detail)));
            if (step is { Outcome: CheckOutcome.Failed, Fix: { } fix })
                grid.AddRow(Text.Empty, Text.Empty, new Text(CellText.Visible("→ " + fix), new Style(Color.Yellow)));
        }
        screen.Write(grid);
    }

    static Text Mark(CheckOutcome outcome) => outcome switch
    {
        CheckOutcome.Passed => new Text("✓", new Style(Color.Green)),
        CheckOutcome.Failed => new Text("✗", new Style(Color.Red)),
        _ => new Text("–", new Style(decoration: Decoration.Dim)),
    };

    /// <summary>Steps as the hub sends them.</summary>
    public static IEnumerable<CheckStep> Read(IEnumerable<System.Text.Json.JsonElement> steps) => steps.Select(step => new CheckStep(
        step.Text("name") ?? "",
        Enum.TryParse<CheckOutcome>(step.Text("outcome"), ignoreCase: true, out var outcome) ? outcome : CheckOutcome.Skipped,
        step.Text("detail") ?? "",
        step.Text("fix")));
}
