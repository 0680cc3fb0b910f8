using Exchange.Sdk;

namespace Exchange.Engine.Mapping.Terms;

/// <summary>The kinds that a term may yield: the types of the language, as sets.</summary>
[Flags]
internal enum Kinds
{
    None = 0,
    Text = 1,
    Integer = 2,
    Decimal = 4,
    Boolean = 8,
    Date = 16,
    Time = 32,
    LocalDateTime = 64,
    Instant = 128,
    Bytes = 256,
    Number = Integer | Decimal,
    Any = Text | Number | Boolean | Date | Time | LocalDateTime | Instant | Bytes,
}

internal static class KindNames
{
    public static Kinds ToKinds(this ValueKind kind) => kind switch
    {
        ValueKind.Text => Kinds.Text,
        ValueKind.Integer => Kinds.Integer,
        ValueKind.Decimal or ValueKind.Double => Kinds.Decimal,
        ValueKind.Boolean => Kinds.Boolean,
        ValueKind.Date => Kinds.Date,
        ValueKind.Time => Kinds.Time,
        ValueKind.LocalDateTime => Kinds.LocalDateTime,
        ValueKind.Instant => Kinds.Instant,
        ValueKind.Bytes => Kinds.Bytes,
        _ => Kinds.Any, // the source does not know: decided value by value
    };

    /// <summary>The kinds in words, for messages.</summary>
    public static string Describe(this Kinds kinds)
    {
        if (kinds == Kinds.Any)
            return "any value";
        var names = new List<string>();
        if ((kinds & Kinds.Number) == Kinds.Integer)
            names.Add("integer");
        else if ((kinds & Kinds.Number) != 0)
            names.Add("number");
        foreach (var (kind, name) in Names)
        {
            if (kinds.HasFlag(kind))
                names.Add(name);
        }
        return names.Count == 0 ? "no value" : string.Join(" or ", names);
    }

    static readonly (Kinds Kind, string Name)[] Names =
    [
        (Kinds.Text, "text"),
        (Kinds.Boolean, "boolean"),
        (Kinds.Date, "date"),
        (Kinds.Time, "time"),
        (Kinds.LocalDateTime, "local-date-time"),
        (Kinds.Instant, "instant"),
        (Kinds.Bytes, "bytes"),
    ];
}
