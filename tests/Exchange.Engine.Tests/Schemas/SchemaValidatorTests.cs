using System.Text;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

public class SchemaValidatorTests
{
    static SchemaValidator Validator(string schema, DocumentLimits? limits = null) =>
        SchemaPlan.Compile(Encoding.UTF8.GetBytes(schema), new SchemaPlanOptions { Limits = limits ?? DocumentLimits.Default }).CreateValidator();

    static List<SchemaError> Errors(string schema, string json, DocumentLimits? limits = null)
    {
        var errors = new List<SchemaError>();
        var validator = Validator(schema, limits);
        var valid = validator.Validate(Encoding.UTF8.GetBytes(json), errors);
        Assert.That(valid, Is.EqualTo(errors.Count == 0).And.EqualTo(validator.IsValid(Encoding.UTF8.GetBytes(json))));
        return errors;
    }

    [TestCase("""{"properties":{"id":{"pattern":"^[0-9]{18}$"}}}""", """{"id":"7"}""", "/id", "pattern", "/properties/id/pattern", "must match the pattern ^[0-9]{18}$")]
    [TestCase("""{"properties":{"a":{"type":["integer","null"]}}}""", """{"a":1.5}""", "/a", "type", "/properties/a/type", "must be a whole number or empty (null)")]
    [TestCase("""{"required":["name"]}""", "{}", "", "required", "/required", "must have the field \"name\"")]
    [TestCase("""{"additionalProperties":false}""", """{"a/b":1}""", "/a~1b", "additionalProperties", "/additionalProperties", "must not be there: the schema knows no such field")]
    [TestCase("""{"items":{"enum":["a","b"]}}""", """["a","c"]""", "/1", "enum", "/items/enum", "must be one of \"a\", \"b\"")]
    [TestCase("""{"$defs":{"d":{"format":"date"}},"properties":{"on":{"$ref":"#/$defs/d"}}}""", """{"on":"2023-02-29"}""", "/on", "format", "/$defs/d/format", "must be a date such as 2024-02-29")]
    [TestCase("""{"maximum":0.1}""", "0.10000000000000000000000000000000001", "", "maximum", "/maximum", "must be at most 0.1")]
    [TestCase("""{"multipleOf":0.01}""", "123456789012345678901234567890.015", "", "multipleOf", "/multipleOf", "must be a multiple of 0.01")]
    [TestCase("""{"maxLength":2}""", "\"🐲龍王\"", "", "maxLength", "/maxLength", "must have at most 2 character(s)")]
    [TestCase("""{"uniqueItems":true}""", """[{"a":1,"b":[2]},{"b":[2.0],"a":1e0}]""", "", "uniqueItems", "/uniqueItems", "must not hold the same value twice")]
    public void AnErrorTellsPlaceKeywordAndWhatMustHold(string schema, string json, string instance, string keyword, string place, string message) =>
        Assert.That(Errors(schema, json), Is.EqualTo(new[] { new SchemaError(instance, keyword, place, message) }));

    [Test]
    public void EveryErrorIsListed()
    {
        var errors = Errors("""{"properties":{"a":{"type":"string"},"b":{"minimum":1}},"required":["c","d"],"additionalProperties":false}""", """{"a":1,"b":0,"e":null}""");
        Assert.That(errors.Select(e => e.Keyword), Is.EqualTo(new[] { "type", "minimum", "additionalProperties", "required", "required" }));
    }

    [TestCase("", "json")]
    [TestCase("{", "json")]
    [TestCase("[1,]", "json")]
    [TestCase("{\"a\":1,}", "json")]
    [TestCase("[1]x", "json")]
    [TestCase("01", "json")]
    [TestCase("-", "json")]
    [TestCase("1.", "json")]
    [TestCase("1e", "json")]
    [TestCase("NaN", "json")]
    [TestCase("tru", "json")]
    [TestCase("\"a", "json")]
    [TestCase("\"a\tb\"", "json")]
    [TestCase("\"\\x\"", "json")]
    [TestCase("\"\\u12\"", "json")]
    [TestCase("\"\\ud800\"", "json")]
    [TestCase("\"\\ud800\\u0041\"", "json")]
    [TestCase("\"\\udc00\"", "json")]
    [TestCase("\"\\u0000\"", "json")]
    [TestCase("\"\0\"", "json")]
    [TestCase("\uFEFF1", "json")]
    [TestCase("{\"a\":1,\"a\":2}", "duplicate")]
    [TestCase("{\"a\":1,\"\\u0061\":2}", "duplicate")]
    [TestCase("[[[[[]]]]]", "depth")]
    public void TextThatIsNoSoundJsonIsAnError(string json, string keyword) =>
        Assert.That(Errors("true", json, new DocumentLimits { MaxDepth = 4 }).Single().Keyword, Is.EqualTo(keyword));

    [Test]
    public void BytesThatAreNoUtf8AreAnError()
    {
        foreach (var bytes in new byte[][] { [0x22, 0xC3, 0x28, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xFF, 0x22], [0x22, 0x5C, 0x6E, 0xC3, 0x22] })
            Assert.That(Validator("true").IsValid(bytes), Is.False, Convert.ToHexString(bytes));
    }

    [Test]
    public void ADuplicateAmongManyNamesIsFound()
    {
        var members = Enumerable.Range(0, 5_000).Select(i => $"\"field-with-one-long-middle-{i}-and-end\":{i}").ToList();
        Assert.That(Errors("true", $"{{{string.Join(',', members)}}}"), Is.Empty);
        members.Add(members[2_500]);
        Assert.That(Errors("true", $"{{{string.Join(',', members)}}}").Single().Keyword, Is.EqualTo("duplicate"));
    }

    [Test]
    public void NulMayStandWhereItIsAllowed() => Assert.That(Errors("true", "\"\\u0000\"", new DocumentLimits { AllowNul = true }), Is.Empty);

    [Test]
    public void NoMessageEverHoldsTheValue()
    {
        const string schema = """
            {"properties":{"id":{"type":"string","pattern":"^x$","minLength":99,"format":"date","enum":["q"],"const":"q","not":{"type":"string"},"anyOf":[{"const":"q"}],"oneOf":[{"const":"q"}]},
            "n":{"minimum":1e9,"multipleOf":7,"type":"string"}}}
            """;
        var errors = Errors(schema, """{"id":"SECRET-110101","n":424242}""");
        Assert.That(errors, Has.Count.GreaterThan(9));
        Assert.That(errors.Select(e => e.ToString()), Has.None.Contains("SECRET").And.None.Contains("424242"));
    }

    [Test]
    public void IsValidAllocatesNothing()
    {
        var validator = Validator("""
            {"type":"object","properties":{"id":{"type":"string","pattern":"^[0-9]{18}$"},"on":{"format":"date"},"n":{"type":"number","minimum":0,"multipleOf":0.01},
            "s":{"enum":["a","b"]},"t":{"type":"array","uniqueItems":true,"items":{"type":"string"}},"w":{"type":"string","maxLength":9}},"required":["id"],"additionalProperties":false}
            """);
        var record = Encoding.UTF8.GetBytes("""{"id":"110101199003071234","on":"2024-02-29","n":12.34,"s":"b","t":["x","y"],"w":"\u738b王\n"}""");
        var valid = 0;
        Assert.That(Allocations.Least(() =>
        {
            for (var i = 0; i < 1_000; i++)
                valid += validator.IsValid(record) ? 1 : 0;
        }), Is.Zero);
        Assert.That(valid, Is.EqualTo(Allocations.Rounds * 1_000));
    }

    [TestCase("""{"$schema":"http://json-schema.org/draft-04/schema#"}""", "$schema")]
    [TestCase("""{"$schema":"http://json-schema.org/draft-07/schema#","properties":{"a":{"contentEncoding":"base64"}}}""", "contentEncoding")]
    public void WhatThePlanDoesNotCoverIsSaid(string schema, string keyword) =>
        Assert.That(SchemaPlan.Compile(Encoding.UTF8.GetBytes(schema)).Uncovered.Single().Keyword, Is.EqualTo(keyword));

    [Test]
    public void AllProblemsOfASchemaAreListedAtOnce() => Assert.That(
        () => SchemaPlan.Compile("""{"type":"text","minimum":"1","multipleOf":0,"required":"a","pattern":"(","enum":1,"allOf":[],"$ref":"#/no","items":[]}"""u8.ToArray()),
        Throws.TypeOf<SchemaException>().With.Property("Problems").Count.EqualTo(9));
}
