using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Exchange.Engine.Mapping.Terms;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Parsing;

/// <summary>A step that turns what its source yields into a value of one kind; null and faults pass through.</summary>
internal abstract class ParseStep(Term source, Kinds kinds) : Term(kinds)
{
    public sealed override Value Evaluate(Row row)
    {
        var value = source.Evaluate(row);
        return value.IsPresent ? Parse(row, value) : value;
    }

    protected abstract Value Parse(Row row, Value value);
}

/// <summary>Numbers and their texts to exact numbers.</summary>
internal sealed class ParseNumber(Term source, NumberFormat format, bool integer) : ParseStep(source, integer ? Kinds.Integer : Kinds.Decimal)
{
    protected override Value Parse(Row row, Value value)
    {
        // A column that holds numbers already is not read by a culture again, but its decimals may still be implied.
        if (value.Kind is ValueKind.Integer or ValueKind.Decimal && format.ImpliedDecimals == 0)
            return Whole(row, value.Utf8, value.Utf8);
        return format.TryRead(value.Utf8, row.Scratch, out var start)
            ? Whole(row, row.Scratch.WrittenSpan[start..], value.Utf8)
            : integer
                ? row.Fail(RejectCode.InvalidInteger, $"{Row.Show(value.Utf8)} is no whole number.")
                : row.Fail(RejectCode.InvalidDecimal, $"{Row.Show(value.Utf8)} is no decimal number{format.Description}.");
    }

    Value Whole(Row row, ReadOnlySpan<byte> number, ReadOnlySpan<byte> text)
    {
        if (!integer)
            return new Value(ValueKind.Decimal, number);
        return CanonicalNumber.IsInteger(number)
            ? new Value(ValueKind.Integer, number)
            : row.Fail(RejectCode.InvalidInteger, $"{Row.Show(text)} is no whole number.");
    }
}

/// <summary>Words for true and false to booleans; ASCII letters match in either case.</summary>
internal sealed class ParseBoolean(Term source, IReadOnlyList<string> truths, IReadOnlyList<string> falsehoods) : ParseStep(source, Kinds.Boolean)
{
    readonly byte[][] truths = [.. truths.Select(Encoding.UTF8.GetBytes)];
    readonly byte[][] falsehoods = [.. falsehoods.Select(Encoding.UTF8.GetBytes)];
    readonly string expected = string.Join(", ", truths.Concat(falsehoods).Select(word => $"'{word}'"));

    protected override Value Parse(Row row, Value value)
    {
        if (value.Kind == ValueKind.Boolean)
            return value;
        var text = Whitespace.Trim(value.Utf8);
        if (IsOneOf(text, truths))
            return Value.True;
        return IsOneOf(text, falsehoods)
            ? Value.False
            : row.Fail(RejectCode.InvalidBoolean, $"{Row.Show(value.Utf8)} is no boolean; expected is one of {expected}.");
    }

    static bool IsOneOf(ReadOnlySpan<byte> text, byte[][] words)
    {
        foreach (var word in words)
        {
            if (text.SequenceEqual(word) || (text.Length == word.Length && Ascii.EqualsIgnoreCase(text, word)))
                return true;
        }
        return false;
    }
}

/// <summary>The text of any value; of bytes, their Base64 text (RFC 4648 section 4).</summary>
internal sealed class ParseText(Term source) : ParseStep(source, Kinds.Text)
{
    protected override Value Parse(Row row, Value value) => value.Kind == ValueKind.Bytes ? Base64Of(row, value.Utf8) : Value.Text(value.Utf8);

    public static Value Base64Of(Row row, ReadOnlySpan<byte> bytes)
    {
        var start = row.Scratch.Length;
        var status = Base64.EncodeToUtf8(bytes, row.Scratch.GetSpan(Base64.GetMaxEncodedToUtf8Length(bytes.Length)), out _, out var written);
        System.Diagnostics.Debug.Assert(status == OperationStatus.Done);
        row.Scratch.Advance(written);
        return row.Produced(ValueKind.Text, start);
    }
}
