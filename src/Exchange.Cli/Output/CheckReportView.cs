using Exchange.Cli.Checking;

namespace Exchange.Cli.Output;

/// <summary>Shows what an offline check found: one line for each document, what is wrong below it.</summary>
static class CheckReportView
{
    public static void Write(Screen screen, IReadOnlyList<DocumentReport> reports, IReadOnlyList<ErrorDetail> folderErrors)
    {
        var width = reports.Select(report => report.Document.Name.Length).DefaultIfEmpty(0).Max();
        foreach (var report in reports)
        {
            var (mark, colour) = report.Errors.Count > 0 ? ("✗", "red") : report.Warnings.Count > 0 ? ("!", "yellow") : ("✓", "green");
            var kind = report.Document.Kind.ToString().ToLowerInvariant().PadRight(11);
            screen.Line($"[{colour}]{mark}[/] {kind} {report.Document.Name.PadRight(width)}  [dim]{report.Note}[/]");
            foreach (var detail in report.Errors.Concat(report.Warnings))
                ErrorView.WriteDetail(screen, detail, "    ");
        }
        foreach (var error in folderErrors)
            ErrorView.WriteDetail(screen, error, "");
        Summarise(screen, reports, folderErrors);
    }

    static void Summarise(Screen screen, IReadOnlyList<DocumentReport> reports, IReadOnlyList<ErrorDetail> folderErrors)
    {
        var errors = reports.Sum(report => report.Errors.Count) + folderErrors.Count;
        var warnings = reports.Sum(report => report.Warnings.Count);
        screen.Blank();
        screen.Line($"[bold]{Words.Count(reports.Count, "document")}, {Words.Count(errors, "error")}, {Words.Count(warnings, "warning")}.[/]");
    }
}
