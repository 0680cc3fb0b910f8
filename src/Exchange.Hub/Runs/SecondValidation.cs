using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Hub.Runs;

/// <summary>
/// Checks what the compiled plan of a schema leaves open, by Newtonsoft's streaming reader: one validation for the whole
/// run. Registration names such keywords; most schemas have none, and their runs have no second validation.
/// </summary>
sealed class SecondValidation(SharedSchema schema, IReadOnlyList<SourceColumn> columns) : IDisposable
{
    readonly StreamingFallback fallback = new(schema.Utf8);
    readonly RawRow rawRow = new(columns);
    readonly List<FallbackError> errors = [];

    /// <summary>The second validation of a run; null where the plan checks everything.</summary>
    public static SecondValidation? For(SharedSchema schema, IReadOnlyList<SourceColumn> columns) =>
        schema.Plan.Uncovered.Count == 0 ? null : new SecondValidation(schema, columns);

    /// <summary>What a person should know at the end of the run: records that could not be checked twice.</summary>
    public IReadOnlyList<string> Notes => fallback.Unavailable is { } reason ? [reason] : [];

    /// <summary>Moves records that it refuses to the rejects.</summary>
    public void Apply(Batch source, RecordBatch records) => records.RejectWhere(index =>
    {
        errors.Clear();
        if (records.IsDelete(index) || fallback.Validate(records.Doc(index), errors))
            return null;
        var first = errors[0].Error;
        return new RecordReject(
            $"schema-{first.Keyword}", first.InstancePointer, string.Join(" ", errors.Select(e => $"{e.Error.InstancePointer} {e.Error.Message}.")),
            records.SourcePosition(index), rawRow.Of(source, records.SourceRow(index)));
    });

    public void Dispose() => fallback.Dispose();
}
