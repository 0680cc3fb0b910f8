using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using Exchange.Engine.Mapping;
using Exchange.Engine.Records;
using Exchange.Sdk;
using static Exchange.Engine.Tests.Mapping.MappingFixture;

namespace Exchange.Engine.Tests.Mapping;

/// <summary>
/// Cells of any kind with any bytes, in columns that declare whatever they declare: a row becomes a record or a reject,
/// never an exception, and what is accepted is sound.
/// </summary>
public class CellFuzzTests
{
    /// <summary>A field: its rule, its schema, and the schema said again, plainly.</summary>
    sealed record Field(string Name, string Rule, string Schema, Func<JsonElement, bool> Admits);

    static readonly SourceColumn[] Columns = [.. Enum.GetValues<ValueKind>().Select(kind => new SourceColumn(kind.ToString(), kind)), new("Money", ValueKind.Text)];

    static readonly Field[] Scalars =
    [
        new("id", """{ "from": "Text" }""", """{ "type": "string", "maxLength": 40 }""", v => IsText(v) && v.GetString()!.EnumerateRunes().Count() <= 40),
        new("any", """{ "from": "Null", "parse": "text" }""", """{ "type": "string" }""", IsText),
        new("whole", """{ "from": "Integer" }""", """{ "type": "integer", "minimum": -1000 }""", v => IsNumber(v) && !v.GetRawText().Contains('.', StringComparison.Ordinal) && !IsBelow(v, 1000)),
        new("exact", """{ "from": "Decimal" }""", """{ "type": "number" }""", IsNumber),
        new("double", """{ "from": "Double" }""", """{ "type": "number" }""", IsNumber),
        new("flag", """{ "from": "Boolean" }""", """{ "type": "boolean" }""", v => v.ValueKind is JsonValueKind.True or JsonValueKind.False),
        new("day", """{ "from": "Date" }""", """{ "type": "string", "format": "date" }""", IsDate),
        new("clock", """{ "from": "Time" }""", """{ "type": "string" }""", v => Matches(v, @"^[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]*[1-9])?$")),
        new("local", """{ "from": "LocalDateTime" }""", """{ "type": "string" }""", v => Matches(v, @"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]*[1-9])?$")),
        new("instant", """{ "from": "Instant" }""", """{ "type": "string", "format": "date-time" }""", v => IsText(v) && DateTimeOffset.TryParse(v.GetString(), CultureInfo.InvariantCulture, out _) && v.GetString()!.EndsWith('Z')),
        new("bytes", """{ "from": "Bytes" }""", """{ "type": "string" }""", v => IsText(v) && v.TryGetBytesFromBase64(out _)),
        new("amount", """{ "from": "Money", "parse": { "as": "decimal", "culture": "de-DE" }, "default": 0 }""", """{ "type": "number" }""", IsNumber),
        new("code", """{ "from": "Text", "trim": true, "case": "upper", "lookup": { "table": "t", "miss": "null" } }""", """{ "enum": ["alpha", 2.5] }""", v => v.GetRawText() is "\"alpha\"" or "2.5"),
        new("shape", """{ "from": "Text", "replace": { "pattern": "[^a-z]+", "with": "-" }, "pad": { "left": 3, "with": "x" } }""", """{ "type": "string", "pattern": "^[a-z-]{3,}$" }""", v => Matches(v, "^[a-z-]{3,}$")),
        new("sum", """{ "expr": "round(Integer * 1.19, 2) + Decimal" }""", """{ "type": "number" }""", IsNumber),
        new("words", """{ "expr": "upper(left(Text, 3)) & '/' & Text" }""", """{ "type": "string" }""", v => IsText(v) && v.GetString()!.Contains('/', StringComparison.Ordinal)),
    ];

    static readonly Field[] Nested =
    [
        .. Scalars,
        new("parts", """{ "from": "Text", "split": ";" }""", """{ "type": "array", "items": { "type": "string" }, "maxItems": 4 }""", v => v.GetArrayLength() <= 4 && v.EnumerateArray().All(IsText)),
        new("place", """{ "object": { "text": "Text", "day": "Date" } }""", """{ "type": "object", "properties": { "text": { "type": "string" }, "day": { "type": "string", "format": "date" } }, "additionalProperties": false }""",
            v => v.EnumerateObject().All(m => m.Name == "text" ? IsText(m.Value) : IsDate(m.Value))),
    ];

    static readonly Dictionary<ValueKind, byte[][]> Sound = new()
    {
        [ValueKind.Text] = Utf8("A", " b;c;;d", "\"\\\u0001\t", "é中\U0001F600", "|/~{}", "=1+1", new string('中', 40)),
        [ValueKind.Integer] = Utf8("0", "-7", "12", "13", "1000000", "99999999999999999999", new string('9', 900)),
        [ValueKind.Decimal] = Utf8("0", "-0.5", "1.50", "12345678901234567890.123456789", "0." + new string('0', 900) + "1"),
        [ValueKind.Double] = Utf8("1", "-2.5", "1E+16", "1e-7", "NaN"),
        [ValueKind.Boolean] = Utf8("true", "true", "false"),
        [ValueKind.Date] = Utf8("2024-02-29", "0001-01-01", "9999-12-31"),
        [ValueKind.Time] = Utf8("00:00:00", "23:59:59.9999999", "12:30:00.1200"),
        [ValueKind.LocalDateTime] = Utf8("2024-02-29T12:30:00", "0001-01-01T00:00:00.5"),
        [ValueKind.Instant] = Utf8("2024-02-29T12:30:00Z", "9999-12-31T23:59:59.9999999Z"),
        [ValueKind.Bytes] = [[], [0], [0xFF, 0xFE, 0x00], .. Utf8("bytes")],
    };

    static readonly byte[][] Money = Utf8("1.234,50", "-7", "0,10", " 12 ", "");

    static readonly byte[][] Odd =
    [
        .. Sound.Values.SelectMany(cells => cells), .. Money,
        .. Utf8("", " ", "007", "-0.0", "1e400", "NaN", "2023-02-29", "0000-00-00", "23:59:60", "24:00:00", "2024-10-27T02:30:00+02:00", "TRUE", new string('中', 500)),
        [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0], [0xEF, 0xBB, 0xBF, 0x41],
    ];

    /// <summary>Odd bytes, any bytes, and sound bytes with one of them changed, gone or added.</summary>
    static readonly Gen<byte[]> AnyBytes = Gen.OneOf(
        Gen.OneOfConst(Odd),
        Gen.Byte.Array[0, 24],
        Gen.Select(Gen.OneOfConst(Odd), Gen.Int[0, 40], Gen.Byte, Gen.Int[0, 2]).Select((odd, place, other, change) =>
        {
            var at = Math.Min(place, odd.Length);
            return (byte[])[.. odd[..at], .. change == 0 ? Array.Empty<byte>() : [other], .. odd[(change == 2 ? at : Math.Min(at + 1, odd.Length))..]];
        }));

    /// <summary>A cell: mostly sound, sometimes any bytes of the column's kind or of any kind.</summary>
    static Gen<(ValueKind Kind, byte[] Bytes)> CellOf(SourceColumn column)
    {
        var sound = column.Name == nameof(Money) ? Money : column.Kind == ValueKind.Null ? Sound[ValueKind.Text] : Sound[column.Kind];
        return Gen.Frequency(
            (20, Gen.OneOfConst(sound).Select(bytes => (column.Kind == ValueKind.Null ? ValueKind.Text : column.Kind, bytes))),
            (1, AnyBytes.Select(bytes => (column.Kind, bytes))),
            (1, Gen.Select(Gen.Enum<ValueKind>(), AnyBytes)));
    }

    static readonly Gen<(ValueKind Kind, byte[] Bytes)[][]> Rows =
        Columns.Select(CellOf).Aggregate(Gen.Const(Array.Empty<(ValueKind, byte[])>()), (row, cell) => Gen.Select(row, cell).Select((cells, next) => ((ValueKind, byte[])[])[.. cells, next])).Array[1, 12];

    [TestCase(false)]
    [TestCase(true)]
    public void Any_bytes_in_any_cell_become_a_sound_record_or_a_reject(bool nested)
    {
        var fields = nested ? Nested : Scalars;
        var plan = Plan(
            $$"""{ "tables": { "t": { "A": "alpha", "B": 2.50 } }, "filter": "Boolean is null or Boolean", "reject": [{ "when": "Integer = 13", "code": "thirteen", "message": "Not this one." }], "fields": { {{Members(f => f.Rule)}} } }""",
            Columns, Schema(Members(f => f.Schema), required: "\"id\""));
        var (accepted, rejected, filtered) = (0, 0, 0);
        Rows.Sample(rows =>
        {
            var output = Map(plan, BatchOf(rows));
            Assert.That(output.Read, Is.EqualTo(rows.Length));
            Assert.That(output.Count + output.Rejects.Count + output.Filtered, Is.EqualTo(rows.Length));
            for (var i = 0; i < output.Count; i++)
                CheckRecord(output, i, fields);
            foreach (var reject in output.Rejects)
                CheckReject(reject);
            Interlocked.Add(ref accepted, output.Count);
            Interlocked.Add(ref rejected, output.Rejects.Count);
            Interlocked.Add(ref filtered, (int)output.Filtered);
        }, iter: 1_500);
        Assert.That(new[] { accepted, rejected, filtered }, Has.All.GreaterThan(100), "every way out was taken");

        string Members(Func<Field, string> of) => string.Join(",", fields.Select(f => $"\"{f.Name}\": {of(f)}"));
    }

    static void CheckRecord(RecordBatch output, int index, Field[] fields)
    {
        var doc = output.Doc(index).ToArray();
        using var json = JsonDocument.Parse(doc, new JsonDocumentOptions { AllowDuplicateProperties = false });
        Assert.That(CanonicalJson.Of(doc), Is.EqualTo(doc), "the record is canonical");
        foreach (var member in json.RootElement.EnumerateObject())
            Assert.That(fields.Single(f => f.Name == member.Name).Admits(member.Value), Is.True, $"{member.Name}: {member.Value.GetRawText()}");
        Assert.That(json.RootElement.GetProperty("id").GetString(), Is.EqualTo(Encoding.UTF8.GetString(output.Key(index))));
    }

    static void CheckReject(RecordReject reject)
    {
        Assert.That(reject.Code, Is.Not.Empty);
        Assert.That(reject.Message, Is.Not.Empty);
        Assert.That(reject.Message.Concat(reject.Raw).Contains('\0'), Is.False, "a database can hold it");
        JsonDocument.Parse(reject.Raw).Dispose();
    }

    static Batch BatchOf((ValueKind Kind, byte[] Bytes)[][] rows)
    {
        var batch = new Batch();
        batch.Clear(Columns.Length);
        foreach (var (number, row) in rows.Index())
        {
            foreach (var (kind, bytes) in row)
            {
                if (kind == ValueKind.Null)
                    batch.AddNull();
                else
                    batch.Add(kind, bytes);
            }
            batch.EndRow(number + 1);
        }
        return batch;
    }

    static byte[][] Utf8(params string[] texts) => [.. texts.Select(Encoding.UTF8.GetBytes)];

    static bool IsText(JsonElement value) => value.ValueKind == JsonValueKind.String && !value.GetString()!.Contains('\0', StringComparison.Ordinal);

    static bool IsNumber(JsonElement value) => value.ValueKind == JsonValueKind.Number && Regex.IsMatch(value.GetRawText(), @"^-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?$");

    /// <summary>Whether a whole number lies below minus <paramref name="limit"/>.</summary>
    static bool IsBelow(JsonElement whole, int limit) => System.Numerics.BigInteger.Parse(whole.GetRawText(), CultureInfo.InvariantCulture) < -limit;

    static bool IsDate(JsonElement value) => IsText(value) && DateOnly.TryParseExact(value.GetString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    static bool Matches(JsonElement value, string pattern) => IsText(value) && Regex.IsMatch(value.GetString()!, pattern.Replace("$", @"\z", StringComparison.Ordinal));
}
