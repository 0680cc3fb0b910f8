using System.Globalization;
using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery.Exports;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Delivery.Exports;

/// <summary>What a reader of Parquet that is none of ours finds in our files is what the records hold, to the last digit.</summary>
public sealed class ParquetTests
{
    const string Parquet = "application/vnd.apache.parquet";

    const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Everything", "type": "object", "x-key": ["id"], "required": ["id", "level"], "x-classification": "internal",
          "properties": {
            "id": {"type": "string"}, "level": {"type": "integer", "minimum": 0, "maximum": 9}, "name": {"type": ["string", "null"]}, "active": {"type": "boolean"},
            "born": {"type": "string", "format": "date"}, "seen": {"type": "string", "format": "date-time"},
            "count": {"type": "integer", "minimum": -9223372036854775808, "maximum": 9223372036854775807}, "open": {"type": "integer", "minimum": 0},
            "price": {"type": "number", "minimum": -99999999, "maximum": 99999999, "multipleOf": 0.01},
            "large": {"type": "number", "minimum": 0, "maximum": 99999999999999999999999999, "multipleOf": 0.01}, "exact": {"type": "number"},
            "rate": {"enum": [0.5, 1.25, null]}, "mixed": {"type": ["string", "integer"]},
            "address": {"type": "object", "required": ["city"], "properties": {"city": {"type": "string"}, "geo": {"type": "object", "properties": {"lat": {"type": "number"}}}}},
            "tags": {"type": "array", "items": {"type": "string"}}, "extra": {"type": "object"}
          }
        }
        """;

    static readonly Dictionary<string, string?> Records = new()
    {
        ["a"] = """{"active":true,"address":{"city":"上海 🙂","geo":{"lat":31.23}},"born":"0001-01-01","count":9223372036854775807,"exact":123456789012345678901234567890.12345,"extra":{"k":[1]},"id":"a","large":99999999999999999999999999,"level":0,"mixed":"1","name":"","open":123456789012345678901234567890,"price":-99999998.99,"rate":1.25,"seen":"2024-02-29T23:30:00.123456789+08:00","tags":["x","\"y\""]}""",
        ["b"] = """{"active":false,"address":{"city":""},"born":"9999-12-31","count":-9223372036854775808,"exact":-0.000000000000000000000000000001,"id":"b","large":0.01,"level":9,"mixed":1,"name":"=1+1 \"q\" \\ \n line","price":0,"rate":0.5,"seen":"1969-12-31T23:59:60Z","tags":[]}""",
        ["c"] = """{"id":"c","level":5,"name":null}""",
    };

    [OneTimeSetUp]
    public static async Task Register() =>
        await OfferedDataset.SendAsync(await DeliverySetup.Hub.ClientAsync(Role.Administrator), HttpMethod.Put, "schemas/everything/1.0", Schema);

    [Test]
    public async Task Every_type_comes_out_as_it_went_in()
    {
        var dataset = await PublishedAsync(Records);
        var client = await DeliverySetup.ClientAsync();

        using var answer = await client.SendAsync($"/api/v1/datasets/{dataset.Name}/records", Parquet);
        var file = await ParquetReading.OfAsync(await answer.Content.ReadAsByteArrayAsync());

        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo(Parquet));
        Assert.That((file.Count, answer.Headers.GetValues("Exchange-Record-Count").Single()), Is.EqualTo((3L, "3")));
        Assert.That(file.About, Is.SupersetOf(Row(("exchange.dataset", dataset.Name), ("exchange.publication", "1"), ("exchange.schema", "everything/1.0"), ("exchange.records", "3"))));
        Assert.That(file.Columns.Select(column => $"{column.Name} {column.Type}{(column.Precision > 0 ? $"({column.Precision},{column.Scale})" : "")}{(column.Required ? " required" : "")}"), Is.EqualTo(new[]
        {
            "id UTF8 required", "level INT_64 required", "name UTF8", "active BOOLEAN", "born DATE", "seen TIMESTAMP", "count INT_64", "open UTF8", "price DECIMAL(10,2)", "large DECIMAL(28,2)",
            "exact UTF8", "rate DECIMAL(3,2)", "mixed UTF8", "address.city UTF8", "address.geo.lat UTF8", "tags UTF8", "extra UTF8",
        }));
        var rows = file.Rows.ToDictionary(row => row["id"]!);
        Assert.That(rows["a"], Is.EquivalentTo(Row(("id", "a"), ("level", "0"), ("name", ""), ("active", "true"), ("born", "0001-01-01"), ("seen", Micros("2024-02-29T15:30:00.123456Z")), ("count", "9223372036854775807"),
            ("open", "123456789012345678901234567890"), ("price", "-99999998.99"), ("large", "99999999999999999999999999.00"), ("exact", "123456789012345678901234567890.12345"), ("rate", "1.25"),
            ("mixed", "1"), ("address.city", "上海 🙂"), ("address.geo.lat", "31.23"), ("tags", """["x","\"y\""]"""), ("extra", """{"k":[1]}"""))));
        Assert.That(rows["b"], Is.EquivalentTo(Row(("id", "b"), ("level", "9"), ("name", "=1+1 \"q\" \\ \n line"), ("active", "false"), ("born", "9999-12-31"), ("seen", "0"), ("count", "-9223372036854775808"), ("open", null),
            ("price", "0.00"), ("large", "0.01"), ("exact", "-0.000000000000000000000000000001"), ("rate", "0.50"), ("mixed", "1"), ("address.city", ""), ("address.geo.lat", null),
            ("tags", "[]"), ("extra", null))));
        Assert.That(rows["c"].Where(cell => cell.Value is not null).Select(cell => cell.Key), Is.EqualTo(new[] { "id", "level" }));
    }

    [Test]
    public async Task An_empty_publication_is_a_file_with_columns_and_no_rows()
    {
        var dataset = await PublishedAsync(new() { ["a"] = Records["a"] });
        await dataset.PublishAsync(KeyValuePair.Create("a", (string?)null));
        using var answer = await (await DeliverySetup.ClientAsync()).SendAsync($"/api/v1/datasets/{dataset.Name}/export?format=parquet");
        var file = await ParquetReading.OfAsync(await answer.Content.ReadAsByteArrayAsync());
        Assert.That((file.Count, file.Columns.Count, file.Rows.Count), Is.EqualTo((0L, 17, 0)));
        Assert.That(answer.Content.Headers.ContentDisposition!.FileName, Is.EqualTo($"{dataset.Name}-2.parquet"));
    }

    [Test]
    public async Task Many_row_groups_hold_every_record_once()
    {
        var filler = string.Concat(Enumerable.Range(0, 1000).Select(i => (char)('a' + i % 26)));
        var dataset = await PublishedAsync(Enumerable.Range(0, 12_000).ToDictionary(i => $"k{i}", i => (string?)$$"""{"id":"k{{i}}","level":{{i % 10}},"name":"{{i}}{{filler}}"}"""));
        using var answer = await (await DeliverySetup.ClientAsync()).SendAsync($"/api/v1/datasets/{dataset.Name}/records", Parquet);
        var file = await ParquetReading.OfAsync(await answer.Content.ReadAsByteArrayAsync());
        Assert.That(file.Groups, Is.GreaterThan(1));
        Assert.That(file.Rows.Select(row => (row["id"], row["level"], row["name"])), Is.EquivalentTo(Enumerable.Range(0, 12_000).Select(i => ($"k{i}", $"{i % 10}", $"{i}{filler}"))));
    }

    [Test]
    public async Task Under_a_grant_there_are_its_columns_and_rows_and_masks_are_text()
    {
        var stage = await Stage.SetAsync();
        await stage.Dataset.PublishAsync(
            KeyValuePair.Create("a", (string?)"""{"active":true,"born":"1980-02-29","district":"north","id":"a","name":"secret"}"""),
            KeyValuePair.Create("b", (string?)"""{"active":false,"born":"1990-01-01","district":"south","id":"b","name":"secret"}"""));
        await stage.IssueAsync(Granted.Everything with
        {
            Fields = ["/id", "/active", "/born", "/district"],
            Masks = new Dictionary<string, Mask> { ["/born"] = Mask.Year, ["/active"] = Mask.Redact },
            Rows = [new RowCondition("/district", "eq", ["north"])],
        });

        using var answer = await stage.Reader.SendAsync($"{stage.Path}/records", Parquet);
        var file = await ParquetReading.OfAsync(await answer.Content.ReadAsByteArrayAsync());

        Assert.That(file.Columns.Select(column => $"{column.Name} {column.Type}"), Is.EqualTo(new[] { "id UTF8", "district UTF8", "born UTF8", "active UTF8" }));
        Assert.That(file.Rows.Single(), Is.EquivalentTo(Row(("id", "a"), ("district", "north"), ("born", "1980"), ("active", null))));
    }

    [Test]
    public async Task A_value_that_is_not_of_its_column_breaks_the_file_off_and_never_stands_there_as_another()
    {
        var dataset = await PublishedAsync(new() { ["a"] = """{"id":"a","level":1,"price":0.001}""" });
        using var answer = await (await DeliverySetup.ClientAsync()).SendAsync($"/api/v1/datasets/{dataset.Name}/records", Parquet);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Conflict), "nothing was sent yet");
        Assert.That(JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString(), Is.EqualTo("export-misfit"));
    }

    [Test]
    public void Of_two_fields_with_one_name_the_second_is_called_by_its_pointer()
    {
        const string doubled = """{"type":"object","x-key":["id"],"required":["id"],"properties":{"id":{"type":"string"},"a.b":{"type":"string"},"a":{"type":"object","properties":{"b":{"type":"string"}}}}}""";
        var schema = Engine.Schemas.SharedSchema.Parse("doubled", "1.0", System.Text.Encoding.UTF8.GetBytes(doubled)).Required();
        Assert.That(ExportColumn.Of(schema).Select(column => column.Name), Is.EqualTo(new[] { "id", "a.b", "/a/b" }));
    }

    static Dictionary<string, string?> Row(params (string Name, string? Value)[] cells) => cells.ToDictionary(cell => cell.Name, cell => cell.Value);

    static string Micros(string instant) =>
        ((DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond).ToString(CultureInfo.InvariantCulture);

    static async Task<TestDataset> PublishedAsync(Dictionary<string, string?> records)
    {
        var dataset = await DeliverySetup.CreateDatasetAsync();
        dataset.Schema = "everything/1.0";
        await dataset.PublishAsync(records);
        return dataset;
    }
}
