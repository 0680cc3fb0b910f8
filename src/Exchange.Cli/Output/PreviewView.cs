using System.Text.Json;

namespace Exchange.Cli.Output;

/// <summary>Shows rows as they stand in the source, the records they become, and what is wrong with those that do not.</summary>
static class PreviewView
{
    public static void Write(CliSession session, JsonElement preview, bool mapped)
    {
        var rows = preview.Items("rows").ToList();
        if (rows.Count == 0)
            session.Hint($"There are no rows.");
        else
            WriteRows(session.Out, [.. preview.Items("columns").Select(column => column.Text("name") ?? column.AsText())], rows);
        if (mapped)
            WriteRecords(session, [.. preview.Items("records")], rows.Count);
        WriteRejects(session, [
            .. preview.Items("rejects"),
            .. preview.Items("records").Where(record => record.Member("reject") is not null)]);
    }

    static void WriteRows(Screen screen, List<string> columns, List<JsonElement> rows)
    {
        var table = new TextTable([.. columns.Select(column => new Column(column, Fit.Clip))]);
        foreach (var row in rows)
            table.Add([.. row.EnumerateArray().Select(cell => (Cell)cell.AsText())]);
        table.WriteTo(screen);
    }

    static void WriteRecords(CliSession session, List<JsonElement> records, int rows)
    {
        var accepted = records.Where(record => record.Member("record") is not null).ToList();
        session.Out.Blank();
        session.Out.Line($"[bold]Records[/] [dim]{accepted.Count} of {Words.Count(rows, "row")}[/]");
        if (accepted.Count > 0)
            RecordTable.Write(session.Out, "ROW", [.. accepted.Select(record => (record.Text("row") ?? "", record.Member("record")))]);
    }

    static void WriteRejects(CliSession session, List<JsonElement> rejects)
    {
        if (rejects.Count == 0)
            return;
        session.Out.Blank();
        session.Out.Line($"[yellow]Rejected[/] [dim]{Words.Count(rejects.Count, "row")}[/]");
        var table = new TextTable(new Column("ROW", Right: true), new Column("FIELD", Fit.Clip), new Column("WHAT IS WRONG", Fit.Wrap));
        foreach (var item in rejects)
        {
            var reject = item.Member("reject") ?? item;
            table.Add(item.Text("row"), reject.Text("field") ?? "-", reject.Text("message"));
        }
        table.WriteTo(session.Out);
    }
}
