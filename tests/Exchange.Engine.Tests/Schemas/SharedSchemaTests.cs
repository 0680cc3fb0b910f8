using System.Text;
using Exchange.Engine.Schemas;

namespace Exchange.Engine.Tests.Schemas;

public class SharedSchemaTests
{
    const string Sound = """
        {
          "title": "Dog", "x-title": {"zh": "犬"}, "type": "object", "x-key": ["id"], "x-classification": "internal",
          "properties": {
            "id": {"type": "string", "title": "Number", "x-title": {"zh": "编号"}, "x-classification": "public"},
            "owner": {"$ref": "#/$defs/person", "x-classification": "personal"},
            "vaccinations": {"type": "array", "items": {"type": "object", "properties": {"on": {"type": "string", "format": "date"}}, "required": ["on"]}}
          },
          "required": ["id"],
          "$defs": {"person": {"type": "object", "title": "Person", "properties": {"name": {"type": ["string", "null"]}}}}
        }
        """;

    static ParsedSchema Parse(string json, string name = "dog", string version = "1.0") => SharedSchema.Parse(name, version, Encoding.UTF8.GetBytes(json));

    [Test]
    public void ASoundSchemaTellsItsKeyTitlesAndFields()
    {
        var schema = Parse(Sound, version: "2.11").Required();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(schema.Version, Is.EqualTo(new SchemaVersion(2, 11)));
            Assert.That(schema.Title, Is.EqualTo(new LocalTitle("Dog", "犬")));
            Assert.That(schema.Key, Is.EqualTo(new[] { "id" }));
            Assert.That(schema.Fields.Select(f => f.Pointer), Is.EqualTo(new[] { "/id", "/owner", "/owner/name", "/vaccinations", "/vaccinations/*/on" }));
            Assert.That(schema.Fields.Select(f => f.Classification), Is.EqualTo(new[] { Classification.Public, Classification.Personal, Classification.Personal, Classification.Internal, Classification.Internal }));
            Assert.That(schema.Fields[0], Has.Property("IsKey").True.And.Property("Required").True.And.Property("Title").EqualTo(new LocalTitle("Number", "编号")));
            Assert.That(schema.Fields[1].Title.En, Is.EqualTo("Person"));
            Assert.That(schema.Fields[2].Types, Is.EqualTo(new[] { "string", "null" }));
            Assert.That(schema.Fields[4], Has.Property("Format").EqualTo("date").And.Property("Required").True);
        }
    }

    [TestCase("\"x-key\": [\"id\"]", "\"x-key\": [\"nr\"]", "/x-key", "no property")]
    [TestCase("\"x-key\": [\"id\"],", "", "", "has no key")]
    [TestCase("\"x-key\": [\"id\"]", "\"x-key\": [\"id\", \"id\"]", "/x-key", "twice")]
    [TestCase("\"required\": [\"id\"]", "\"required\": []", "/required", "not required")]
    [TestCase("\"id\": {\"type\": \"string\"", "\"id\": {\"type\": [\"string\", \"null\"]", "/properties/id", "never null")]
    [TestCase("\"type\": \"object\", \"x-key\"", "\"type\": \"array\", \"x-key\"", "/type", "objects")]
    [TestCase("\"x-classification\": \"public\"", "\"x-classification\": \"secret\"", "/properties/id/x-classification", "does not exist")]
    [TestCase("{\"zh\": \"编号\"}", "\"编号\"", "/properties/id/x-title", "languages")]
    [TestCase("\"format\": \"date\"", "\"pattern\": \"(?=x)\"", "/properties/vaccinations/items/properties/on/pattern", "linear time")]
    [TestCase("\"format\": \"date\"", "\"minLength\": -1", "/properties/vaccinations/items/properties/on/minLength", "rules of JSON Schema")]
    [TestCase("\"#/$defs/person\"", "\"#/$defs/nobody\"", "/properties/owner/$ref", "leads nowhere")]
    [TestCase("\"title\": \"Dog\",", "\"title\": \"Dog\", \"title\": \"Cat\",", "", "stands twice")]
    [TestCase("\"title\": \"Dog\",", "\"$schema\": \"http://json-schema.org/draft-07/schema#\",", "/$schema", "2020-12")]
    public void AnUnsoundSchemaIsRefusedWithPlaceAndReason(string part, string replacement, string pointer, string reason)
    {
        var parsed = Parse(Sound.Replace(part, replacement, StringComparison.Ordinal));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(parsed.Schema, Is.Null);
            Assert.That(parsed.Problems, Has.Some.Matches<SchemaProblem>(p => p!.Pointer == pointer && p.Message.Contains(reason, StringComparison.Ordinal) && p.Fix.Length > 0));
        }
    }

    [TestCase("Dog", "1.0")]
    [TestCase("dog", "1")]
    [TestCase("dog", "0.1")]
    [TestCase("dog", "1.01")]
    [TestCase("dog/../cat", "1.0")]
    public void ANameAndAVersionHaveOneSpelling(string name, string version) => Assert.That(Parse(Sound, name, version).Problems, Has.Count.EqualTo(1));

    [Test]
    public void AnUnknownFormatIsAWarning() =>
        Assert.That(Parse(Sound.Replace("\"date\"", "\"moon-phase\"", StringComparison.Ordinal)).Required().Warnings.Single().Message, Does.Contain("moon-phase"));

    [Test]
    public void AFieldThatNobodyClassifiedCountsAsInternalAndIsReported()
    {
        var schema = Parse(Sound.Replace(", \"x-classification\": \"internal\"", "", StringComparison.Ordinal)).Required();
        Assert.That(schema.Warnings.Select(w => w.Pointer), Is.EqualTo(new[] { "/properties/vaccinations" }));
    }

    [Test]
    public void ASchemaThatAppliesItselfWithoutEndIsRefused()
    {
        var parsed = Parse(Sound.Replace("{\"type\": \"object\", \"title\": \"Person\"", "{\"$ref\": \"#/$defs/person\", \"title\": \"Person\"", StringComparison.Ordinal));
        Assert.That(parsed.Problems, Has.Some.Property("Message").Contains("without end"));
    }
}
