using System.Text;
using System.Text.Json;
using CsCheck;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

public class FlatObjectTests
{
    const string Flat = """
        {"type":"object","properties":{
          "id":{"type":"string","pattern":"^[0-9]{2}$"},"n":{"type":["integer","null"],"minimum":0,"multipleOf":5},"s":{"enum":["a","王",null,1,true]},
          "d":{"$ref":"#/$defs/day"},"t":{"type":"string","minLength":1,"maxLength":2},"x":{"type":"number","not":{"const":3}}},
         "required":["id","n"],"additionalProperties":false,"$defs":{"day":{"type":"string","format":"date"}}}
        """;

    static readonly SchemaPlan Plan = SchemaPlan.Compile(Encoding.UTF8.GetBytes(Flat));

    static readonly Gen<string> Values = Gen.OneOfConst(
        "null", "true", "false", "0", "5", "7", "-5", "1.0", "1e1", "3", "2.5", "\"\"", "\"a\"", "\"王\"", "\"12\"", "\"1\"", "\"2024-02-29\"", "\"2023-02-29\"", "\"abc\"");

    [Test]
    public void LeavesRequiredFieldsAndClosednessComeToTheSameAsTheWholeValidation()
    {
        var flat = Plan.Flat!;
        Gen.Select(Gen.OneOfConst("id", "n", "s", "d", "t", "x", "other"), Values).Array[0, 6].Sample(
            pairs =>
            {
                var record = pairs.DistinctBy(p => p.Item1).ToArray();
                var json = $"{{{string.Join(',', record.Select(p => $"\"{p.Item1}\":{p.Item2}"))}}}";
                var byLeaves = flat.Fields.All(f => !f.Required || record.Any(p => p.Item1 == f.Name))
                    && record.All(p => flat.Fields.SingleOrDefault(f => f.Name == p.Item1) is { } field ? Check(field, p.Item2) is null : !flat.Closed);
                return byLeaves == Plan.CreateValidator().IsValid(Encoding.UTF8.GetBytes(json));
            },
            iter: 5_000);
    }

    static SchemaError? Check(FlatField field, string json)
    {
        using var document = JsonDocument.Parse(json);
        var value = document.RootElement;
        var kind = value.ValueKind switch
        {
            JsonValueKind.Null => LeafKind.Null,
            JsonValueKind.True => LeafKind.True,
            JsonValueKind.False => LeafKind.False,
            JsonValueKind.String => LeafKind.String,
            _ => json.AsSpan().ContainsAny('.', 'e') ? LeafKind.Number : LeafKind.Integer,
        };
        return field.Leaf.Check(Encoding.UTF8.GetBytes(kind == LeafKind.String ? value.GetString()! : json), kind);
    }

    [Test]
    public void ALeafTellsTheSameErrorAsTheValidator()
    {
        var errors = new List<SchemaError>();
        Plan.CreateValidator().Validate("""{"id":"123","n":5}"""u8, errors);
        Assert.That(Plan.Flat!.Fields[0].Leaf.Check("123"u8, LeafKind.String), Is.EqualTo(errors.Single()));
    }

    [TestCase("""{"type":"object","properties":{"a":{"type":"object"}}}""")]
    [TestCase("""{"type":"object","properties":{"a":{}}}""")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}},"minProperties":1}""")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}},"if":{"required":["a"]},"then":false}""")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}},"patternProperties":{"b":true}}""")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}}""")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}},"unevaluatedProperties":false}""")]
    [TestCase("""{"type":"object","properties":{"a":{"type":"string"}},"required":["b"]}""")]
    [TestCase("""{"type":"string"}""")]
    public void ASchemaThatSaysMoreThanItsLeavesIsNotFlat(string schema) => Assert.That(SchemaPlan.Compile(Encoding.UTF8.GetBytes(schema)).Flat, Is.Null);
}
