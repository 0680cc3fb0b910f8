using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>A compiled rule or expression that yields one scalar per row. Immutable; what changes stands in the row.</summary>
internal abstract class Term(Kinds kinds)
{
    /// <summary>The kinds that this term may yield, beside null.</summary>
    public Kinds Kinds { get; } = kinds;

    /// <summary>The value for this row; a fault is noted in the row.</summary>
    public abstract Value Evaluate(Row row);
}

/// <summary>The same value for every row.</summary>
internal sealed class ConstantTerm(ValueKind kind, byte[] utf8) : Term(kind == ValueKind.Null ? Kinds.None : kind.ToKinds())
{
    public static ConstantTerm Null { get; } = new(ValueKind.Null, []);

    public ValueKind Kind => kind;

    public ReadOnlySpan<byte> Utf8 => utf8;

    public override Value Evaluate(Row row) => new(kind, utf8);
}

/// <summary>The first term that has a value.</summary>
internal sealed class CoalesceTerm(IReadOnlyList<Term> terms) : Term(terms.Aggregate(Kinds.None, (kinds, term) => kinds | term.Kinds))
{
    readonly Term[] terms = [.. terms];

    public Term Last => terms[^1];

    public override Value Evaluate(Row row)
    {
        foreach (var term in terms)
        {
            var value = term.Evaluate(row);
            if (!value.IsNull)
                return value;
        }
        return Value.Null;
    }
}

/// <summary>One of two terms. A condition without a value counts as false.</summary>
internal sealed class ChoiceTerm(Term condition, Term then, Term otherwise) : Term(then.Kinds | otherwise.Kinds)
{
    public override Value Evaluate(Row row)
    {
        var chosen = condition.Evaluate(row);
        return chosen.IsFault ? chosen : (chosen.IsTrue ? then : otherwise).Evaluate(row);
    }
}

/// <summary>Refuses the row with a code of the mapping's own.</summary>
internal sealed class RejectTerm(string code, string message) : Term(Kinds.None)
{
    public override Value Evaluate(Row row) => row.Fail(code, message);
}

/// <summary>Texts and values strung together; without a value when one of them has none.</summary>
internal sealed class ConcatTerm(IReadOnlyList<Term> parts) : Term(Kinds.Text)
{
    readonly Term[] parts = [.. parts];

    public override Value Evaluate(Row row)
    {
        // A part may use the scratch space itself, so each is kept where it falls and all are joined behind the last.
        Span<Range> kept = parts.Length <= 16 ? stackalloc Range[16] : new Range[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            var value = parts[i].Evaluate(row);
            if (!value.IsPresent)
                return value;
            var from = row.Scratch.Length;
            row.Scratch.Write(value.Utf8);
            kept[i] = from..row.Scratch.Length;
        }
        var start = row.Scratch.Length;
        for (var i = 0; i < parts.Length; i++)
            row.Scratch.Write(row.Scratch.WrittenSpan[kept[i]]);
        return row.Produced(ValueKind.Text, start);
    }
}

/// <summary>Checks at run time what could not be known when compiling.</summary>
internal sealed class ExpectTerm(Term term, Kinds expected) : Term(term.Kinds & expected)
{
    public override Value Evaluate(Row row)
    {
        var value = term.Evaluate(row);
        return !value.IsPresent || (value.Kind.ToKinds() & expected) != 0
            ? value
            : row.Fail(Records.RejectCode.TypeMismatch, $"{Row.Show(value.Utf8)} is {value.Kind.ToKinds().Describe()} where {expected.Describe()} is expected.");
    }
}
