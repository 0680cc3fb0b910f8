using System.Text.Json;
using Exchange.Engine.Mapping.Expressions;
using Exchange.Engine.Records;

namespace Exchange.Engine.Mapping.Rules;

/// <summary>Reads rules. A rule that cannot be read becomes one without value, and a problem.</summary>
internal sealed class RuleReader(ProblemList problems)
{
    public static readonly string[] Sources = ["from", "const", "expr", "coalesce", "template", "when", "object", "array", "reject"];

    /// <summary>Sources whose value has a shape of its own, on which no step works.</summary>
    static readonly string[] Finished = ["const", "object", "array", "reject"];

    public IReadOnlyList<FieldRule> ReadFields(JsonElement element, string pointer, string field)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add(pointer, "Expected is an object of fields.", "Write { \"field\": \"COLUMN\", … }.");
            return [];
        }
        var fields = new List<FieldRule>();
        foreach (var member in element.EnumerateObject())
        {
            problems.Field = Pointer.Append(field, member.Name);
            fields.Add(new FieldRule(member.Name, Read(member.Value, Pointer.Append(pointer, member.Name), problems.Field)));
            problems.Field = null;
        }
        return fields;
    }

    public Rule Read(JsonElement element, string pointer, string field)
    {
        if (element.ValueKind == JsonValueKind.String)
            return new ColumnRule(pointer, element.GetString()!);
        if (element.ValueKind != JsonValueKind.Object)
        {
            problems.Add(pointer, "Expected is a column name or a rule.", $"Write \"COLUMN\", or {{ \"const\": {element.GetRawText()} }} for a fixed value.");
            return NoValue(pointer);
        }
        var rule = new ObjectReader(element, pointer, problems);
        var sources = Sources.Where(rule.Has).ToList();
        if (sources.Count != 1)
        {
            problems.Add(pointer, sources.Count == 0 ? "The rule does not say where its value comes from." : $"The rule has several sources: {string.Join(", ", sources)}.", $"Use one of {string.Join(", ", Sources)}.");
            return NoValue(pointer);
        }
        var source = ReadSource(rule, sources[0], field);
        if (Finished.Contains(sources[0]))
        {
            rule.Finish();
            return source;
        }
        var hasSteps = StepsReader.Names.Any(rule.Has);
        var steps = StepsReader.Read(rule);
        rule.Finish();
        return hasSteps ? new StepsRule(pointer, source, steps) : source;
    }

    Rule ReadSource(ObjectReader rule, string source, string field)
    {
        var element = rule.Take(source)!.Value;
        var pointer = rule.At(source);
        return source switch
        {
            "from" => Read(element, pointer, field),
            "const" => ReadConstant(element, pointer, problems),
            "expr" => ReadExpression(element, pointer) is { } expression ? new ExpressionRule(pointer, expression) : NoValue(pointer),
            "coalesce" => new CoalesceRule(pointer, ReadItems(element, pointer, field)),
            "template" => new TemplateRule(pointer, ReadTemplate(element, pointer)),
            "object" => ReadObject(element, pointer, field),
            "array" => new ArrayRule(pointer, ReadItems(element, pointer, field)),
            "reject" => ReadReject(rule),
            _ => ReadChoice(rule, field),
        };
    }

    ObjectRule ReadObject(JsonElement element, string pointer, string field)
    {
        var outer = problems.Field;
        var fields = ReadFields(element, pointer, field);
        problems.Field = outer;
        return new ObjectRule(pointer, fields);
    }

    Rule ReadChoice(ObjectReader rule, string field)
    {
        rule.Require("then", "Write { \"when\": \"…\", \"then\": …, \"else\": … }.");
        var when = ReadExpression(rule.Take("when")!.Value, rule.At("when"));
        var then = rule.Take("then") is { } yes ? Read(yes, rule.At("then"), field) : NoValue(rule.Pointer);
        var otherwise = rule.Take("else") is { } no ? Read(no, rule.At("else"), field) : null;
        return when is null ? NoValue(rule.Pointer) : new ChoiceRule(rule.Pointer, when, then, otherwise);
    }

    Rule ReadReject(ObjectReader rule)
    {
        var rejection = ReadRejection(rule, "reject");
        return rejection is { } read ? new RejectRule(rule.Pointer, read.Code, read.Message) : NoValue(rule.Pointer);
    }

    /// <summary>A rejection's code and message.</summary>
    public (string Code, string Message)? ReadRejection(ObjectReader rule, string codeName)
    {
        var message = rule.Text("message") ?? RejectionCode.DefaultMessage;
        try
        {
            return rule.Text(codeName) is { } code ? (RejectionCode.Check(code), message) : null;
        }
        catch (FormatException exception)
        {
            problems.Add(rule.At(codeName), exception.Message, "Choose a code that stays the same for as long as the rule does.");
            return null;
        }
    }

    public ExpressionText? ReadExpression(JsonElement element, string pointer)
    {
        if (element.ValueKind != JsonValueKind.String)
        {
            problems.Add(pointer, "Expected is an expression.", "Put it in double quotes, and texts in it in single quotes.");
            return null;
        }
        try
        {
            return new ExpressionText(pointer, element.GetString()!, ExpressionParser.Parse(element.GetString()!));
        }
        catch (ExpressionException exception)
        {
            problems.Add(pointer, exception.Explanation, exception.Fix);
            return null;
        }
    }

    public static Rule ReadConstant(JsonElement element, string pointer, ProblemList problems)
    {
        try
        {
            return new ConstantRule(pointer, CanonicalJson.Of(element));
        }
        catch (JsonException exception)
        {
            problems.Add(pointer, exception.Message, "Write a value that stands for itself.");
            return NoValue(pointer);
        }
    }

    static ConstantRule NoValue(string pointer) => new(pointer, "null"u8.ToArray());

    Rule[] ReadItems(JsonElement element, string pointer, string field)
    {
        if (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() > 0)
            return [.. element.EnumerateArray().Select((item, i) => Read(item, Pointer.Append(pointer, i), field))];
        problems.Add(pointer, "Expected is a list of rules.", "Write [\"COLUMN\", { … }].");
        return [];
    }

    List<Rule> ReadTemplate(JsonElement element, string pointer)
    {
        var parts = new List<Rule>();
        var text = element.ValueKind == JsonValueKind.String ? element.GetString()! : "";
        var literal = new System.Text.StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var doubled = i + 1 < text.Length && text[i] == text[i + 1];
            if (text[i] is '{' or '}' && doubled)
            {
                literal.Append(text[i++]);
            }
            else if (text[i] == '{' && text.IndexOf('}', i) is var end and > 0)
            {
                AddLiteral(parts, literal, pointer);
                parts.Add(new ColumnRule(pointer, text[(i + 1)..end]));
                i = end;
            }
            else if (text[i] is '{' or '}')
            {
                problems.Add(pointer, $"The brace at character {i + 1} has no partner.", "Write {COLUMN} for a column, {{ and }} for braces.");
                return parts;
            }
            else
            {
                literal.Append(text[i]);
            }
        }
        AddLiteral(parts, literal, pointer);
        if (!parts.Any(part => part is ColumnRule))
            problems.Add(pointer, "The template names no column.", "Write for example \"{STREET} {NUMBER}\", or use \"const\" for a fixed text.");
        return parts;
    }

    static void AddLiteral(List<Rule> parts, System.Text.StringBuilder literal, string pointer)
    {
        if (literal.Length == 0)
            return;
        parts.Add(new ConstantRule(pointer, JsonSerializer.SerializeToUtf8Bytes(literal.ToString())));
        literal.Clear();
    }
}
