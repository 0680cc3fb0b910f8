using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Hub.Catalog.Departments;
using Exchange.Hub.Catalog.Schemas;
using Exchange.Hub.Platform;
using Exchange.Sdk;

namespace Exchange.Hub.Sources;

/// <summary>What a check found.</summary>
public sealed record CheckReport(bool Ok, IReadOnlyList<CheckStep> Steps);

/// <summary>What there is to read.</summary>
public sealed record DiscoveryReport(IReadOnlyList<SourceStream> Streams);

/// <summary>What a preview is asked for.</summary>
/// <param name="Stream">Which stream; null where there is but one.</param>
/// <param name="Mapping">A registered mapping to try on the rows; needs <paramref name="Schema"/>.</param>
/// <param name="Schema">The schema that the mapping aims at, <c>name/version</c>.</param>
public sealed record PreviewRequest(string? Stream = null, int Limit = 20, string? Mapping = null, string? Schema = null);

/// <summary>A few rows as the source has them and, with a mapping, as records.</summary>
public sealed record PreviewReport(
    IReadOnlyList<SourceColumn> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows, IReadOnlyList<PreviewRecord> Records, IReadOnlyList<PreviewReject> Rejects);

/// <summary>A row as the record that it becomes.</summary>
public sealed record PreviewRecord(long Row, string Key, System.Text.Json.JsonElement Record);

/// <summary>A row that becomes no record.</summary>
public sealed record PreviewReject(long Row, string Code, string? Field, string Message, string Raw);

/// <summary>Check, discover, preview: looks at a source and stores nothing.</summary>
sealed class ExploreSource(SourceStore sources, Mappings mappings, SharedSchemas schemas, Departments departments, TimeProvider time)
{
    /// <summary>Probes a source step by step.</summary>
    public async Task<CheckReport> CheckAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var source = await OpenAsync(name, caller, cancellationToken);
        var steps = new List<CheckStep>();
        await foreach (var step in source.Connector.CheckAsync(source.Context, cancellationToken))
            steps.Add(step);
        return new CheckReport(steps.All(s => s.Outcome != CheckOutcome.Failed), steps);
    }

    /// <summary>Lists the streams of a source.</summary>
    public async Task<DiscoveryReport> DiscoverAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        var source = await OpenAsync(name, caller, cancellationToken);
        return new DiscoveryReport(await SourceErrors.TellAsync(() => source.Connector.DiscoverAsync(source.Context, cancellationToken)));
    }

    /// <summary>Reads a few rows, and maps them where a mapping is named.</summary>
    public async Task<PreviewReport> PreviewAsync(string name, PreviewRequest request, Caller caller, CancellationToken cancellationToken)
    {
        new Validation()
            .Require(request.Limit is >= 1 and <= 1000, "/limit", "is out of bounds", "Give 1 to 1000.")
            .Require(request.Mapping is null || request.Schema is not null, "/schema", "is missing", "Name the schema that the mapping aims at, such as company/1.0.")
            .ThrowIfAny();
        if (caller.Department is null)
            throw HubException.Forbidden("rows-are-the-departments", "A preview shows rows, and rows are for the staff of the department whose source it is. Check and discover are open to you.");
        var source = await OpenAsync(name, caller, cancellationToken);
        return await SourceErrors.TellAsync(async () =>
        {
            var stream = request.Stream ?? await OnlyStreamAsync(source, cancellationToken);
            await using var reader = await source.Connector.OpenAsync(new ReadRequest(stream) { Limit = request.Limit }, source.Context, cancellationToken);
            var batch = new Batch(rowLimit: request.Limit);
            await reader.ReadAsync(batch, cancellationToken);
            var records = request.Mapping is null ? null : await MapAsync(batch, reader.Columns, request, cancellationToken);
            return Report(reader.Columns, batch, records, request.Limit);
        });
    }

    /// <summary>The stream of a source that has but one.</summary>
    /// <exception cref="ConnectorException">It has none, or several.</exception>
    public static async Task<string> OnlyStreamAsync(ConfiguredSource source, CancellationToken cancellationToken)
    {
        var streams = await source.Connector.DiscoverAsync(source.Context, cancellationToken);
        return streams.Count == 1
            ? streams[0].Name
            : throw new ConnectorException(ConnectorErrorKind.Configuration,
                streams.Count == 0 ? "The source has nothing to read." : $"Name one of the source's streams: {string.Join(", ", streams.Select(s => s.Name).Take(20))}.");
    }

    async Task<ConfiguredSource> OpenAsync(string name, Caller caller, CancellationToken cancellationToken)
    {
        await departments.RequireOwnAsync((await sources.FindAsync(name, cancellationToken)).Department, caller, cancellationToken);
        return (await SourceErrors.TellAsync(() => sources.OpenAsync(name, cancellationToken))).Source;
    }

    async Task<RecordBatch> MapAsync(Batch batch, IReadOnlyList<SourceColumn> columns, PreviewRequest request, CancellationToken cancellationToken)
    {
        var (mapping, _) = await mappings.FindAsync(request.Mapping!, cancellationToken);
        var compiled = MappingCompiler.Compile(mapping, columns, await schemas.FindAsync(request.Schema!, cancellationToken));
        if (compiled.Plan is null)
            throw HubException.Invalid([.. compiled.Problems.Select(p => new FieldError(p.Pointer, p.Message, p.Fix))]);
        var records = new RecordBatch();
        compiled.Plan.CreateMapper(0, DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime)).Map(batch, records);
        return records;
    }

    static PreviewReport Report(IReadOnlyList<SourceColumn> columns, Batch batch, RecordBatch? records, int limit)
    {
        var rows = Enumerable.Range(0, Math.Min(limit, batch.RowCount)).Select(row => Cells(batch, row)).ToList();
        var rejects = records is null
            ? batch.Rejects.Select(r => new PreviewReject(r.Position.Row, r.Code, null, r.Message, System.Text.Encoding.UTF8.GetString(r.Raw)))
            : records.Rejects.Select(r => new PreviewReject(r.Position.Row, r.Code, r.Field, r.Message, r.Raw));
        var mapped = records is null ? [] : Enumerable.Range(0, records.Count).Select(i => new PreviewRecord(
            records.SourcePosition(i).Row, System.Text.Encoding.UTF8.GetString(records.Key(i)), System.Text.Json.JsonSerializer.Deserialize<System.Text.Json.JsonElement>(records.Doc(i))));
        return new PreviewReport(columns, rows, [.. mapped], [.. rejects]);
    }

    static List<string?> Cells(Batch batch, int row) =>
        [.. Enumerable.Range(0, batch.ColumnCount).Select(column => batch.Kind(row, column) switch
        {
            ValueKind.Null => null,
            ValueKind.Bytes => $"({batch.Utf8(row, column).Length} bytes)",
            _ => System.Text.Encoding.UTF8.GetString(batch.Utf8(row, column)),
        })];
}
