using System.Text;
using System.Text.Json;
using CsCheck;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

/// <summary>Random schemas and instances: our plan beside Newtonsoft.Json.Schema, and beside itself.</summary>
public class DifferentialTests
{
    /// <summary>Stays below the library's quota of 1,000 validations an hour.</summary>
    const int Schemas = 300;

    static readonly Gen<string> Scalars = Gen.OneOfConst(
        "null", "true", "0", "1", "2", "3", "-1", "0.5", "1.5", "12", "\"\"", "\"a\"", "\"ab\"", "\"b\"", "\"abc\"", "\"12\"");

    static readonly Gen<string> Names = Gen.OneOfConst("a", "b", "c");

    static Gen<string> Object(Gen<string> names, Gen<string> values) =>
        Gen.Select(names, values).Array[0, 3].Select(pairs => $"{{{string.Join(',', pairs.DistinctBy(p => p.Item1).Select(p => $"\"{p.Item1}\":{p.Item2}"))}}}");

    static Gen<string> List(Gen<string> values, int min, int max) => values.Array[min, max].Select(items => $"[{string.Join(',', items)}]");

    static readonly Gen<string> Instances = Gen.Recursive<string>((depth, inner) =>
        depth > 2 ? Scalars : Gen.Frequency((2, Scalars), (2, Object(Names, inner)), (1, List(inner, 0, 3))));

    static Gen<string> Keyword(Gen<string> schema) => Gen.OneOf(
        Gen.OneOfConst("null", "boolean", "integer", "number", "string", "array", "object").Select(t => $"\"type\":\"{t}\""),
        List(Scalars, 1, 3).Select(v => $"\"enum\":{v}"),
        Scalars.Select(v => $"\"const\":{v}"),
        Gen.Select(Gen.OneOfConst("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"), Gen.Int[-1, 3]).Select(p => $"\"{p.Item1}\":{p.Item2}"),
        Gen.Select(Gen.OneOfConst("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"), Gen.Int[0, 3]).Select(p => $"\"{p.Item1}\":{p.Item2}"),
        Gen.OneOfConst("\"pattern\":\"^a\"", "\"pattern\":\"b$\"", "\"pattern\":\"^[0-9]+$\"", "\"multipleOf\":2", "\"multipleOf\":0.5", "\"uniqueItems\":true", "\"additionalProperties\":false"),
        Object(Names, schema).Select(p => $"\"properties\":{p}"),
        Names.Array[1, 2].Select(n => $"\"required\":[{string.Join(',', n.Distinct().Select(x => $"\"{x}\""))}]"),
        schema.Select(s => $"\"items\":{s}"),
        schema.Select(s => $"\"contains\":{s}"),
        schema.Select(s => $"\"not\":{s}"),
        schema.Select(s => $"\"additionalProperties\":{s}"),
        Gen.Select(schema, schema, schema).Select(s => $"\"if\":{s.Item1},\"then\":{s.Item2},\"else\":{s.Item3}"),
        Gen.Select(Gen.OneOfConst("allOf", "anyOf", "oneOf"), List(schema, 1, 3)).Select(p => $"\"{p.Item1}\":{p.Item2}"));

    static readonly Gen<string> SchemaTexts = Gen.Recursive<string>((depth, inner) => depth > 3
        ? Gen.OneOfConst("true", "{}", "{\"type\":\"string\"}", "{\"minimum\":1}", "{\"const\":\"a\"}")
        : Keyword(inner).Array[1, 3].Select(k => $"{{{string.Join(',', k.DistinctBy(NameOf))}}}"));

    /// <summary>The library keeps one bound per side, so a schema gets no more than one.</summary>
    static string NameOf(string keyword) => keyword[..keyword.IndexOf(':', StringComparison.Ordinal)].Replace("exclusiveM", "m", StringComparison.Ordinal);

    [Test]
    public void ThePlanAgreesWithNewtonsoft()
    {
        var compared = 0;
        var disagreements = new List<string>();
        Gen.Select(SchemaTexts, Instances.Array[30]).Sample(
            (schema, instances) =>
            {
                var bytes = Encoding.UTF8.GetBytes(schema);
                var validator = SchemaPlan.Compile(bytes).CreateValidator();
                using var library = new StreamingFallback(bytes);
                foreach (var instance in instances.Select(Encoding.UTF8.GetBytes))
                {
                    var found = new List<FallbackError>();
                    library.Validate(instance, found);
                    compared += library.Unavailable is null ? 1 : 0;
                    if (validator.IsValid(instance) != (found.Count == 0))
                        disagreements.Add($"{schema} {Encoding.UTF8.GetString(instance)} {string.Join(' ', found)}");
                }
            },
            iter: Schemas, threads: 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(disagreements, Is.Empty);
            Assert.That(compared, Is.EqualTo(Schemas * 30));
        }
    }

    [Test]
    public void IsValidAndValidateAlwaysAgree() => Gen.Select(SchemaTexts, Instances.Array[20]).Sample(
        (schema, instances) =>
        {
            var validator = SchemaPlan.Compile(Encoding.UTF8.GetBytes(schema.Replace("additionalProperties", "unevaluatedProperties", StringComparison.Ordinal))).CreateValidator();
            return instances.Select(Encoding.UTF8.GetBytes).All(i =>
            {
                var errors = new List<SchemaError>();
                return validator.Validate(i, errors) == (errors.Count == 0) && validator.IsValid(i) == (errors.Count == 0);
            });
        },
        iter: 2_000);

    [Test]
    public void WhatIsSoundJsonIsWhatAStrictReaderTakes()
    {
        var plan = SchemaPlan.Compile("true"u8.ToArray());
        var signs = Gen.OneOfConst("{", "}", "[", "]", ",", ":", "\"a\"", "\"b\"", "\"\\n\"", "\"\\ud83d\\udc32\"", "\"\\ud83d\"", "1", "-0", "1.5e3", "01", "true", "null", " ", "\"", "é");
        Gen.Frequency((1, signs.Array[0, 8].Select(string.Concat)), (1, Instances)).Sample(
            text =>
            {
                var bytes = Encoding.UTF8.GetBytes(text);
                return plan.CreateValidator().IsValid(bytes) == (IsStrictJson(bytes) && !text.Contains("\"\\ud83d\"", StringComparison.Ordinal));
            },
            iter: 20_000);
    }

    static bool IsStrictJson(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}
