using System.CommandLine;
using Exchange.Cli.Exporting;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange export</c>: a whole publication, or a filtered part of one, as a file.</summary>
static class ExportVerb
{
    static readonly string[] formats = [CommonOptions.NdjsonFormat, CommonOptions.JsonFormat, CommonOptions.CsvFormat, "parquet"];

    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var format = new Option<string>("--format") { Description = "Form of the file.", HelpName = string.Join('|', formats), DefaultValueFactory = _ => formats[0] };
        format.AcceptOnlyFromAmong(formats);
        var output = new Option<string>("--out") { Description = "The file to write, which has this name only once it is whole and .part behind it before.", HelpName = "file", Required = true };
        var filter = CommonOptions.Filter();
        var asOf = CommonOptions.AsOf();
        var prepare = new Option<bool>("--prepare") { Description = "Has the hub write the file first; then fetches it, going on after any interruption, and checks its SHA-256." };
        var gzip = new Option<bool>("--gzip") { Description = "Has the prepared file compressed." };
        var prepared = new Option<string?>("--prepared") { Description = "Fetches a file that was prepared before, or the rest of it.", HelpName = "id" };
        var purpose = CommonOptions.Purpose();
        var caseNumber = CommonOptions.Case();
        var export = new Command("export", "Writes all records of a publication, or those that meet a filter, into a file: NDJSON, a JSON array, CSV or Parquet.")
        {
            dataset, format, output, filter, asOf, prepare, gzip, prepared, purpose, caseNumber,
        };
        export.Validators.Add(result =>
        {
            if (result.GetValue(gzip) && !result.GetValue(prepare))
                result.AddError("--gzip goes with --prepare.");
            if (result.GetValue(prepared) is not null && (result.GetValue(prepare) || result.GetValue(filter) is { Length: > 0 } || result.GetValue(asOf) is not null))
                result.AddError("--prepared fetches a file as it was asked for: leave --prepare, --filter and --as-of out.");
        });
        return export.Does(async (parsed, cancellationToken) =>
        {
            session.Hub.State(parsed.GetValue(purpose), parsed.GetValue(caseNumber));
            var order = new ExportOrder(
                parsed.GetRequiredValue(dataset), parsed.GetRequiredValue(format), CommonOptions.FiltersOf(parsed.GetRequiredValue(filter)), parsed.GetValue(asOf), parsed.GetValue(gzip));
            var file = new PartFile(parsed.GetRequiredValue(output));
            if (parsed.GetValue(prepare) || parsed.GetValue(prepared) is not null)
                await new PreparedExport(session, order, file).FetchAsync(parsed.GetValue(prepared), cancellationToken);
            else
                await StreamedExport.FetchAsync(session, order, file, cancellationToken);
            return ExitCode.Ok;
        });
    }
}
