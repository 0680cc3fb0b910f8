using System.Text.Unicode;
using Exchange.Engine.Records;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>
/// Reads one cell. This is where trust begins: whatever a connector hands over leaves here in the canonical form of a
/// kind that the column declares, or as a fault.
/// </summary>
internal sealed class ColumnTerm(int index, SourceColumn column, Cleaning cleaning) : Term(column.Kind.ToKinds())
{
    readonly bool takesText = column.Kind is ValueKind.Text or ValueKind.Null;

    readonly bool isQuick = column.Kind == ValueKind.Text && cleaning.KeepsAllButEmpty;

    readonly Kinds accepted = column.Kind is ValueKind.Integer or ValueKind.Decimal or ValueKind.Double ? Kinds.Number : column.Kind.ToKinds();

    /// <summary>The quick way to what most cells hold: text that is plain, not empty and not to be cleaned.</summary>
    public bool TryReadPlain(Row row, out ReadOnlySpan<byte> text)
    {
        text = row.Batch.Utf8(row.Index, index);
        return isQuick && text.Length > 0 && row.Batch.Kind(row.Index, index) == ValueKind.Text && JsonBuffer.IsPlain(text);
    }

    public override Value Evaluate(Row row)
    {
        var kind = row.Batch.Kind(row.Index, index);
        var utf8 = row.Batch.Utf8(row.Index, index);
        if (kind == ValueKind.Text && takesText)
        {
            var plain = JsonBuffer.IsPlain(utf8);
            return plain || IsText(row, utf8) ? cleaning.Apply(utf8, plain) : Value.Fault;
        }
        return kind == ValueKind.Null ? Value.Null : Typed(row, Canonical(row, kind, utf8));
    }

    bool IsText(Row row, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            return !row.Fail(RejectCode.InvalidText, $"Column '{column.Name}' holds {Row.Show(utf8)}, which is not valid UTF-8. Check the encoding that the source names.").IsFault;
        return !utf8.Contains((byte)0)
            || !row.Fail(RejectCode.NulInText, $"Column '{column.Name}' holds {Row.Show(utf8)} with a NUL character. Correct it in the source.").IsFault;
    }

    Value Typed(Row row, Value value)
    {
        if (value.IsFault || (value.Kind.ToKinds() & accepted) != 0)
            return value;
        return column.Kind == ValueKind.Text && value.Kind != ValueKind.Bytes
            ? cleaning.Apply(value.Utf8)
            : row.Fail(RejectCode.TypeMismatch, $"Column '{column.Name}' is declared {accepted.Describe()} and holds the {value.Kind.ToKinds().Describe()} {Row.Show(value.Utf8)}.");
    }

    Value Canonical(Row row, ValueKind kind, ReadOnlySpan<byte> utf8)
    {
        var start = row.Scratch.Length;
        switch (kind)
        {
            case ValueKind.Integer or ValueKind.Decimal or ValueKind.Double when CanonicalNumber.TryWrite(utf8, row.Scratch):
                var number = row.Produced(ValueKind.Decimal, start);
                return CanonicalNumber.IsInteger(number.Utf8) ? new Value(ValueKind.Integer, number.Utf8) : number;
            case ValueKind.Double:
                return row.Fail(RejectCode.NotANumber, $"Column '{column.Name}' holds {Row.Show(utf8)}, which is no finite number. Correct it in the source or make it null there.");
            case ValueKind.Boolean when utf8.SequenceEqual("true"u8) || utf8.SequenceEqual("false"u8):
            case ValueKind.Date when Iso8601.TryReadDate(utf8, out _):
            case ValueKind.Text or ValueKind.Bytes:
                return new Value(kind, utf8);
            case ValueKind.Time when Iso8601.TryReadTime(utf8, out var seconds, out var fraction):
                Iso8601.WriteTime(seconds, fraction, row.Scratch);
                return row.Produced(kind, start);
            case ValueKind.LocalDateTime when Iso8601.TryReadLocalDateTime(utf8, out var moment, out var fraction):
                Iso8601.WriteDateTime(moment, fraction, utc: false, row.Scratch);
                return row.Produced(kind, start);
            case ValueKind.Instant when utf8 is [.., (byte)'Z'] && Iso8601.TryReadLocalDateTime(utf8[..^1], out var moment, out var fraction):
                Iso8601.WriteDateTime(moment, fraction, utc: true, row.Scratch);
                return row.Produced(kind, start);
            default:
                return row.Fail(RejectCode.TypeMismatch, $"Column '{column.Name}' holds {Row.Show(utf8)}, which is no {kind.ToKinds().Describe()}.");
        }
    }
}

/// <summary>The piece at hand of the split text.</summary>
internal sealed class PieceTerm(Cleaning cleaning) : Term(Kinds.Text)
{
    public override Value Evaluate(Row row) => cleaning.Apply(row.Piece.Span);
}

/// <summary>Trims text where asked, and takes the listed texts (usually just the empty one) for no value.</summary>
internal sealed class Cleaning(bool trim, IReadOnlyList<string> empty)
{
    readonly bool emptyIsNull = empty.Contains("");

    readonly byte[][] others = [.. empty.Where(text => text.Length > 0).Select(System.Text.Encoding.UTF8.GetBytes)];

    /// <summary>True when text that is not empty stays as it is.</summary>
    public bool KeepsAllButEmpty => !trim && others.Length == 0;

    public Value Apply(ReadOnlySpan<byte> text, bool isPlain = false)
    {
        if (trim)
            text = Whitespace.Trim(text);
        if (text.IsEmpty)
            return emptyIsNull ? Value.Null : Value.Text(text);
        foreach (var other in others)
        {
            if (text.SequenceEqual(other))
                return Value.Null;
        }
        return new Value(ValueKind.Text, text, isPlain);
    }
}
