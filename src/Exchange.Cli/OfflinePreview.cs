using System.Text;
using System.Text.Json;
using Exchange.Cli.Documents;
using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Cli;

/// <summary>What a preview is asked for: names of what the hub has, or paths of documents.</summary>
/// <param name="Source">The source.</param>
/// <param name="Stream">Which stream; null where there is but one.</param>
/// <param name="Mapping">The mapping to try on the rows; null for the bare rows.</param>
/// <param name="Schema">The schema that the mapping leads to.</param>
/// <param name="Limit">Rows at most.</param>
sealed record PreviewRequest(string Source, string? Stream, string? Mapping, string? Schema, int Limit);

/// <summary>Reads a few rows of a source from here, as the hub would, and answers as the hub does.</summary>
static class OfflinePreview
{
    /// <exception cref="CliException">A document is wrong, or the source cannot be read.</exception>
    public static async Task<JsonElement> ReadAsync(PreviewRequest request, CliSession session, CancellationToken cancellationToken)
    {
        var source = Open(request, session);
        try
        {
            var stream = request.Stream ?? await OnlyStreamAsync(source, cancellationToken);
            await using var reader = await source.Connector.OpenAsync(new ReadRequest(stream) { Limit = request.Limit }, source.Context, cancellationToken);
            var batch = new Batch(rowLimit: request.Limit);
            await reader.ReadAsync(batch, cancellationToken);
            var records = request.Mapping is null ? null : Map(request, batch, reader.Columns, session.TimeProvider);
            return Answer(batch, reader.Columns, records, request.Limit);
        }
        catch (ConnectorException error)
        {
            throw new CliException(ExitCode.Failed, error.Message) { Where = request.Source };
        }
    }

    static ConfiguredSource Open(PreviewRequest request, CliSession session)
    {
        var document = DocumentFolder.ReadOne(DocumentKind.Source, request.Source);
        var (utf8, missing) = SecretResolver.Resolve(document, session.Environment);
        if (missing.Count > 0)
            throw new CliException(ExitCode.Failed, "The source needs secrets that are not set.") { Details = missing };
        var (source, problems) = PluginCatalog.Load(AppContext.BaseDirectory)
            .TryResolve(Document.ConnectionOf(utf8), session.TimeProvider, Environment.CurrentDirectory);
        return source ?? throw new CliException(ExitCode.Failed, "The source document is wrong.")
        {
            Details = [.. problems.Select(problem => new ErrorDetail(document.Locate(problem.Pointer), $"{problem.Pointer}: {problem.Message}"))],
        };
    }

    static async Task<string> OnlyStreamAsync(ConfiguredSource source, CancellationToken cancellationToken)
    {
        var streams = await source.Connector.DiscoverAsync(source.Context, cancellationToken);
        return streams.Count == 1
            ? streams[0].Name
            : throw new CliException(ExitCode.Usage, $"The source has {streams.Count} streams.")
            {
                Fix = $"Name one with --stream: {string.Join(", ", streams.Select(stream => stream.Name))}.",
            };
    }

    static RecordBatch Map(PreviewRequest request, Batch batch, IReadOnlyList<SourceColumn> columns, TimeProvider clock)
    {
        var mapping = DocumentFolder.ReadOne(DocumentKind.Mapping, request.Mapping!);
        var schema = DocumentFolder.ReadOne(DocumentKind.Schema, request.Schema!);
        var parsedMapping = MappingDocument.Parse(mapping.Utf8);
        var parsedSchema = SharedSchema.Parse("preview", "1.0", schema.Utf8);
        ErrorDetail[] problems =
        [
            .. parsedMapping.Problems.Select(problem => new ErrorDetail(mapping.Locate(problem.Pointer), problem.Message, problem.Fix)),
            .. parsedSchema.Problems.Select(problem => new ErrorDetail(schema.Locate(problem.Pointer), problem.Message, problem.Fix)),
        ];
        if (problems.Length > 0)
            throw new CliException(ExitCode.Failed, "The mapping or its schema is wrong.") { Details = problems };
        var compiled = MappingCompiler.Compile(parsedMapping.Document!, columns, parsedSchema.Schema!);
        if (compiled.Plan is not { } plan)
            throw new CliException(ExitCode.Failed, "The mapping does not fit the source or the schema.")
            {
                Details = [.. compiled.Problems.Select(problem => new ErrorDetail(mapping.Locate(problem.Pointer), problem.Message, problem.Fix))],
            };
        var records = new RecordBatch();
        plan.CreateMapper(0, DateOnly.FromDateTime(clock.GetLocalNow().Date)).Map(batch, records);
        return records;
    }

    static JsonElement Answer(Batch batch, IReadOnlyList<SourceColumn> columns, RecordBatch? records, int limit) => JsonSerializer.SerializeToElement(
        new
        {
            columns = columns.Select(column => new { name = column.Name, kind = JsonNamingPolicy.KebabCaseLower.ConvertName(column.Kind.ToString()), column.Nullable, column.SourceType }),
            rows = Enumerable.Range(0, Math.Min(limit, batch.RowCount)).Select(row => Cells(batch, row)),
            records = Enumerable.Range(0, records?.Count ?? 0).Select(i => new
            {
                row = records!.SourcePosition(i).Row,
                key = Encoding.UTF8.GetString(records.Key(i)),
                record = JsonSerializer.Deserialize<JsonElement>(records.Doc(i)),
            }),
            rejects = records is null
                ? batch.Rejects.Select(reject => new { row = reject.Position.Row, reject.Code, field = (string?)null, reject.Message })
                : records.Rejects.Select(reject => new { row = reject.Position.Row, reject.Code, field = reject.Field, reject.Message }),
        },
        Json.Compact);

    static List<string?> Cells(Batch batch, int row) =>
    [
        .. Enumerable.Range(0, batch.ColumnCount).Select(column => batch.Kind(row, column) switch
        {
            ValueKind.Null => null,
            ValueKind.Bytes => $"({batch.Utf8(row, column).Length} bytes)",
            _ => Encoding.UTF8.GetString(batch.Utf8(row, column)),
        }),
    ];
}
