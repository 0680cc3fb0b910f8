using Exchange.Engine.Mapping.Terms;

namespace Exchange.Engine.Mapping;

/// <summary>The types of JSON Schema, as sets.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,

    /// <summary>Numbers with a fraction; <c>number</c> of JSON Schema is this and <see cref="Integer"/>.</summary>
    Number = 8,
    String = 16,
    Object = 32,
    Array = 64,
    Scalar = Boolean | Integer | Number | String,
    Any = Null | Scalar | Object | Array,
}

internal static class JsonTypeNames
{
    static readonly (string Name, JsonTypes Types)[] Names =
    [
        ("null", JsonTypes.Null),
        ("boolean", JsonTypes.Boolean),
        ("number", JsonTypes.Integer | JsonTypes.Number),
        ("integer", JsonTypes.Integer),
        ("string", JsonTypes.String),
        ("object", JsonTypes.Object),
        ("array", JsonTypes.Array),
    ];

    public static JsonTypes Parse(string name) => Array.Find(Names, pair => pair.Name == name).Types;

    /// <summary>The types in the words of JSON Schema, for messages.</summary>
    public static string Describe(this JsonTypes types)
    {
        if (types == JsonTypes.Any)
            return "any value";
        if (types == JsonTypes.Number)
            return "number with decimals";
        var names = new List<string>();
        foreach (var (name, covered) in Names)
        {
            if (covered == JsonTypes.Integer ? (types & (JsonTypes.Integer | JsonTypes.Number)) == JsonTypes.Integer : (types & covered) == covered)
                names.Add(name);
        }
        return names.Count == 0 ? "nothing" : string.Join(" or ", names);
    }

    /// <summary>The JSON types in which values of these kinds may be written. Whether a decimal is whole shows only value by value.</summary>
    public static JsonTypes ToJsonTypes(this Kinds kinds)
    {
        var types = JsonTypes.None;
        if ((kinds & Kinds.Integer) != 0)
            types |= JsonTypes.Integer;
        if ((kinds & Kinds.Decimal) != 0)
            types |= JsonTypes.Integer | JsonTypes.Number;
        if ((kinds & Kinds.Boolean) != 0)
            types |= JsonTypes.Boolean;
        if ((kinds & ~(Kinds.Number | Kinds.Boolean)) != 0)
            types |= JsonTypes.String;
        return types;
    }
}
