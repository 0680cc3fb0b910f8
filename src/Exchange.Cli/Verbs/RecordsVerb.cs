using System.CommandLine;
using System.Text.Json;
using Exchange.Cli.Output;

namespace Exchange.Cli.Verbs;

/// <summary><c>exchange records</c>: what a dataset publishes.</summary>
static class RecordsVerb
{
    sealed record Request(string Dataset, string Format, string? Key, string[] Filters, long? AsOf, int Limit);

    public static Command Build(CliSession session)
    {
        var dataset = CommonOptions.Dataset();
        var key = new Option<string?>("--key") { Description = "Only the record with this key.", HelpName = "key" };
        var filter = CommonOptions.Filter();
        var asOf = CommonOptions.AsOf();
        var purpose = CommonOptions.Purpose();
        var caseNumber = CommonOptions.Case();
        var limit = CommonOptions.Limit(20, "Records of a table or of json at most; ndjson and csv give all.");
        var output = CommonOptions.Output(CommonOptions.Table, CommonOptions.JsonFormat, CommonOptions.NdjsonFormat, CommonOptions.CsvFormat);
        return new Command("records", "Reads the published records of a dataset: a few as a table, or all of them as a stream.")
        {
            dataset, key, filter, asOf, purpose, caseNumber, limit, output,
        }.Does((parsed, cancellationToken) =>
        {
            session.Hub.State(parsed.GetValue(purpose), parsed.GetValue(caseNumber));
            var request = new Request(
                parsed.GetRequiredValue(dataset), parsed.GetRequiredValue(output), parsed.GetValue(key), parsed.GetRequiredValue(filter),
                parsed.GetValue(asOf), parsed.GetValue(limit));
            return RunAsync(session, request, cancellationToken);
        });
    }

    static async Task<ExitCode> RunAsync(CliSession session, Request request, CancellationToken cancellationToken)
    {
        var path = $"datasets/{HubClient.Segment(request.Dataset)}/records";
        var filters = CommonOptions.FiltersOf(request.Filters).Select(filter => (filter.Field, (object?)filter.Value));
        (string, object?)[] parameters = [("asOf", request.AsOf), .. filters];
        if (request.Key is not null)
            await OneAsync(session, request, HubClient.Query($"{path}/{HubClient.Segment(request.Key)}", ("asOf", request.AsOf)), cancellationToken);
        else if (request.Format is CommonOptions.NdjsonFormat or CommonOptions.CsvFormat)
            await StreamAsync(session, request, HubClient.Query(path, parameters), cancellationToken);
        else
            await PageAsync(session, request, HubClient.Query(path, [("limit", request.Limit), .. parameters]), cancellationToken);
        return ExitCode.Ok;
    }

    static async Task OneAsync(CliSession session, Request request, string path, CancellationToken cancellationToken)
    {
        var record = await session.Hub.GetAsync(path, cancellationToken);
        if (request.Format is CommonOptions.NdjsonFormat)
            session.WriteNdjson([record]);
        else
            session.WriteJson(record);
    }

    static async Task StreamAsync(CliSession session, Request request, string path, CancellationToken cancellationToken)
    {
        var mediaType = request.Format == CommonOptions.CsvFormat ? HubClient.Csv : HubClient.Ndjson;
        using var response = await session.Hub.OpenAsync(path, mediaType, cancellationToken);
        await StreamCopy.CopyAsync(response, session.OutBytes(), request.Dataset, cancellationToken);
    }

    static async Task PageAsync(CliSession session, Request request, string path, CancellationToken cancellationToken)
    {
        var page = await session.Hub.GetAsync(path, cancellationToken);
        if (request.Format == CommonOptions.JsonFormat)
        {
            session.WriteJson(page);
            return;
        }
        var items = page.Items("items").ToList();
        if (items.Count == 0)
            session.Hint($"No records.");
        else
            RecordTable.Write(session.Out, "KEY", items.Select(item => (item.Text("key") ?? "", item.Member("record"))).ToList());
        if (page.Text("next") is not null)
            session.Hint($"[dim]The first {items.Count} are shown, as of publication {page.Text("asOf")}. All of them:[/]  -o ndjson [dim]or[/] -o csv");
    }
}
