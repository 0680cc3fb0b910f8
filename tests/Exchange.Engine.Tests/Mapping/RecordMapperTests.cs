using System.Text;
using Exchange.Sdk;
using static Exchange.Engine.Tests.Mapping.MappingFixture;

namespace Exchange.Engine.Tests.Mapping;

public class RecordMapperTests
{
    const string Company = """
        "id": { "type": "string", "pattern": "^[0-9]+$" }, "name": { "type": "string", "maxLength": 20 }, "founded": { "type": "string", "format": "date" },
        "capital": { "type": "number", "minimum": 0 }, "status": { "enum": ["active", "closed"] }
        """;

    const string Mapping = """
        {
          "tables": { "status": { "A": "active", "C": "closed" } },
          "filter": "STATUS <> 'X'",
          "fields": {
            "id": "ID",
            "name": "NAME",
            "founded": { "from": "FOUNDED", "parse": { "as": "date", "format": "yyyyMMdd" } },
            "capital": { "from": "CAPITAL", "parse": { "as": "decimal", "culture": "de-DE" } },
            "status": { "from": "STATUS", "lookup": "status" }
          }
        }
        """;

    static readonly SourceColumn[] Columns = TextColumns("ID", "NAME", "FOUNDED", "CAPITAL", "STATUS");

    [Test]
    public void A_row_becomes_canonical_json_with_key_and_hash()
    {
        var plan = Plan(Mapping, Columns, Schema(Company));
        var records = Map(plan, Rows(5, ["007", "Müller \"&\" Söhne", "19990131", "1.234,50", "A"], ["8", null, null, null, "C"]));

        Assert.That(records.Record(0), Is.EqualTo("""{"capital":1234.5,"founded":"1999-01-31","id":"007","name":"Müller \"&\" Söhne","status":"active"}"""));
        Assert.That(records.Record(1), Is.EqualTo("""{"id":"8","status":"closed"}"""));
        Assert.That(Encoding.UTF8.GetString(records.Key(0)), Is.EqualTo("007"));
        Assert.That(records.Hash(0), Is.Not.EqualTo(records.Hash(1)));
    }
}
