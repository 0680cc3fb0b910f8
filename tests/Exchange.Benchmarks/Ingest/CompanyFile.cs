using System.Globalization;
using System.Text;

namespace Exchange.Benchmarks;

/// <summary>The input of the ingest benchmarks: companies, ten columns, some 120 bytes a row, always the same.</summary>
static class CompanyFile
{
    public const string Header = "ID,NAME,STATUS,REGISTERED,CAPITAL,REGION,PHONE,EMAIL,EMPLOYEES,WEBSITE";

    /// <summary>Columns of a typed table that PostgreSQL's own COPY fills.</summary>
    public const string TypedColumns = "id text, name text, status text, registered date, capital numeric, region text, phone text, email text, employees int, website text";

    public const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Company", "type": "object", "x-key": ["id"],
          "required": ["id", "name", "status", "registered", "capital"], "additionalProperties": false,
          "properties": {
            "id": {"type": "string", "pattern": "^[0-9A-Z]{18}$", "x-classification": "public"},
            "name": {"type": "string", "minLength": 1, "maxLength": 200, "x-classification": "public"},
            "status": {"enum": ["active", "suspended", "revoked"], "x-classification": "public"},
            "registered": {"type": "string", "format": "date", "x-classification": "public"},
            "capital": {"type": "number", "minimum": 0, "maximum": 100000000, "x-classification": "internal"},
            "region": {"type": "string", "pattern": "^[0-9]{6}$", "x-classification": "public"},
            "phone": {"type": "string", "pattern": "^\\+?[0-9-]{7,15}$", "x-classification": "personal"},
            "email": {"type": "string", "format": "email", "x-classification": "personal"},
            "employees": {"type": "integer", "minimum": 0, "maximum": 1000000, "x-classification": "internal"},
            "website": {"type": "string", "format": "uri", "x-classification": "public"}
          }
        }
        """;

    public const string Mapping = """
        {
          "tables": {"status": {"A": "active", "S": "suspended", "R": "revoked"}},
          "fields": {
            "id": "ID", "name": "NAME",
            "status": {"from": "STATUS", "lookup": "status"},
            "registered": {"from": "REGISTERED", "parse": {"as": "date", "format": "yyyyMMdd"}},
            "capital": {"from": "CAPITAL", "parse": "decimal"},
            "region": "REGION", "phone": "PHONE", "email": "EMAIL",
            "employees": {"from": "EMPLOYEES", "parse": "integer"},
            "website": "WEBSITE"
          }
        }
        """;

    /// <summary>Writes the file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="rows">How many rows of the first edition.</param>
    /// <param name="edition">0 is the first; each later one changes 1 % of the rows of the one before, drops one in a thousand and adds as many.</param>
    public static void Write(string path, int rows, int edition)
    {
        using var writer = new StreamWriter(path, false, new UTF8Encoding(false), 1 << 20) { NewLine = "\n" };
        writer.WriteLine(Header);
        for (var i = 0; i < rows; i++)
        {
            var changes = Enumerable.Range(1, edition).Count(e => (i + e) % 100 == 0);
            var successors = Enumerable.Range(1, edition).Count(e => (i + (e * 7)) % 1000 == 0); // one gone, one new
            Write(writer, i + (successors * rows), changes);
        }
    }

    static void Write(StreamWriter writer, int i, int variant) => writer.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"91{i:D9}MA{i % 97:D2}X{i % 10}X,Example Trading Company {i} Ltd,{"ASR"[(i + variant) % 3]},{1990 + (i % 34)}{1 + (i % 12):D2}{1 + (i % 28):D2},{(i * 37L) % 9_999_999}.{(i + variant) % 100:D2},{110000 + (i % 9999):D6},+86-10-{i % 100_000_000:D8},c{i}@example.org,{i % 5000},https://example.org/{i}"));
}
