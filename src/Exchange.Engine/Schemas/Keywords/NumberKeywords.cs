using Exchange.Engine.Schemas.Instances;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary><c>minimum</c>, <c>maximum</c> and their exclusive forms.</summary>
sealed class BoundKeyword(string name, string pointer, ExactNumber bound, string message)
    : SimpleKeyword(name, pointer, KindSet.Number, message)
{
    readonly int wanted = name.EndsWith("inimum", StringComparison.Ordinal) ? 1 : -1;
    readonly bool inclusive = !name.StartsWith("exclusive", StringComparison.Ordinal);

    protected override bool Holds(in JsonView json, int token)
    {
        var order = ExactNumber.Parse(json.Text(token)).CompareTo(bound);
        return Math.Sign(order) == wanted || (order == 0 && inclusive);
    }
}

/// <summary><c>multipleOf</c>, exactly.</summary>
sealed class MultipleOfKeyword(string pointer, ExactNumber divisor, string message)
    : SimpleKeyword("multipleOf", pointer, KindSet.Number, message)
{
    protected override bool Holds(in JsonView json, int token) => ExactNumber.Parse(json.Text(token)).IsMultipleOf(divisor);
}
