using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange source discover</c>: what is there to read?</summary>
static class SourceDiscover
{
    public static Command Build(CliSession session)
    {
        var source = SourceVerb.SourceArgument();
        var stream = new Option<string?>("--stream") { Description = "Shows the columns of this stream.", HelpName = "name" };
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("discover", "Lists the tables, views or files of a source, or the columns of one of them.") { source, stream, output }
            .Does(async (parsed, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(source);
                var answer = await session.Hub.PostAsync($"sources/{HubClient.Segment(name)}/discover", null, cancellationToken);
                if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                    session.WriteJson(answer);
                else
                    Write(session, name, [.. answer.Items("streams")], parsed.GetValue(stream));
                return ExitCode.Ok;
            });
    }

    static void Write(CliSession session, string source, List<JsonElement> streams, string? wanted)
    {
        if (wanted is not null && !streams.Exists(stream => stream.Text("name") == wanted))
            throw new CliException(ExitCode.NotFound, $"The source \"{source}\" has no stream \"{wanted}\".")
            {
                Fix = $"Take one of: {string.Join(", ", streams.Select(stream => stream.Text("name")))}.",
            };
        if (wanted is null && streams.Count != 1)
            WriteStreams(session, source, streams);
        else
            WriteColumns(session, streams.Single(stream => wanted is null || stream.Text("name") == wanted));
    }

    static void WriteStreams(CliSession session, string source, List<JsonElement> streams)
    {
        if (streams.Count == 0)
        {
            session.Hint($"There is nothing to read. [dim]See why:[/]  exchange source check {source}");
            return;
        }
        var table = new TextTable(
            new Column("STREAM"), new Column("TYPE"), new Column("ROWS", Right: true), new Column("COLUMNS", Right: true), new Column("KEY", Fit.Clip));
        foreach (var stream in streams)
            table.Add(
                stream.Text("name"), stream.Text("type"), stream.Number("rowEstimate") is { } rows ? $"~{Words.Count(rows)}" : "?",
                Words.Count(stream.Items("columns").Count()), KeyOf(stream));
        table.WriteTo(session.Out);
        session.Hint($"[dim]See the columns of one:[/]  exchange source discover {source} --stream {streams[0].Text("name")}");
    }

    static void WriteColumns(CliSession session, JsonElement stream)
    {
        var type = stream.Text("type") == stream.Text("name") ? "" : $" ({stream.Text("type")})";
        session.Hint($"[bold]{stream.Text("name")}[/]{type}{(stream.Number("rowEstimate") is { } rows ? $", about {Words.Count(rows, "row")}" : "")}");
        var key = stream.Items("key").Select(column => column.AsText()).ToHashSet();
        var table = new TextTable(new Column("COLUMN"), new Column("KIND"), new Column("KEY"), new Column("NULL"), new Column("SOURCE TYPE", Fit.Clip));
        foreach (var column in stream.Items("columns"))
            table.Add(
                column.Text("name"), column.Text("kind"), key.Contains(column.Text("name") ?? "") ? "key" : "",
                column.Flag("nullable") ? "null" : "", column.Text("sourceType") ?? "");
        table.WriteTo(session.Out);
    }

    static string KeyOf(JsonElement stream) => string.Join(", ", stream.Items("key").Select(column => column.AsText()));
}
