using System.Security.Cryptography;
using System.Text.Json;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Tests.Delivery.Exports;

/// <summary>The route of exports: the same records in whichever form, and an end by which each shows that it is whole.</summary>
public sealed class StreamFormTests
{
    RecordsClient client = null!;
    TestDataset companies = null!;

    string Export => $"/api/v1/datasets/{companies.Name}/export";

    [SetUp]
    public async Task Prepare()
    {
        client = await DeliverySetup.ClientAsync();
        companies = await DeliverySetup.CreateDatasetAsync(("/status", FilterType.Text));
        await companies.PublishAsync([.. Enumerable.Range(0, 2000).Select(i => KeyValuePair.Create($"k{i}", (string?)$$"""{"id":"k{{i}}","name":"上海 {{i}}","status":"{{(i % 2 == 0 ? "active" : "closed")}}"}"""))]);
    }

    [Test]
    public async Task A_JSON_array_holds_every_record_as_it_was_published()
    {
        using var answer = await client.SendAsync($"{Export}?format=json");
        var records = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).EnumerateArray().Select(record => record.GetRawText());
        Assert.That(records, Is.EquivalentTo(companies.Newest.Values));
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo("application/json; charset=utf-8"));
        Assert.That(answer.Headers.GetValues("Exchange-Record-Count").Single(), Is.EqualTo("2000"));
    }

    [Test]
    public async Task A_JSON_array_of_nothing_is_empty() =>
        Assert.That(await (await client.SendAsync($"{Export}?format=json&asOf=0")).Content.ReadAsStringAsync(), Is.EqualTo("[]\n"));

    [Test]
    public async Task The_closing_line_has_the_count_and_the_hash_of_the_lines_before()
    {
        using var answer = await client.SendAsync($"{Export}?closing=true&status=active");
        var body = await answer.Content.ReadAsByteArrayAsync();
        var start = body.AsSpan(..^1).LastIndexOf((byte)'\n') + 1;
        var closing = JsonSerializer.Deserialize<JsonElement>(body.AsSpan(start..)).GetProperty("exchange");
        Assert.That(body.AsSpan(..start).Count((byte)'\n'), Is.EqualTo(1000));
        Assert.That((closing.GetProperty("complete").GetBoolean(), closing.GetProperty("records").GetInt32(), closing.GetProperty("publication").GetInt32()), Is.EqualTo((true, 1000, 1)));
        Assert.That(closing.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(body.AsSpan(..start)))));
    }

    [TestCase("?format=csv", null, "text/csv; charset=utf-8")]
    [TestCase("?format=ndjson", "text/csv", "application/x-ndjson; charset=utf-8")]
    [TestCase("", "text/csv", "text/csv; charset=utf-8")]
    [TestCase("", "application/json", "application/json; charset=utf-8")]
    [TestCase("", null, "application/x-ndjson; charset=utf-8")]
    public async Task The_form_is_what_the_parameter_says_and_else_what_Accept_says(string query, string? accept, string expected)
    {
        using var answer = await client.SendAsync(Export + query, accept);
        Assert.That(answer.Content.Headers.ContentType!.ToString(), Is.EqualTo(expected));
        Assert.That(answer.Content.Headers.ContentDisposition!.DispositionType, Is.EqualTo("attachment"));
    }

    [TestCase("?format=xml", "query-invalid")]
    [TestCase("?closing=perhaps", "query-invalid")]
    [TestCase("?format=parquet&closing=true", "query-invalid")]
    [TestCase("?limit=3", "query-invalid")]
    public async Task What_does_not_fit_is_refused(string query, string code) => Assert.That(await client.RefusalAsync(Export + query), Is.EqualTo((400, code)));
}
