using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange source preview</c>: a few rows, as they stand and as the mapping makes them.</summary>
static class SourcePreview
{
    public static Command Build(CliSession session)
    {
        var source = SourceVerb.SourceArgument();
        var stream = new Option<string?>("--stream") { Description = "The table, view or set of files to read; may be left out when there is but one.", HelpName = "name" };
        var mapping = new Option<string?>("--mapping") { Description = "Also shows the records that this mapping makes of the rows.", HelpName = "name" };
        var schema = new Option<string?>("--schema") { Description = "Checks the mapped records against this schema version.", HelpName = "name/version" };
        var limit = CommonOptions.Limit(20, "Rows read at most.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        return new Command("preview", "Reads a few rows of a source and, with a mapping, shows the records they become.")
        {
            source, stream, mapping, schema, limit, output,
        }.Does(async (parsed, cancellationToken) =>
        {
            var answer = await session.Hub.PostAsync(
                $"sources/{HubClient.Segment(parsed.GetRequiredValue(source))}/preview",
                new { stream = parsed.GetValue(stream), limit = parsed.GetValue(limit), mapping = parsed.GetValue(mapping), schema = parsed.GetValue(schema) },
                cancellationToken);
            if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                session.WriteJson(answer);
            else
                PreviewView.Write(session, answer, mapped: parsed.GetValue(mapping) is not null);
            return ExitCode.Ok;
        });
    }
}
