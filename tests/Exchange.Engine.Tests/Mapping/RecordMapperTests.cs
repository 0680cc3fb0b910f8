using System.Text;
using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
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

        Assert.That(plan.IsFused, Is.True);
        Assert.That(records.Record(0), Is.EqualTo("""{"capital":1234.5,"founded":"1999-01-31","id":"007","name":"Müller \"&\" Söhne","status":"active"}"""));
        Assert.That(records.Record(1), Is.EqualTo("""{"id":"8","status":"closed"}"""));
        Assert.That(Encoding.UTF8.GetString(records.Key(0)), Is.EqualTo("007"));
        Assert.That(records.Hash(0), Is.Not.EqualTo(records.Hash(1)));
        Assert.That((records.SourceRow(1), records.SourcePosition(1).Row), Is.EqualTo((1, 2L)));
    }

    [Test]
    public void Every_row_is_read_and_becomes_a_record_a_reject_or_is_filtered()
    {
        var batch = Rows(5, ["1", "a", null, null, "A"], ["2", "b", null, null, "X"], ["x", "c", null, null, "A"]);
        batch.Reject(new SourceReject("malformed-row", "Quote is not closed.", new SourcePosition("f.csv", 9, 120), "\"a\0b"u8.ToArray()));
        var records = Map(Plan(Mapping, Columns, Schema(Company)), batch);

        Assert.That((records.Read, records.Count, records.Filtered, records.Rejects.Count), Is.EqualTo((4L, 1, 1L, 2)));
        Assert.That(records.Rejects[0], Is.EqualTo(new RecordReject("malformed-row", null, "Quote is not closed.", new SourcePosition("f.csv", 9, 120), "\"a\uFFFDb")));
    }

    [Test]
    public void One_reject_tells_all_that_is_wrong_and_keeps_the_row_as_it_was()
    {
        var reject = Map(Plan(Mapping, Columns, Schema(Company)), Rows(5, ["7a", "n", "20240230", "1,5x", "Q"])).Rejects.Single();

        Assert.That((reject.Code, reject.Field, reject.Position.Row), Is.EqualTo(("invalid-decimal", "/capital", 1L)));
        Assert.That(reject.Message, Is.EqualTo(
            "/capital: '1,5x' is no decimal number with ',' before the decimals. "
            + "/founded: '20240230' is no date that exists, written yyyyMMdd. "
            + "/id: '7a' must match the pattern ^[0-9]+$. "
            + "/status: Code 'Q' is not in table 'status'. Add it to the table, or say what becomes of unknown codes with \"miss\"."));
        Assert.That(reject.Raw, Is.EqualTo("""{"ID":"7a","NAME":"n","FOUNDED":"20240230","CAPITAL":"1,5x","STATUS":"Q"}"""));
    }

    [TestCase("\"from\": \"A\"", ValueKind.Text, "a\0b", "nul-in-text")]
    [TestCase("\"from\": \"A\"", ValueKind.Text, "a\uFFFF\uFFFFb", null)]
    [TestCase("\"from\": \"A\"", ValueKind.Double, "NaN", "not-a-number")]
    [TestCase("\"from\": \"A\"", ValueKind.Double, "-Infinity", "not-a-number")]
    [TestCase("\"from\": \"A\"", ValueKind.Double, "1.5E+20", null)]
    [TestCase("\"from\": \"A\"", ValueKind.Integer, "12x", "type-mismatch")]
    [TestCase("\"from\": \"A\"", ValueKind.Date, "2024-02-30", "type-mismatch")]
    [TestCase("\"from\": \"A\"", ValueKind.Boolean, "yes", "type-mismatch")]
    [TestCase("\"from\": \"A\", \"parse\": \"integer\"", ValueKind.Text, "1.5", "invalid-integer")]
    [TestCase("\"from\": \"A\", \"parse\": \"integer\"", ValueKind.Decimal, "1.5", "invalid-integer")]
    [TestCase("\"from\": \"A\", \"parse\": \"decimal\"", ValueKind.Text, "1e5", "invalid-decimal")]
    [TestCase("\"from\": \"A\", \"parse\": \"date\"", ValueKind.Text, "2024-02-30", "invalid-date")]
    [TestCase("\"from\": \"A\", \"parse\": \"time\"", ValueKind.Text, "24:00:00", "invalid-time")]
    [TestCase("\"from\": \"A\", \"parse\": \"local-date-time\"", ValueKind.Text, "2024-02-30 10:00:00", "invalid-date-time")]
    [TestCase("\"from\": \"A\", \"parse\": { \"as\": \"instant\", \"format\": \"yyyy-MM-ddTHH:mm:sszzz\" }", ValueKind.Text, "0001-01-01T00:00:00+08:00", "invalid-date-time")]
    [TestCase("\"from\": \"A\", \"parse\": \"boolean\"", ValueKind.Text, "maybe", "invalid-boolean")]
    [TestCase("\"from\": \"A\", \"lookup\": \"t\"", ValueKind.Text, "z", "lookup-miss")]
    [TestCase("\"expr\": \"divide(1, number(A), 2)\"", ValueKind.Text, "0", "division-by-zero")]
    [TestCase("\"expr\": \"mod(1, number(A))\"", ValueKind.Text, "0.00", "division-by-zero")]
    [TestCase("\"expr\": \"number(A) * number(A)\"", ValueKind.Text, "12345678901234567890", "out-of-range")]
    [TestCase("\"expr\": \"addDays(date('2024-01-01'), number(A))\"", ValueKind.Text, "9999999", "out-of-range")]
    [TestCase("\"expr\": \"left('abc', number(A))\"", ValueKind.Text, "1.5", "out-of-range")]
    [TestCase("\"expr\": \"round(1.5, number(A))\"", ValueKind.Text, "19", "out-of-range")]
    [TestCase("\"expr\": \"padLeft('x', number(A), '0')\"", ValueKind.Text, "1000000", "out-of-range")]
    [TestCase("\"when\": \"A = 'z'\", \"then\": { \"reject\": \"no-z\" }", ValueKind.Text, "z", "no-z")]
    public void A_bad_value_is_rejected_with_its_code(string rule, ValueKind kind, string value, string? code)
    {
        var plan = Plan($$"""{ "tables": { "t": { "a": 1 } }, "fields": { "id": { "const": "1" }, "x": { {{rule}} } } }""", [new("A", kind)], Schema("\"id\": { \"type\": \"string\" }, \"x\": {}"));
        var records = Map(plan, OneCell(kind, value));
        Assert.That(records.Rejects.SingleOrDefault()?.Code, Is.EqualTo(code));
        Assert.That(records.Rejects.SingleOrDefault()?.Field, Is.EqualTo(code is null ? null : "/x"));
    }

    [Test]
    public void Text_that_is_not_utf8_is_rejected()
    {
        var batch = new Batch();
        batch.Clear(1);
        batch.Add(ValueKind.Text, [0x61, 0xC3, 0x28]);
        batch.EndRow(1);
        var reject = Map(Plan("""{ "fields": { "id": "A" } }""", TextColumns("A"), Schema("\"id\": { \"type\": \"string\" }")), batch).Rejects.Single();
        Assert.That((reject.Code, reject.Raw), Is.EqualTo(("invalid-text", "{\"A\":\"a\uFFFD(\"}")));
    }

    [Test]
    public void Values_of_databases_keep_their_types_and_every_digit()
    {
        SourceColumn[] columns = [new("N", ValueKind.Integer), new("D", ValueKind.Decimal), new("F", ValueKind.Double), new("B", ValueKind.Boolean), new("T", ValueKind.Instant), new("X", ValueKind.Bytes), new("Z", ValueKind.Text)];
        var batch = new Batch();
        batch.Clear(7);
        batch.AddUtf16(ValueKind.Integer, "123456789012345678901234567890");
        batch.AddUtf16(ValueKind.Decimal, "-0012.3400");
        batch.AddUtf16(ValueKind.Double, "1.5E-07");
        batch.AddUtf16(ValueKind.Boolean, "true");
        batch.AddUtf16(ValueKind.Instant, "2024-05-17T08:00:00.120Z");
        batch.Add(ValueKind.Bytes, [0xFF, 0x00]);
        batch.AddText("00123");
        batch.EndRow(1);
        var plan = Plan("""{ "fields": { "id": "Z", "n": "N", "d": "D", "f": "F", "b": "B", "t": "T", "x": "X" } }""", columns, Schema("""
            "id": { "type": "string" }, "n": { "type": "integer" }, "d": { "type": "number" }, "f": { "type": "number" }, "b": { "type": "boolean" },
            "t": { "type": "string", "format": "date-time" }, "x": { "type": "string" }
            """));
        Assert.That(Map(plan, batch).Record(), Is.EqualTo(
            """{"b":true,"d":-12.34,"f":0.00000015,"id":"00123","n":123456789012345678901234567890,"t":"2024-05-17T08:00:00.12Z","x":"/wA="}"""));
    }

    [Test]
    public void A_value_of_another_kind_than_its_column_is_told()
    {
        var plan = Plan("""{ "fields": { "id": { "const": "1" }, "n": "N" } }""", [new("N", ValueKind.Integer)], Schema("\"id\": { \"type\": \"string\" }, \"n\": {}"));
        var reject = Map(plan, OneCell(ValueKind.Text, "five")).Rejects.Single();
        Assert.That((reject.Code, reject.Message), Is.EqualTo(("type-mismatch", "/n: Column 'N' is declared number and holds the text 'five'.")));
    }

    [TestCase("\"type\": [\"string\", \"null\"]", "{\"id\":\"1\",\"x\":null}")]
    [TestCase("\"type\": \"string\"", "schema-required")]
    public void A_required_field_without_value_is_null_where_the_schema_admits_it(string type, string outcome)
    {
        var plan = Plan("""{ "fields": { "id": { "const": "1" }, "x": "A" } }""", TextColumns("A"), Schema($"\"id\": {{ \"type\": \"string\" }}, \"x\": {{ {type} }}", "\"id\", \"x\""));
        var records = Map(plan, Rows(1, [""]));
        Assert.That(records.Count == 1 ? records.Record() : records.Rejects[0].Code, Is.EqualTo(outcome));
    }

    [Test]
    public void An_inner_object_may_be_left_out_but_not_be_incomplete()
    {
        var plan = Plan("""{ "fields": { "id": { "const": "1" }, "a": { "object": { "street": "S", "city": "C" } } } }""", TextColumns("S", "C"), Schema("""
            "id": { "type": "string" }, "a": { "type": "object", "required": ["city"], "properties": { "city": { "type": "string" }, "street": { "type": "string" } } }
            """));
        var records = Map(plan, Rows(2, ["", ""], ["Elm", ""], ["", "Jena"]));
        Assert.That(Encoding.UTF8.GetString(records.Doc(0)), Is.EqualTo("""{"id":"1"}"""));
        Assert.That(Encoding.UTF8.GetString(records.Doc(1)), Is.EqualTo("""{"a":{"city":"Jena"},"id":"1"}"""));
        Assert.That((records.Rejects.Single().Code, records.Rejects[0].Field), Is.EqualTo(("schema-required", "/a/city")));
    }

    [Test]
    public void A_fault_inside_an_array_names_the_element()
    {
        var plan = Plan("""{ "fields": { "id": { "const": "1" }, "n": { "from": "N", "split": ",", "parse": "integer" } } }""", TextColumns("N"), Schema("""
            "id": { "type": "string" }, "n": { "type": "array", "items": { "type": "integer", "maximum": 9 } }
            """));
        var records = Map(plan, Rows(1, ["1,2"], ["1,x"], ["1,2,10"]));
        Assert.That(plan.IsFused, Is.False);
        Assert.That(Encoding.UTF8.GetString(records.Doc(0)), Is.EqualTo("""{"id":"1","n":[1,2]}"""));
        Assert.That(records.Rejects.Select(reject => (reject.Code, reject.Field)), Is.EqualTo(new[] { ("invalid-integer", "/n/1"), ("schema-maximum", "/n/2") }));
    }

    [Test]
    public void A_tombstone_has_only_its_key_and_is_never_filtered()
    {
        var batch = new Batch();
        batch.Clear(5);
        batch.AddText("12");
        for (var i = 0; i < 3; i++)
            batch.AddNull();
        batch.AddText("X");
        batch.EndRow(1, delete: true);
        var records = Map(Plan(Mapping, Columns, Schema(Company)), batch);
        Assert.That((records.Count, records.IsDelete(0), Encoding.UTF8.GetString(records.Key(0)), records.Doc(0).Length), Is.EqualTo((1, true, "12", 0)));
    }

    [Test]
    public void A_compound_key_is_escaped_and_reads_back()
    {
        var plan = Plan("""{ "fields": { "a": "A", "b": { "from": "B", "parse": "integer" } } }""", TextColumns("A", "B"),
            Schema("\"a\": { \"type\": \"string\" }, \"b\": { \"type\": \"integer\" }", "\"a\", \"b\"", "\"b\", \"a\""));
        var key = Encoding.UTF8.GetString(Map(plan, Rows(2, ["x|~y", "007"])).Key(0));
        Assert.That(key, Is.EqualTo("7|x~1~0y"));
        Assert.That(RecordKey.Split(key, 2), Is.EqualTo(new[] { "7", "x|~y" }));
    }

    [TestCase("", "missing-key")]
    [TestCase("long", "key-too-long")]
    public void A_record_needs_a_key_that_fits(string text, string code)
    {
        var plan = Plan("""{ "fields": { "id": "A" } }""", TextColumns("A"), Schema("\"id\": { \"type\": \"string\" }"));
        var reject = Map(plan, Rows(1, [text == "long" ? new string('k', RecordKey.ByteLimit + 1) : text])).Rejects.Single();
        Assert.That((reject.Code, reject.Field), Is.EqualTo((code, "/id")));
    }

    [Test]
    public void A_record_larger_than_the_limit_is_rejected_and_its_row_is_shown_cut()
    {
        var plan = Plan("""{ "fields": { "id": { "const": "1" }, "x": "A" } }""", TextColumns("A"), Schema("\"id\": { \"type\": \"string\" }, \"x\": { \"type\": \"string\" }"));
        var reject = Map(plan, Rows(1, [new string('x', RecordMapper.RecordByteLimit)])).Rejects.Single();
        Assert.That(reject.Code, Is.EqualTo("record-too-large"));
        Assert.That(reject.Raw, Has.Length.LessThan(SourceReject.RawLimit + 100));
    }

    [Test]
    public void The_plan_names_the_columns_that_it_uses_and_no_others()
    {
        var plan = Plan("""{ "filter": "D is null", "fields": { "id": "A", "x": { "template": "{C}" } } }""", TextColumns("A", "B", "C", "D"), Schema("\"id\": { \"type\": \"string\" }, \"x\": {}"));
        Assert.That(plan.Columns.Select(column => column.Name), Is.EqualTo(new[] { "A", "C", "D" }));
    }

    [Test]
    public void A_batch_of_other_columns_is_a_bug_and_is_told_as_one() =>
        Assert.That(() => Map(Plan(Mapping, Columns, Schema(Company)), Rows(1, ["x"])), Throws.InvalidOperationException.With.Message.Contains("1 columns"));

    [Test]
    public void Accepted_rows_allocate_nothing()
    {
        var mapper = Plan(Mapping, Columns, Schema(Company)).CreateMapper(1, Today);
        var batch = Rows(5, [.. Enumerable.Range(1, 500).Select(i => new string?[] { $"{i}", "Käthe \"K\"", "20240229", "1.234,5", "A" })]);
        var output = new RecordBatch();
        Assert.That(Allocations.Least(() => mapper.Map(batch, output)), Is.LessThan(200));
        Assert.That(output.Count, Is.EqualTo(500));
    }

    static Batch OneCell(ValueKind kind, string value)
    {
        var batch = new Batch();
        batch.Clear(1);
        batch.AddUtf16(kind, value);
        batch.EndRow(1);
        return batch;
    }
}
