using System.Text.Json;

namespace Exchange.Engine.Schemas;

/// <summary>What a schema says of the numbers of a field: enough to tell how much room they take.</summary>
/// <param name="Least">None is smaller.</param>
/// <param name="Most">None is larger.</param>
/// <param name="Step">All are multiples of it; null where the schema does not say.</param>
public sealed record NumberRange(decimal Least, decimal Most, decimal? Step)
{
    /// <summary>Digits after the point at most: a multiple of 0.05 has two; null where the schema leaves that open.</summary>
    public int? Scale => Step?.Scale;

    /// <summary>
    /// Reads <c>minimum</c>, <c>exclusiveMinimum</c>, <c>maximum</c>, <c>exclusiveMaximum</c> and <c>multipleOf</c>, or
    /// takes the least and the most of an <c>enum</c> or <c>const</c>; null where a side is open, or a number has more
    /// digits than a decimal holds.
    /// </summary>
    /// <param name="schema">Schema of the field.</param>
    /// <param name="isInteger">Whether its numbers are whole.</param>
    internal static NumberRange? Of(JsonElement schema, bool isInteger)
    {
        if (schema.ValueKind != JsonValueKind.Object)
            return null;
        if (Listed(schema) is { } listed)
            return listed;
        if ((Number(schema, "minimum") ?? Number(schema, "exclusiveMinimum")) is not { } least || (Number(schema, "maximum") ?? Number(schema, "exclusiveMaximum")) is not { } most)
            return null;
        return new NumberRange(least, most, isInteger ? 1 : Number(schema, "multipleOf"));
    }

    static NumberRange? Listed(JsonElement schema)
    {
        List<JsonElement> values = schema.TryGetProperty("const", out var only) ? [only]
            : schema.TryGetProperty("enum", out var several) && several.ValueKind == JsonValueKind.Array ? [.. several.EnumerateArray()] : [];
        var numbers = values.Where(value => value.ValueKind == JsonValueKind.Number).Select(Exact).ToList();
        return numbers.Count == 0 || numbers.Contains(null)
            ? null
            : new NumberRange(numbers.Min()!.Value, numbers.Max()!.Value, new decimal(1, 0, 0, false, (byte)numbers.Max(number => number!.Value.Scale)));
    }

    static decimal? Number(JsonElement schema, string keyword) =>
        schema.TryGetProperty(keyword, out var value) && value.ValueKind == JsonValueKind.Number ? Exact(value) : null;

    /// <summary>The number, unless a decimal would round it.</summary>
    static decimal? Exact(JsonElement number)
    {
        const int exactDigits = 28;
        return number.GetRawText().Count(char.IsAsciiDigit) <= exactDigits && number.TryGetDecimal(out var value) ? value : null;
    }
}
