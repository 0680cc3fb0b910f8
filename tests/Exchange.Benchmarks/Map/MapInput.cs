using System.Globalization;
using System.Text;
using Exchange.Engine.Mapping;
using Exchange.Engine.Schemas;
using Exchange.Sdk;

namespace Exchange.Benchmarks.Map;

/// <summary>Ten columns of a company register as a text file hands them over, with the mapping and the schema for them.</summary>
static class MapInput
{
    public static readonly SourceColumn[] Columns =
        [.. new[] { "LICENCE", "NAME", "FOUNDED", "CAPITAL", "STATUS", "STREET", "POSTCODE", "CITY", "EMPLOYEES", "NOTE" }.Select(name => new SourceColumn(name, ValueKind.Text))];

    public const string Schema = """
        {
          "type": "object", "x-key": ["licence"], "required": ["licence", "name"], "additionalProperties": false,
          "properties": {
            "licence": { "type": "string", "pattern": "^[0-9]{9}$" },
            "name": { "type": "string", "minLength": 1, "maxLength": 200 },
            "founded": { "type": "string", "format": "date" },
            "capital": { "type": "number", "minimum": 0 },
            "status": { "enum": ["active", "suspended", "closed"] },
            "street": { "type": "string" },
            "postcode": { "type": "string", "pattern": "^[0-9]{6}$" },
            "city": { "type": "string", "maxLength": 100 },
            "employees": { "type": "integer", "minimum": 0, "maximum": 1000000 },
            "note": { "type": "string" }
          }
        }
        """;

    public const string Mapping = """
        {
          "tables": { "status": { "A": "active", "S": "suspended", "C": "closed" } },
          "fields": {
            "licence": "LICENCE",
            "name": "NAME",
            "founded": { "from": "FOUNDED", "parse": { "as": "date", "format": "yyyyMMdd" } },
            "capital": { "from": "CAPITAL", "parse": "decimal" },
            "status": { "from": "STATUS", "lookup": "status" },
            "street": "STREET",
            "postcode": "POSTCODE",
            "city": "CITY",
            "employees": { "from": "EMPLOYEES", "parse": "integer" },
            "note": "NOTE"
          }
        }
        """;

    public static MappingPlan Plan()
    {
        var schema = SharedSchema.Parse("company", "1.0", Encoding.UTF8.GetBytes(Schema)).Required();
        var document = MappingDocument.Parse(Encoding.UTF8.GetBytes(Mapping)).Document!;
        return MappingCompiler.Compile(document, Columns, schema).Plan!;
    }

    /// <summary>Full batches of at least so many rows together.</summary>
    public static List<Batch> Batches(int rows)
    {
        var batches = new List<Batch>();
        for (var row = 0; row < rows;)
        {
            var batch = new Batch();
            batch.Clear(Columns.Length);
            for (; row < rows && !batch.IsFull; row++)
                AddRow(batch, row);
            batches.Add(batch);
        }
        return batches;
    }

    static void AddRow(Batch batch, int row)
    {
        var founded = new DateOnly(1990, 1, 1).AddDays(row % 12_000);
        foreach (var cell in (string[])
        [
            row.ToString("D9", CultureInfo.InvariantCulture), $"Harbour Trading Company {row}", founded.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
            ((row % 1_000_000) + 0.25m).ToString(CultureInfo.InvariantCulture), "ASC".Substring(row % 3, 1), $"Long Street {row % 300}",
            (100_000 + (row % 800_000)).ToString(CultureInfo.InvariantCulture), "Northport", (row % 5000).ToString(CultureInfo.InvariantCulture), row % 4 == 0 ? "" : "entered by hand",
        ])
        {
            batch.AddText(cell);
        }
        batch.EndRow(row + 1);
    }
}
