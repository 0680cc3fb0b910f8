using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Keywords;

namespace Exchange.Engine.Schemas;

/// <summary>Validates records against one plan. Reuses its buffers from record to record; not thread-safe.</summary>
public sealed class SchemaValidator
{
    readonly SchemaNode root;
    readonly JsonTape tape;
    readonly Evaluation evaluation;

    internal SchemaValidator(SchemaPlan plan)
    {
        root = plan.Root;
        tape = new JsonTape(plan.Limits);
        evaluation = new Evaluation(plan.Tracks);
    }

    /// <summary>Whether a record is sound JSON and follows the schema. Stops at the first error; allocates nothing.</summary>
    public bool IsValid(ReadOnlySpan<byte> utf8Json)
    {
        if (!tape.Read(utf8Json))
            return false;
        evaluation.Reset(errors: null);
        return root.Check(evaluation, tape.View(utf8Json), 0);
    }

    /// <summary>The same, and adds every error found to a list.</summary>
    /// <returns>True when the record is valid and nothing was added.</returns>
    public bool Validate(ReadOnlySpan<byte> utf8Json, List<SchemaError> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        if (!tape.Read(utf8Json))
        {
            var failure = tape.Failure!;
            errors.Add(new SchemaError("", failure.Keyword, "", $"is no sound JSON: at byte {failure.Offset + 1} {failure.Reason}"));
            return false;
        }
        evaluation.Reset(errors);
        return root.Check(evaluation, tape.View(utf8Json), 0);
    }
}
