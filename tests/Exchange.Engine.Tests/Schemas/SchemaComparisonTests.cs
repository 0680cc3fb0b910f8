using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

public class SchemaComparisonTests
{
    const string Base = """
        {"title":"T","type":"object","x-key":["id"],"x-classification":"internal","properties":{
          "id":{"type":"string"},
          "n":{"type":"integer","minimum":0,"exclusiveMaximum":10},
          "s":{"enum":["a","b"],"x-classification":"personal"},
          "d":{"type":"string","format":"date"},
          "l":{"type":"array","items":{"type":"object","properties":{"x":{"type":"number","multipleOf":0.1}},"required":["x"]},"maxItems":5}},
         "required":["id","n"],"additionalProperties":false}
        """;

    static SharedSchema Schema(string json) => SharedSchema.Parse("t", "1.0", Encoding.UTF8.GetBytes(json)).Required();

    static SchemaComparison Compare(string part, string replacement)
    {
        var changed = Base.Replace(part, replacement, StringComparison.Ordinal);
        Assert.That(changed, Is.Not.EqualTo(Base), "the test changes nothing");
        return SchemaComparison.Compare(Schema(Base), Schema(changed));
    }

    [TestCase("\"d\":{\"type\":\"string\",\"format\":\"date\"},", "", "/properties/d", "removed")]
    [TestCase("\"type\":\"integer\"", "\"type\":\"number\"", "/properties/n/type", "changed from integer to number")]
    [TestCase("\"type\":\"integer\"", "\"type\":[\"integer\",\"null\"]", "/properties/n/type", "integer, null")]
    [TestCase("\"type\":\"integer\",", "", "/properties/n/type", "any type")]
    [TestCase("[\"id\",\"n\"]", "[\"id\"]", "/required", "need no longer be there")]
    [TestCase("[\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]", "/properties/s/enum", "\"c\" was added")]
    [TestCase("\"enum\":[\"a\",\"b\"]", "\"type\":\"string\"", "/properties/s/enum", "no longer listed")]
    [TestCase("[\"id\"],\"x-cl", "[\"n\"],\"x-cl", "/x-key", "key changed from id to n")]
    [TestCase("\"date\"", "\"date-time\"", "/properties/d/format", "changed")]
    [TestCase(",\"format\":\"date\"", "", "/properties/d/format", "removed")]
    [TestCase("\"minimum\":0", "\"minimum\":-1", "/properties/n/minimum", "changed from 0 to -1")]
    [TestCase("\"exclusiveMaximum\":10", "\"maximum\":10", "/properties/n/exclusiveMaximum", "removed")]
    [TestCase("\"multipleOf\":0.1", "\"multipleOf\":0.05", "/properties/l/items/properties/x/multipleOf", "changed")]
    [TestCase("[\"x\"]", "[]", "/properties/l/items/required", "\"x\" need no longer")]
    [TestCase("\"maxItems\":5", "\"maxItems\":6", "/properties/l/maxItems", "changed from 5 to 6")]
    public void AChangeThatReadersMayTripOverIsBreaking(string part, string replacement, string pointer, string what)
    {
        var comparison = Compare(part, replacement);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(comparison.IsCompatible, Is.False);
            Assert.That(comparison.Changes[0], Has.Property("Pointer").EqualTo(pointer).And.Property("What").Contains(what).And.Property("Impact").EqualTo(ChangeImpact.Breaking));
            Assert.That(comparison.Changes[0].Why, Is.Not.Empty);
        }
    }

    [TestCase("\"id\":{\"type\":\"string\"}", "\"id\":{\"type\":\"string\"},\"new\":{\"type\":\"string\"}")]
    [TestCase("[\"id\",\"n\"]", "[\"id\",\"n\",\"s\"]")]
    [TestCase("[\"a\",\"b\"]", "[\"b\"]")]
    [TestCase("\"enum\":[\"a\",\"b\"]", "\"const\":\"a\"")]
    [TestCase("\"minimum\":0", "\"exclusiveMinimum\":0")]
    [TestCase("\"exclusiveMaximum\":10", "\"maximum\":9.99")]
    [TestCase("\"multipleOf\":0.1", "\"multipleOf\":0.5")]
    [TestCase("\"type\":\"number\"", "\"type\":\"integer\"")]
    [TestCase("\"format\":\"date\"", "\"format\":\"date\",\"pattern\":\"^2\"")]
    [TestCase(",\"additionalProperties\":false", "")]
    [TestCase("\"type\":\"object\",\"x-key\"", "\"not\":{\"required\":[\"s\",\"d\"]},\"type\":\"object\",\"x-key\"")]
    public void AChangeThatNarrowsOrAddsIsCompatible(string part, string replacement) => Assert.That(Compare(part, replacement).IsCompatible, Is.True);

    [Test]
    public void AClassificationThatChangesIsANote()
    {
        var comparison = Compare("\"personal\"", "\"sensitive\"");
        Assert.That(comparison.Changes.Single(), Has.Property("Impact").EqualTo(ChangeImpact.Note).And.Property("What").EqualTo("the classification changed from personal to sensitive"));
        Assert.That(comparison.IsCompatible, Is.True);
    }

    [Test]
    public void OtherWordsAreDocumentationOnly()
    {
        var comparison = Compare("\"title\":\"T\"", "\"title\":\"U\",\"description\":\"V\"");
        Assert.That(comparison, Has.Property("IsDocumentationOnly").True.And.Property("IsCompatible").True);
        Assert.That(comparison.Changes, Has.Count.EqualTo(2));
    }

    [Test]
    public void MovingAFieldBehindAReferenceChangesNothing()
    {
        const string field = "{\"type\":\"string\",\"format\":\"date\"}";
        var moved = Base.Replace(field, "{\"$ref\":\"#/$defs/day\"}", StringComparison.Ordinal).TrimEnd()[..^1] + $",\"$defs\":{{\"day\":{field}}}}}";
        Assert.That(SchemaComparison.Compare(Schema(Base), Schema(moved)).Changes, Is.Empty);
    }

    static readonly Gen<string> FieldSchemas = Gen.Select(
        Gen.OneOfConst("", "\"type\":\"string\",", "\"type\":\"integer\",", "\"type\":\"number\",", "\"type\":[\"string\",\"null\"],", "\"type\":[\"integer\",\"string\"],"),
        Gen.OneOfConst(
            "", "\"minimum\":0,", "\"minimum\":2,", "\"exclusiveMinimum\":0,", "\"maximum\":2,", "\"exclusiveMaximum\":2,", "\"minLength\":1,", "\"maxLength\":1,",
            "\"multipleOf\":2,", "\"multipleOf\":0.5,", "\"pattern\":\"^a\",", "\"format\":\"date\",", "\"enum\":[\"a\",1],", "\"enum\":[\"a\",1,2],", "\"const\":1,",
            "\"not\":{\"const\":2},", "\"anyOf\":[{\"minimum\":1},{\"type\":\"string\"}],"),
        Gen.OneOfConst("", "\"minLength\":2,", "\"maximum\":3,"),
        (type, first, second) => $"{{{(type + first + (first.Contains(second.Split(':')[0], StringComparison.Ordinal) ? "" : second)).TrimEnd(',')}}}");

    /// <summary>Two versions that differ in one part: most pairs of independent schemas would be breaking.</summary>
    static readonly Gen<(string Old, string New)> Versions = Gen.Select(
        FieldSchemas.Array[6], Gen.OneOfConst("", ",\"f\"", ",\"g\"", ",\"f\",\"g\"").Array[2], Gen.Int[0, 7].Array[2], Gen.Int[0, 4]).Select((fields, required, forms, changed) =>
        {
            string Pick(int part) => fields[part + (changed == part ? 3 : 0)];
            return (SchemaText(fields[0], fields[1], fields[2], required[0], forms[0]),
                SchemaText(Pick(0), Pick(1), Pick(2), required[changed == 3 ? 1 : 0], forms[changed == 4 ? 1 : 0]));
        });

    static string SchemaText(string f, string g, string inner, string required, int form)
    {
        // A closed object that requires a field it does not name allows no record at all.
        var optionalField = (form & 1) == 0 && !required.Contains('f', StringComparison.Ordinal) ? "" : $"\"f\":{f},";
        var innerRequired = (form & 2) == 0 ? "" : ",\"required\":[\"f\"]";
        var closed = (form & 4) == 0 ? "" : ",\"additionalProperties\":false";
        var nested = $"{{\"type\":\"object\",\"properties\":{{\"f\":{inner}}}{innerRequired}}}";
        return $"{{\"type\":\"object\",\"x-key\":[\"id\"],\"properties\":{{\"id\":{{\"type\":\"string\"}},{optionalField}\"g\":{g},\"o\":{nested}}},\"required\":[\"id\"{required}]{closed}}}";
    }

    static readonly Gen<string?> Values = Gen.OneOfConst<string?>(null, "null", "0", "1", "2", "3", "0.5", "\"a\"", "\"ab\"", "\"b\"", "\"\"", "\"2024-02-29\"", "true");

    static readonly Gen<string> Records = Gen.Select(Values, Values, Values).Select((f, g, inner) =>
        $"{{\"id\":\"1\"{(f is null ? "" : $",\"f\":{f}")}{(g is null ? "" : $",\"g\":{g}")},\"o\":{{{(inner is null ? "" : $"\"f\":{inner}")}}}}}");

    [Test]
    public void RecordsOfACompatibleVersionAreValidForReadersOfTheOldOne()
    {
        var compatible = 0;
        Gen.Select(Versions, Records.Array[40]).Sample(
            (versions, records) =>
            {
                var (old, next) = (Schema(versions.Old), Schema(versions.New));
                if (!SchemaComparison.Compare(old, next).IsCompatible)
                    return true;
                Interlocked.Increment(ref compatible);
                return records.All(r => !IsValid(next, r) || IsValid(old, WithoutUnknownFields(r, old)));
            },
            iter: 1_500);
        Assert.That(compatible, Is.GreaterThan(300), "too few pairs were compatible for the test to say much");
    }

    static bool IsValid(SharedSchema schema, string record) => schema.Plan.CreateValidator().IsValid(Encoding.UTF8.GetBytes(record));

    static string WithoutUnknownFields(string record, SharedSchema old)
    {
        var json = JsonNode.Parse(record)!.AsObject();
        var known = old.Fields.Select(f => f.Pointer[1..]).Concat(old.Document.GetProperty("required").EnumerateArray().Select(r => r.GetString()!)).ToHashSet(StringComparer.Ordinal);
        foreach (var name in json.Select(p => p.Key).Where(n => !known.Contains(n)).ToArray())
            json.Remove(name);
        return json.ToJsonString();
    }
}
