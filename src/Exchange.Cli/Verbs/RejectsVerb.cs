using System.CommandLine;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange rejects</c>: the rows that did not become records, and why.</summary>
static class RejectsVerb
{
    const int PageSize = 1000;

    static readonly string[] Fields = ["id", "code", "field", "message", "origin", "row", "byteOffset", "raw"];

    public static Command Build(CliSession session)
    {
        var of = new Argument<string>("dataset|run") { Description = "Name of a dataset, for its latest run, or number of a run." };
        var limit = CommonOptions.Limit(20, "Rows of a table at most; the other forms give all.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat, CommonOptions.CsvFormat);
        return new Command("rejects", "Shows the rows that were rejected: where each stood, what is wrong, and the raw row.") { of, limit, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var path = await PathAsync(session, parsed.GetRequiredValue(of), cancellationToken);
                switch (parsed.GetValue(output))
                {
                    case CommonOptions.Table:
                        await WriteTableAsync(session, path, parsed.GetValue(limit), cancellationToken);
                        break;
                    case CommonOptions.CsvFormat:
                        CsvLine.Write(session.OutText, Fields);
                        await foreach (var item in AllAsync(session, path, cancellationToken))
                            CsvLine.Write(session.OutText, Fields.Select(field => item.Text(field)));
                        break;
                    case CommonOptions.NdjsonFormat:
                        await foreach (var item in AllAsync(session, path, cancellationToken))
                            session.WriteNdjson([item]);
                        break;
                    default:
                        session.WriteJson(JsonSerializer.SerializeToElement(await AllAsync(session, path, cancellationToken).ToListAsync(cancellationToken)));
                        break;
                }
                return ExitCode.Ok;
            });
    }

    static async Task<string> PathAsync(CliSession session, string datasetOrRun, CancellationToken cancellationToken) =>
        Guid.TryParse(datasetOrRun, out _) || ShortId.IsPossible(datasetOrRun)
            ? $"runs/{(await RunLookup.FindAsync(session.Hub, datasetOrRun, cancellationToken)).Id}/rejects"
            : $"datasets/{HubClient.Segment(datasetOrRun)}/rejects";

    static async IAsyncEnumerable<JsonElement> AllAsync(CliSession session, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? after = null;
        do
        {
            var page = await session.Hub.GetAsync(HubClient.Query(path, ("limit", PageSize), ("after", after)), cancellationToken);
            foreach (var item in page.Items("items"))
                yield return item;
            after = page.Text("next");
        }
        while (after is not null);
    }

    static async Task WriteTableAsync(CliSession session, string path, int limit, CancellationToken cancellationToken)
    {
        var page = await session.Hub.GetAsync(HubClient.Query(path, ("limit", limit)), cancellationToken);
        var items = page.Items("items").ToList();
        if (items.Count == 0)
        {
            session.Hint($"[green]✓[/] No row was rejected.");
            return;
        }
        WriteGroups(session.Out, page);
        session.Out.Blank();
        WriteItems(session.Out, items);
        if (items[0].Text("raw") is null)
            session.Hint($"[dim]What stood in the rows is shown to the staff of the department.[/]");
        if (page.Text("next") is not null)
            session.Hint($"[dim]The first {items.Count} are shown. All of them, with the raw rows:[/]  -o csv [dim]or[/] -o ndjson");
    }

    static void WriteGroups(Screen screen, JsonElement page)
    {
        var groups = new TextTable(new Column("ROWS", Right: true), new Column("REASON"), new Column("FIELD", Fit.Clip));
        foreach (var group in page.Items("groups"))
            groups.Add(Words.Count(group.Number("count")), group.Text("code"), group.Text("field") ?? "-");
        groups.WriteTo(screen);
    }

    static void WriteItems(Screen screen, List<JsonElement> items)
    {
        var withOrigin = items.Select(item => item.Text("origin")).Distinct().Count() > 1;
        var table = new TextTable(
            [.. withOrigin ? [new Column("FILE", Fit.Clip)] : Array.Empty<Column>(),
            new Column("ROW", Right: true), new Column("FIELD", Fit.Clip), new Column("WHAT IS WRONG", Fit.Wrap), new Column("RAW ROW", Fit.Clip)]);
        foreach (var item in items)
        {
            Cell[] cells = [Words.Count(item.Number("row")), item.Text("field") ?? "-", item.Text("message"), item.Text("raw")];
            table.Add(withOrigin ? [item.Text("origin"), .. cells] : cells);
        }
        table.WriteTo(screen);
    }
}
