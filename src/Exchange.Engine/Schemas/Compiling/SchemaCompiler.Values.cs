using System.Globalization;
using System.Text;
using System.Text.Json;
using Exchange.Engine.Schemas.Formats;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Keywords;
using Exchange.Engine.Schemas.Patterns;

namespace Exchange.Engine.Schemas.Compiling;

/// <content>Keywords that look at one value only.</content>
sealed partial class SchemaCompiler
{
    const int ShownValues = 10;

    static readonly Dictionary<string, (KindSet Kinds, string Words)> Types = new(StringComparer.Ordinal)
    {
        ["null"] = (KindSet.Null, "empty (null)"),
        ["boolean"] = (KindSet.Boolean, "true or false"),
        ["integer"] = (KindSet.Integer, "a whole number"),
        ["number"] = (KindSet.Number, "a number"),
        ["string"] = (KindSet.String, "a text"),
        ["array"] = (KindSet.Array, "a list"),
        ["object"] = (KindSet.Object, "an object"),
    };

    IEnumerable<Keyword?> CompileValues(Context at)
    {
        yield return CompileType(at);
        yield return CompileEnum(at, "enum");
        yield return CompileEnum(at, "const");
        foreach (var (keyword, words) in new[] { ("minimum", "at least"), ("maximum", "at most"), ("exclusiveMinimum", "more than"), ("exclusiveMaximum", "less than") })
            yield return Number(at, keyword) is { } bound ? new BoundKeyword(keyword, bound.Location.Shown, bound.Value, $"must be {words} {bound.Location.Element.GetRawText()}") : null;
        yield return CompileMultipleOf(at);
        yield return Length(at, "minLength", "at least");
        yield return Length(at, "maxLength", "at most");
        if (at.TryGet("pattern", out var pattern) && IsText(pattern) && CompilePattern(pattern, pattern.Element.GetString()!) is { } matcher)
            yield return new PatternKeyword(pattern.Shown, matcher, $"must match the pattern {pattern.Element.GetString()}");
        foreach (var (keyword, kind, words) in new[]
                 {
                     ("minItems", KindSet.Array, "at least {0} item(s)"), ("maxItems", KindSet.Array, "at most {0} item(s)"),
                     ("minProperties", KindSet.Object, "at least {0} field(s)"), ("maxProperties", KindSet.Object, "at most {0} field(s)"),
                 })
            yield return Count(at, keyword) is { } count ? new CountKeyword(keyword, $"{at.Location.Shown}/{keyword}", kind, count, "must have " + string.Format(CultureInfo.InvariantCulture, words, count)) : null;
        if (at.TryGet("uniqueItems", out var unique) && unique.Element.ValueKind == JsonValueKind.True)
            yield return new UniqueItemsKeyword(unique.Shown);
    }

    TypeKeyword? CompileType(Context at)
    {
        if (!at.TryGet("type", out var type))
            return null;
        var names = type.Element.ValueKind == JsonValueKind.Array ? type.Element.EnumerateArray().ToArray() : [type.Element];
        if (names.Length == 0 || !names.All(n => n.ValueKind == JsonValueKind.String && Types.ContainsKey(n.GetString()!)))
            return Problem<TypeKeyword>(type, "type names something else than JSON's types", "Use null, boolean, integer, number, string, array or object");
        var types = names.Select(n => Types[n.GetString()!]).ToArray();
        return new TypeKeyword(type.Shown, types.Aggregate(KindSet.None, (all, t) => all | t.Kinds), "must be " + string.Join(" or ", types.Select(t => t.Words)));
    }

    EnumKeyword? CompileEnum(Context at, string keyword)
    {
        if (!at.TryGet(keyword, out var location))
            return null;
        var value = location.Element;
        var isConst = keyword == "const";
        if (!isConst && value.ValueKind != JsonValueKind.Array)
            return Problem<EnumKeyword>(location, "enum must be an array", "List the allowed values in brackets");
        var allowed = Encoding.UTF8.GetBytes(isConst ? $"[{value.GetRawText()}]" : value.GetRawText());
        var tape = new JsonTape(EnumKeyword.Limits);
        if (!tape.Read(allowed))
            return Problem<EnumKeyword>(location, $"the allowed values are no sound JSON: {tape.Failure!.Reason}", "Correct them");
        return new EnumKeyword(keyword, location.Shown, allowed, tape, isConst ? "must be " + value.GetRawText() : "must be one of " + Listed(value));
    }

    static string Listed(JsonElement values)
    {
        var shown = string.Join(", ", values.EnumerateArray().Take(ShownValues).Select(v => v.GetRawText()));
        return values.GetArrayLength() > ShownValues ? $"{shown} … ({values.GetArrayLength()} in all)" : shown;
    }

    (SchemaLocation Location, ExactNumber Value)? Number(Context at, string keyword)
    {
        if (!at.TryGet(keyword, out var location))
            return null;
        if (location.Element.ValueKind == JsonValueKind.Number)
            return (location, ExactNumber.Parse(Encoding.ASCII.GetBytes(location.Element.GetRawText())));
        Problem(location, $"{keyword} must be a number", "Write it without quotes");
        return null;
    }

    MultipleOfKeyword? CompileMultipleOf(Context at)
    {
        if (Number(at, "multipleOf") is not { } divisor)
            return null;
        if (divisor.Value.CompareTo(default) <= 0)
            return Problem<MultipleOfKeyword>(divisor.Location, "multipleOf must be more than 0", "Write the step, such as 0.01");
        return new MultipleOfKeyword(divisor.Location.Shown, divisor.Value, $"must be a multiple of {divisor.Location.Element.GetRawText()}");
    }

    /// <summary>A whole number that is not negative; beyond any length the largest one.</summary>
    long? Count(Context at, string keyword)
    {
        if (!at.TryGet(keyword, out var location))
            return null;
        if (location.Element.ValueKind == JsonValueKind.Number && ExactNumber.Parse(Encoding.ASCII.GetBytes(location.Element.GetRawText())) is { IsInteger: true } number && number.CompareTo(default) >= 0)
            return location.Element.TryGetDecimal(out var value) && value < long.MaxValue ? (long)value : long.MaxValue;
        Problem(location, $"{keyword} must be a whole number that is not negative", "Write a number such as 1");
        return null;
    }

    LengthKeyword? Length(Context at, string keyword, string words) =>
        Count(at, keyword) is { } bound ? new LengthKeyword(keyword, $"{at.Location.Shown}/{keyword}", bound, $"must have {words} {bound} character(s)") : null;

    bool IsText(SchemaLocation location)
    {
        if (location.Element.ValueKind == JsonValueKind.String)
            return true;
        Problem(location, "must be a text", "Write it in double quotes");
        return false;
    }

    PatternMatcher? CompilePattern(SchemaLocation location, string pattern)
    {
        try
        {
            return PatternMatcher.Compile(pattern, options.AllowBacktracking);
        }
        catch (PatternException error)
        {
            return Problem<PatternMatcher>(location, $"the pattern {pattern} cannot be used: {error.Message}", "Correct the pattern");
        }
    }

    FormatKeyword? CompileFormat(Context at)
    {
        if (!at.TryGet("format", out var format) || !IsText(format))
            return null;
        var name = format.Element.GetString()!;
        if (!options.AssertFormat && !at.Owner.Dialect.FormatAssertion)
            return null;
        if (StringFormat.Find(name) is { } known)
            return new FormatKeyword(format.Shown, known);
        Warnings.Add(new SchemaProblem(format.Shown, $"the format \"{name}\" is not known and not checked", $"Use one of {string.Join(", ", StringFormat.Names.Order(StringComparer.Ordinal))}, or a pattern"));
        return null;
    }

    /// <summary>Encoded contents are annotations in 2020-12; draft 7 lets a validator check them, and the fallback does.</summary>
    void NoteContent(Context at)
    {
        foreach (var keyword in new[] { "contentEncoding", "contentMediaType" })
        {
            if (at.IsDraft7 && at.TryGet(keyword, out var content))
                Uncovered.Add(new UncoveredKeyword(content.Shown, keyword, "the content of texts is not looked into"));
        }
    }
}
