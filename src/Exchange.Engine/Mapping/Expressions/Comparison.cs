using Exchange.Engine.Mapping.Terms;
using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Expressions;

/// <summary>Compares values by their canonical bytes, so that numbers of any size and times of any precision compare exactly.</summary>
internal static class Comparison
{
    public static int Compare(Value a, Value b)
    {
        if (IsNumber(a) && IsNumber(b))
            return CompareNumbers(a.Utf8, b.Utf8);
        if (a.Kind != b.Kind)
            return a.Kind.CompareTo(b.Kind);
        // Without its zone mark, a moment with a fraction sorts behind the one without, as it should.
        return a.Kind == ValueKind.Instant ? a.Utf8[..^1].SequenceCompareTo(b.Utf8[..^1]) : a.Utf8.SequenceCompareTo(b.Utf8);
    }

    static bool IsNumber(Value value) => value.Kind is ValueKind.Integer or ValueKind.Decimal;

    public static int CompareNumbers(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var (aNegative, bNegative) = (a[0] == '-', b[0] == '-');
        if (aNegative != bNegative)
            return aNegative ? -1 : 1;
        return aNegative ? CompareMagnitudes(b[1..], a[1..]) : CompareMagnitudes(a, b);
    }

    static int CompareMagnitudes(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var (aPoint, bPoint) = (a.IndexOf((byte)'.'), b.IndexOf((byte)'.'));
        var (aWhole, bWhole) = (aPoint < 0 ? a.Length : aPoint, bPoint < 0 ? b.Length : bPoint);
        return aWhole != bWhole ? aWhole.CompareTo(bWhole) : a.SequenceCompareTo(b);
    }
}

/// <summary>How two values are compared.</summary>
internal enum Comparer
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// <summary>
/// Compares two terms. No value equals no value and nothing else; it is neither less nor greater than anything. So every
/// comparison is true or false, and there is no third truth value to trip over.
/// </summary>
internal sealed class CompareTerm(Comparer comparer, Term left, Term right) : Term(Kinds.Boolean)
{
    public override Value Evaluate(Row row)
    {
        var a = left.Evaluate(row);
        if (a.IsFault)
            return a;
        var b = right.Evaluate(row);
        if (b.IsFault)
            return b;
        if (a.IsNull || b.IsNull)
            return Value.Of(comparer == Comparer.NotEqual ? a.IsNull != b.IsNull : comparer == Comparer.Equal && a.IsNull && b.IsNull);
        var order = Comparison.Compare(a, b);
        return Value.Of(comparer switch
        {
            Comparer.Equal => order == 0,
            Comparer.NotEqual => order != 0,
            Comparer.Less => order < 0,
            Comparer.LessOrEqual => order <= 0,
            Comparer.Greater => order > 0,
            _ => order >= 0,
        });
    }
}

/// <summary>Whether a value is one of several.</summary>
internal sealed class InTerm(Term value, IReadOnlyList<Term> candidates) : Term(Kinds.Boolean)
{
    readonly Term[] candidates = [.. candidates];

    public override Value Evaluate(Row row)
    {
        var sought = value.Evaluate(row);
        if (sought.IsFault)
            return sought;
        foreach (var candidate in candidates)
        {
            var other = candidate.Evaluate(row);
            if (other.IsFault)
                return other;
            if (sought.IsNull || other.IsNull ? sought.IsNull && other.IsNull : Comparison.Compare(sought, other) == 0)
                return Value.True;
        }
        return Value.False;
    }
}

/// <summary>And and or, from left to right, no further than needed. No value counts as false.</summary>
internal sealed class LogicTerm(bool and, Term left, Term right) : Term(Kinds.Boolean)
{
    public override Value Evaluate(Row row)
    {
        var first = left.Evaluate(row);
        if (first.IsFault || first.IsTrue != and)
            return first.IsFault ? first : Value.Of(first.IsTrue);
        var second = right.Evaluate(row);
        return second.IsFault ? second : Value.Of(second.IsTrue);
    }
}

/// <summary>The opposite of a condition. No value counts as false.</summary>
internal sealed class NotTerm(Term condition) : Term(Kinds.Boolean)
{
    public override Value Evaluate(Row row)
    {
        var value = condition.Evaluate(row);
        return value.IsFault ? value : Value.Of(!value.IsTrue);
    }
}
