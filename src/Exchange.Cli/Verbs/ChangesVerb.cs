using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange changes</c>: follows a dataset.</summary>
static class ChangesVerb
{
    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var since = new Option<string?>("--since") { Description = "Goes on after this cursor; without it, from the beginning.", HelpName = "cursor" };
        var cursorFile = new Option<FileInfo?>("--cursor-file")
        {
            Description = "Keeps the cursor in this file: goes on where the last call ended, and moves on only when all was written.",
            HelpName = "file",
        };
        var purpose = CommonOptions.Purpose();
        var caseNumber = CommonOptions.Case();
        var limit = CommonOptions.Limit(20, "Changes of a table or of json at most; ndjson gives all.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat);
        var changes = new Command("changes", "Reads the change feed of a dataset: every record that was added, updated or deleted since a cursor.")
        {
            dataset, since, cursorFile, purpose, caseNumber, limit, output,
        };
        changes.Validators.Add(result =>
        {
            if (result.GetValue(since) is not null && result.GetValue(cursorFile) is not null)
                result.AddError("--since and --cursor-file exclude each other.");
        });
        return changes.Does(async (parsed, cancellationToken) =>
        {
            session.Hub.State(parsed.GetValue(purpose), parsed.GetValue(caseNumber));
            var path = $"datasets/{HubClient.Segment(parsed.GetRequiredValue(dataset))}/changes";
            var file = parsed.GetValue(cursorFile);
            var cursor = parsed.GetValue(since) ?? ReadCursor(file);
            var next = parsed.GetValue(output) switch
            {
                CommonOptions.NdjsonFormat => await AllAsync(session, path, cursor, cancellationToken),
                var format => await PageAsync(session, path, cursor, parsed.GetValue(limit), format!, cancellationToken),
            };
            session.Flush();
            if (file is not null && next is not null)
                WriteCursor(file, next);
            else if (next is not null)
                session.Hint($"[dim]Go on from here later:[/]  --since {next}");
            return ExitCode.Ok;
        });
    }

    static async Task<string?> AllAsync(CliSession session, string path, string? cursor, CancellationToken cancellationToken)
    {
        var written = 0L;
        while (true)
        {
            JsonElement page;
            try
            {
                page = await session.Hub.GetAsync(HubClient.Query(path, ("cursor", cursor)), cancellationToken);
            }
            catch (CliException error) when (written > 0)
            {
                throw new CliException(ExitCode.Failed, $"The change feed broke off after {Words.Count(written, "change")}: {error.Message}")
                {
                    Where = error.Where,
                    Fix = $"The lines written are whole; go on after them with --since {cursor}",
                    Reference = error.Reference,
                };
            }
            session.WriteNdjson(page.Items("items"));
            written += page.Items("items").Count();
            cursor = page.Text("next") ?? cursor;
            if (!page.Flag("more"))
                return cursor;
        }
    }

    static async Task<string?> PageAsync(
        CliSession session, string path, string? cursor, int limit, string format, CancellationToken cancellationToken)
    {
        var page = await session.Hub.GetAsync(HubClient.Query(path, ("cursor", cursor), ("limit", limit)), cancellationToken);
        if (format == CommonOptions.JsonFormat)
            session.WriteJson(page);
        else if (page.Items("items").Any())
            WriteTable(session.Out, page);
        else
            session.Hint($"Nothing has changed since.");
        return page.Text("next");
    }

    static void WriteTable(Screen screen, JsonElement page)
    {
        var table = new TextTable(
            new Column("SEQ", Right: true), new Column("PUBLICATION", Right: true), new Column("CHANGE"), new Column("KEY", Fit.Clip),
            new Column("RECORD", Fit.Clip));
        foreach (var item in page.Items("items"))
            table.Add(item.Text("seq"), item.Text("publication"), item.Text("op"), item.Text("key"), item.Text("record"));
        table.WriteTo(screen);
    }

    static string? ReadCursor(FileInfo? file) =>
        file is { Exists: true } && File.ReadAllText(file.FullName).Trim() is { Length: > 0 } cursor ? cursor : null;

    /// <summary>Replaces the file in one step, so that a crash leaves the old cursor or the new one.</summary>
    static void WriteCursor(FileInfo file, string cursor)
    {
        var next = file.FullName + ".next";
        File.WriteAllText(next, cursor + "\n");
        File.Move(next, file.FullName, overwrite: true);
    }
}
