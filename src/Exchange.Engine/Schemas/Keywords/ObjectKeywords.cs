using System.Text;
using Exchange.Engine.Schemas.Instances;
using Exchange.Engine.Schemas.Patterns;

namespace Exchange.Engine.Schemas.Keywords;

/// <summary>What <see cref="PropertiesKeyword"/> is made of.</summary>
/// <param name="Pointer">Place of the schema object.</param>
/// <param name="Names">Names in <c>properties</c> and <c>required</c>.</param>
/// <param name="Schemas">Schema by name; null for names that are only required.</param>
/// <param name="Required">Names in <c>required</c>.</param>
/// <param name="Patterns"><c>patternProperties</c></param>
/// <param name="Additional"><c>additionalProperties</c>; null when it does not stand there.</param>
/// <param name="Closed">True when <c>additionalProperties</c> is false.</param>
sealed record PropertyRules(
    string Pointer,
    PropertyTable Names,
    SchemaNode?[] Schemas,
    IReadOnlyList<string> Required,
    IReadOnlyList<(PatternMatcher Pattern, SchemaNode Schema)> Patterns,
    SchemaNode? Additional,
    bool Closed);

/// <summary>
/// <c>properties</c>, <c>patternProperties</c>, <c>additionalProperties</c> and <c>required</c> of one schema object in
/// one pass over the properties.
/// </summary>
sealed class PropertiesKeyword : Keyword
{
    readonly PropertyRules rules;
    readonly ulong[] required;

    public PropertiesKeyword(PropertyRules rules)
        : base("properties", rules.Pointer, KindSet.Object)
    {
        this.rules = rules;
        required = new ulong[(rules.Names.Names.Count / 64) + 1];
        for (var i = 0; i < rules.Names.Names.Count; i++)
        {
            if (rules.Required.Contains(rules.Names.Names[i]))
                required[i / 64] |= 1UL << (i % 64);
        }
    }

    public PropertyRules Rules => rules;

    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        Span<ulong> seen = required.Length <= 8 ? stackalloc ulong[8] : new ulong[required.Length];
        var valid = true;
        var guess = 0;
        var name = token + 1;
        for (var left = json[token].Length; left > 0; left--, name = json[name + 1].Next)
        {
            var index = rules.Names.Find(json, name, guess);
            if (index >= 0)
                seen[index >> 6] |= 1UL << (index & 63);
            guess = index + 1;
            valid &= CheckProperty(evaluation, json, name, index);
            if (!valid && evaluation.Errors is null)
                return false;
        }
        for (var i = 0; i < required.Length; i++)
        {
            if ((seen[i] & required[i]) != required[i])
                return FailMissing(evaluation, json, token, seen);
        }
        return valid;
    }

    bool CheckProperty(Evaluation evaluation, in JsonView json, int name, int index)
    {
        var valid = true;
        var matched = false;
        if (index >= 0 && rules.Schemas[index] is { } schema)
        {
            matched = true;
            valid = schema.Check(evaluation, json, name + 1);
        }
        for (var i = 0; i < rules.Patterns.Count; i++)
        {
            if (!rules.Patterns[i].Pattern.IsMatch(json.Text(name)))
                continue;
            matched = true;
            valid &= rules.Patterns[i].Schema.Check(evaluation, json, name + 1);
        }
        if (!matched && rules.Closed)
            return Fail(evaluation, json, name + 1, "additionalProperties", $"{Pointer}/additionalProperties", "must not be there: the schema knows no such field");
        if (!matched && rules.Additional is not null)
        {
            matched = true;
            valid = rules.Additional.Check(evaluation, json, name + 1);
        }
        if (matched && evaluation.Tracks)
            evaluation.Evaluated(name + 1);
        return valid;
    }

    bool FailMissing(Evaluation evaluation, in JsonView json, int token, ReadOnlySpan<ulong> seen)
    {
        for (var i = 0; i < rules.Names.Names.Count && evaluation.Errors is not null; i++)
        {
            if ((required[i / 64] & ~seen[i / 64] & (1UL << (i % 64))) != 0)
                Fail(evaluation, json, token, "required", $"{Pointer}/required", $"must have the field \"{rules.Names.Names[i]}\"");
        }
        return false;
    }
}

/// <summary><c>propertyNames</c></summary>
sealed class PropertyNamesKeyword(string pointer, SchemaNode schema) : Keyword("propertyNames", pointer, KindSet.Object)
{
    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var valid = true;
        for (int i = 0, name = token + 1; i < json[token].Length; i++, name = json[name + 1].Next)
        {
            if (evaluation.Holds(schema, json, name))
                continue;
            valid = Fail(evaluation, json, name + 1, "must not be there: its name is not allowed");
            if (evaluation.Errors is null)
                break;
        }
        return valid;
    }
}

/// <summary>What must hold when a property is there: <c>dependentRequired</c>, <c>dependentSchemas</c>, <c>dependencies</c>.</summary>
sealed class DependentKeyword(string name, string pointer, IReadOnlyList<(string Name, string[] Required, SchemaNode? Schema)> rules)
    : Keyword(name, pointer, KindSet.Object)
{
    readonly byte[][] triggers = [.. rules.Select(r => Encoding.UTF8.GetBytes(r.Name))];
    readonly byte[][][] required = [.. rules.Select(r => r.Required.Select(Encoding.UTF8.GetBytes).ToArray())];

    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var valid = true;
        for (var i = 0; i < rules.Count; i++)
        {
            if (!Has(json, token, triggers[i]))
                continue;
            for (var j = 0; j < required[i].Length; j++)
            {
                if (!Has(json, token, required[i][j]))
                    valid = Fail(evaluation, json, token, $"must have the field \"{rules[i].Required[j]}\", because it has \"{rules[i].Name}\"");
            }
            valid &= rules[i].Schema?.Check(evaluation, json, token) ?? true;
            if (!valid && evaluation.Errors is null)
                return false;
        }
        return valid;
    }

    static bool Has(in JsonView json, int token, ReadOnlySpan<byte> wanted)
    {
        for (int i = 0, name = token + 1; i < json[token].Length; i++, name = json[name + 1].Next)
        {
            if (json.Text(name).SequenceEqual(wanted))
                return true;
        }
        return false;
    }
}

/// <summary><c>unevaluatedProperties</c></summary>
sealed class UnevaluatedPropertiesKeyword(string pointer, SchemaNode schema, bool closed)
    : Keyword("unevaluatedProperties", pointer, KindSet.Object)
{
    public override int Order => 2;

    public override bool Check(Evaluation evaluation, in JsonView json, int token)
    {
        var valid = true;
        var evaluated = evaluation.StampEvaluated(json.Count);
        for (int i = 0, name = token + 1; i < json[token].Length; i++, name = json[name + 1].Next)
        {
            if (evaluation.WasEvaluated(name + 1, evaluated))
                continue;
            valid &= closed
                ? Fail(evaluation, json, name + 1, "must not be there: the schema knows no such field")
                : schema.Check(evaluation, json, name + 1);
            if (!valid && evaluation.Errors is null)
                return false;
            evaluation.Evaluated(name + 1);
        }
        return valid;
    }
}
