using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Keywords;

namespace Exchange.Engine.Schemas;

/// <summary>One field of a flat schema.</summary>
/// <param name="Name">Name of the property.</param>
/// <param name="Required">Whether it must be there.</param>
/// <param name="Leaf">What its value must be.</param>
public sealed record FlatField(string Name, bool Required, LeafPlan Leaf);

/// <summary>
/// A schema whose records are objects of scalar fields that can be checked one by one: a record is valid when every
/// required field is there, no unknown one is (if <paramref name="Closed"/>), and every value passes its leaf.
/// </summary>
/// <param name="Fields">The fields in the order of the schema, then those that are only required.</param>
/// <param name="Closed">Whether fields that are not listed are forbidden.</param>
public sealed record FlatObject(IReadOnlyList<FlatField> Fields, bool Closed)
{
    /// <summary>Null when the schema is not flat.</summary>
    internal static FlatObject? TryBuild(SchemaNode root, bool tracks)
    {
        if (tracks || root.Keywords.Any(k => k is not (TypeKeyword { Allowed: KindSet.Object } or PropertiesKeyword)))
            return null;
        if (root.Keywords.OfType<PropertiesKeyword>().SingleOrDefault()?.Rules is not { } rules || rules.Patterns.Count > 0 || (rules.Additional is not null && !rules.Closed))
            return null;
        if (rules.Schemas.Any(s => s is null || !IsScalar(s)))
            return null;
        return new FlatObject([.. rules.Names.Names.Select((name, i) => new FlatField(name, rules.Required.Contains(name), new LeafPlan(rules.Schemas[i]!, name)))], rules.Closed);
    }

    static bool IsScalar(SchemaNode schema) => schema.Keywords.Any(k => k switch
    {
        TypeKeyword type => (type.Allowed & ~KindSet.Scalar) == 0,
        EnumKeyword values => values.IsScalar,
        RefKeyword reference => IsScalar(reference.Target),
        _ => false,
    });
}
