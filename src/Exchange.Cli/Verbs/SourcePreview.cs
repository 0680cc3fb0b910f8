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
        var offline = new Option<bool>("--offline") { Description = "Reads from here, without a hub: the source, the mapping and the schema are then files." };
        var stream = new Option<string?>("--stream") { Description = "The table, view or set of files to read; may be left out when there is but one.", HelpName = "name" };
        var mapping = new Option<string?>("--mapping") { Description = "Also shows the records that this mapping makes of the rows.", HelpName = "name" };
        var schema = new Option<string?>("--schema") { Description = "Checks the mapped records against this schema version.", HelpName = "name/version" };
        var limit = CommonOptions.Limit(20, "Rows read at most.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat);
        var preview = new Command("preview", "Reads a few rows of a source and, with a mapping, shows the records they become.")
        {
            source, offline, stream, mapping, schema, limit, output,
        };
        preview.Validators.Add(result =>
        {
            if (result.GetValue(mapping) is not null && result.GetValue(schema) is null)
                result.AddError("--mapping needs --schema: the schema that the records must follow.");
        });
        return preview.Does(async (parsed, cancellationToken) =>
        {
            var request = new PreviewRequest(
                parsed.GetRequiredValue(source), parsed.GetValue(stream), parsed.GetValue(mapping), parsed.GetValue(schema), parsed.GetValue(limit));
            var answer = parsed.GetValue(offline)
                ? await OfflinePreview.ReadAsync(request, session, cancellationToken)
                : await AskAsync(session, request, cancellationToken);
            if (parsed.GetValue(output) == CommonOptions.JsonFormat)
                session.WriteJson(answer);
            else
                PreviewView.Write(session, answer, mapped: parsed.GetValue(mapping) is not null);
            return ExitCode.Ok;
        });
    }

    static Task<JsonElement> AskAsync(CliSession session, PreviewRequest request, CancellationToken cancellationToken) => session.Hub.PostAsync(
        $"sources/{HubClient.Segment(request.Source)}/preview",
        new { request.Stream, request.Limit, request.Mapping, request.Schema },
        cancellationToken);
}
