using Exchange.Engine.Schemas;

namespace Exchange.Hub.Delivery.Exports;

/// <summary>What the values of a column are.</summary>
enum ColumnKind
{
    /// <summary>Text; also numbers of which the schema does not say how much room they take.</summary>
    Text,

    /// <summary>An array or an open object, as JSON text.</summary>
    Json,

    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>An exact decimal of declared precision and scale.</summary>
    Decimal,

    /// <summary>A date without time.</summary>
    Date,

    /// <summary>An instant.</summary>
    Instant,
}

/// <summary>
/// The type of a column, from the schema alone: it is the same for every publication that follows the schema, and tells
/// nothing of the records. A number has one only where the schema bounds it, so that no digit is lost and no record can
/// turn up that does not fit; else it is text.
/// </summary>
/// <param name="Kind">What the values are.</param>
/// <param name="Precision">Digits of a decimal.</param>
/// <param name="Scale">Those of them that stand after the point.</param>
sealed record ColumnType(ColumnKind Kind, int Precision = 0, int Scale = 0)
{
    /// <summary>Digits that <see cref="decimal"/> holds, whichever they are.</summary>
    const int MostDigits = 28;

    public static ColumnType Text { get; } = new(ColumnKind.Text);

    /// <summary>The type of a field.</summary>
    public static ColumnType Of(SchemaField field) => field.Types.Where(type => type != "null").ToList() switch
    {
        ["boolean"] => new(ColumnKind.Boolean),
        ["string"] when field.Format == "date" => new(ColumnKind.Date),
        ["string"] when field.Format == "date-time" => new(ColumnKind.Instant),
        ["integer"] or ["number"] or ["integer", "number"] or ["number", "integer"] => OfNumbers(field.Range),
        ["array"] or ["object"] => new(ColumnKind.Json),
        _ => Text,
    };

    /// <summary>For people, in errors.</summary>
    public override string ToString() => Kind switch
    {
        ColumnKind.Boolean => "true or false",
        ColumnKind.Integer => "a whole number of 64 bits",
        ColumnKind.Decimal => $"a decimal of {Precision} digits, {Scale} of them after the point",
        ColumnKind.Date => "a date from year 1 on",
        ColumnKind.Instant => "an instant from year 1 on",
        _ => "text",
    };

    static ColumnType OfNumbers(NumberRange? range)
    {
        if (range is not { Scale: { } scale })
            return Text;
        if (scale == 0 && range.Least >= long.MinValue && range.Most <= long.MaxValue)
            return new(ColumnKind.Integer);
        var whole = Math.Max(DigitsOf(range.Least), DigitsOf(range.Most));
        return whole + scale <= MostDigits ? new(ColumnKind.Decimal, whole + scale, scale) : Text;
    }

    /// <summary>Digits before the point.</summary>
    static int DigitsOf(decimal value)
    {
        var digits = 1;
        for (var rest = decimal.Truncate(Math.Abs(value)); rest >= 10; rest = decimal.Truncate(rest / 10))
            digits++;
        return digits;
    }
}
