using Exchange.Engine.Mapping;
using Exchange.Sdk;
using static Exchange.Engine.Tests.Mapping.MappingFixture;

namespace Exchange.Engine.Tests.Mapping;

public class MappingSuggestionsTests
{
    [TestCase("REGISTERED_ON", ValueKind.Text, Confidence.Sure, "{ \"from\": \"REGISTERED_ON\", \"parse\": \"date\" }")]
    [TestCase("registeredOn", ValueKind.Date, Confidence.Sure, "\"registeredOn\"")]
    [TestCase("登记日期", ValueKind.Date, Confidence.Sure, "\"登记日期\"")]
    [TestCase("企业登记日期", ValueKind.Date, Confidence.Check, "\"企业登记日期\"")]
    [TestCase("REGISTRED_ON", ValueKind.Date, Confidence.Check, "\"REGISTRED_ON\"")]
    [TestCase("date registered", ValueKind.Text, Confidence.Check, "{ \"from\": \"date registered\", \"parse\": \"date\" }")]
    [TestCase("CAPITAL", ValueKind.Decimal, Confidence.NoMatch, null)]
    public void A_column_is_suggested_by_name_and_title_in_either_language(string column, ValueKind kind, Confidence confidence, string? rule)
    {
        var schema = Schema("""
            "id": { "type": "string" }, "registeredOn": { "type": "string", "format": "date", "x-title": { "en": "Registration date", "zh": "登记日期" } }
            """);
        var suggestion = MappingSuggestions.Suggest([new SourceColumn(column, kind)], schema).Single(s => s.Field.Name == "registeredOn");
        Assert.That((suggestion.Confidence, suggestion.Rule), Is.EqualTo((confidence, rule)));
    }

    [Test]
    public void A_column_is_suggested_once_for_the_field_that_it_fits_best()
    {
        var suggestions = MappingSuggestions.Suggest(TextColumns("NAME"), Schema("\"id\": { \"type\": \"string\" }, \"nam\": { \"type\": \"string\" }, \"name\": { \"type\": \"string\" }"));
        Assert.That(suggestions.Select(s => (s.Field.Name, s.Column?.Name)), Is.EqualTo(new[] { ("id", null), ("nam", null), ("name", "NAME") }));
    }

    [Test]
    public void Suggested_rules_compile()
    {
        var schema = Schema("""
            "id": { "type": "string" }, "count": { "type": "integer" }, "sum": { "type": "number" }, "open": { "type": "boolean" }, "day": { "type": "string", "format": "date" }, "at": { "type": "string", "format": "date-time" }
            """);
        var columns = TextColumns("ID", "COUNT", "SUM", "OPEN", "DAY", "AT");
        var fields = MappingSuggestions.Suggest(columns, schema).Select(suggestion => $"\"{suggestion.Field.Name}\": {suggestion.Rule}");
        var plan = Plan($$"""{ "fields": { {{string.Join(",", fields)}} } }""", columns, schema);
        Assert.That(Map(plan, Rows(6, ["7", "5", "1.5", "1", "2024-01-31", "2024-01-31T10:00:00+08:00"])).Record(), Is.EqualTo(
            """{"at":"2024-01-31T02:00:00Z","count":5,"day":"2024-01-31","id":"7","open":true,"sum":1.5}"""));
    }
}
