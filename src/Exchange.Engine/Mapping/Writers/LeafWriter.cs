using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Writers;

/// <summary>
/// One scalar, checked against the schema while it is written. Texts, dates and times become JSON strings, bytes their
/// Base64 text.
/// </summary>
/// <param name="term">What is written.</param>
/// <param name="allowed">JSON types that the schema admits here.</param>
/// <param name="plan">What else the schema says of the value; null when the finished record is validated as a whole.</param>
internal sealed class LeafWriter(Term term, JsonTypes allowed, LeafPlan? plan) : Writer
{
    readonly ColumnTerm? column = term as ColumnTerm;

    readonly LeafPlan? plan = plan is { ChecksOnlyType: true } ? null : plan;

    public override bool Write(Row row, JsonBuffer json)
    {
        if (column is not null && column.TryReadPlain(row, out var plain))
            return Passes(row, plain, LeafKind.String, JsonTypes.String, isAscii: true) && WritePlain(plain, json);
        var value = term.Evaluate(row);
        if (!value.IsPresent)
            return false;
        return value.Kind switch
        {
            ValueKind.Text => WriteText(row, value, json),
            ValueKind.Integer or ValueKind.Decimal => WriteNumber(row, value.Utf8, json),
            ValueKind.Boolean => WriteToken(row, value.Utf8, value.IsTrue ? LeafKind.True : LeafKind.False, JsonTypes.Boolean, json),
            ValueKind.Bytes => WriteText(row, Parsing.ParseText.Base64Of(row, value.Utf8), json),
            _ => Passes(row, value.Utf8, LeafKind.String, JsonTypes.String) && WritePlain(value.Utf8, json),
        };
    }

    bool WriteText(Row row, Value text, JsonBuffer json)
    {
        var isPlain = text.IsPlain || JsonBuffer.IsPlain(text.Utf8);
        if (!Passes(row, text.Utf8, LeafKind.String, JsonTypes.String, isPlain))
            return false;
        if (isPlain)
            json.WritePlainString(text.Utf8);
        else
            json.WriteString(text.Utf8);
        return true;
    }

    static bool WritePlain(ReadOnlySpan<byte> text, JsonBuffer json)
    {
        json.WritePlainString(text);
        return true;
    }

    bool WriteNumber(Row row, ReadOnlySpan<byte> number, JsonBuffer json) => CanonicalNumber.IsInteger(number)
        ? WriteToken(row, number, LeafKind.Integer, JsonTypes.Integer, json)
        : WriteToken(row, number, LeafKind.Number, JsonTypes.Number, json);

    bool WriteToken(Row row, ReadOnlySpan<byte> token, LeafKind kind, JsonTypes type, JsonBuffer json)
    {
        if (!Passes(row, token, kind, type))
            return false;
        json.Write(token);
        return true;
    }

    bool Passes(Row row, ReadOnlySpan<byte> value, LeafKind kind, JsonTypes type, bool isAscii = false)
    {
        if ((allowed & type) == 0)
            return Fail(row, "schema-type", $"{Row.Show(value)} is {type.Describe()} where the schema wants {allowed.Describe()}.");
        return plan is null || plan.Check(value, kind, isAscii) is not { } error || Fail(row, $"schema-{error.Keyword}", $"{Row.Show(value)} {error.Message}.");
    }

    /// <summary>What is wrong with a value that is known before any row is, or null.</summary>
    public static string? Explain(ConstantTerm constant, JsonTypes allowed, LeafPlan? plan)
    {
        var row = new Row(DateOnly.MinValue);
        new LeafWriter(constant, allowed, plan).Write(row, new JsonBuffer());
        return row.Faults is [var fault, ..] ? fault.Message : null;
    }

    static bool Fail(Row row, string code, string message) => !row.Fail(code, message).IsFault;
}
