using System.Globalization;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery.Exports;

public sealed class ExportTests
{
    RecordsClient client = null!;
    TestDataset companies = null!;

    string Records => $"/api/v1/datasets/{companies.Name}/records";

    [SetUp]
    public async Task Prepare()
    {
        client = await DeliverySetup.ClientAsync();
        companies = await DeliverySetup.CreateDatasetAsync(("/status", FilterType.Text), ("/registeredOn", FilterType.Date));
    }

    [Test]
    public async Task The_columns_of_CSV_are_the_fields_of_the_schema_in_its_order()
    {
        await companies.PublishAsync(
            Company("a", """{"address":{"city":"上海","street":"x"},"capital":-12.50,"id":"a","name":"=1+1","registeredOn":"2020-01-31","status":"active","tags":["x","y"]}"""),
            Company("b", """{"id":"b","name":"B, \"Ltd\""}"""));

        using var response = await client.SendAsync(Records, "text/csv");
        var lines = (await response.Content.ReadAsStringAsync()).Split("\r\n");

        Assert.That(response.Content.Headers.ContentType!.ToString(), Is.EqualTo("text/csv; charset=utf-8"));
        Assert.That(response.Headers.GetValues("Exchange-Record-Count").Single(), Is.EqualTo("2"));
        Assert.That(response.Headers.GetValues("Exchange-Csv-Formulas").Single(), Is.EqualTo("escaped"));
        Assert.That(lines[0], Is.EqualTo("id,name,status,registeredOn,capital,address.city,address.street,tags"));
        Assert.That(lines[1..], Is.EquivalentTo(new[]
        {
            "a,\"'=1+1\",active,2020-01-31,-12.50,上海,x,\"[\"\"x\"\",\"\"y\"\"]\"",
            "b,\"B, \"\"Ltd\"\"\",,,,,,",
            "",
        }));
    }

    [Test]
    public async Task A_filter_narrows_every_form()
    {
        await companies.PublishAsync([.. Enumerable.Range(1, 9).Select(i => Company($"k{i}", $$"""{"id":"k{{i}}","name":"n","registeredOn":"2020-0{{i}}-01","status":"{{(i % 2 == 0 ? "active" : "closed")}}"}"""))]);
        var path = Records + "?status=active&registeredOn.gte=2020-04-01&registeredOn.lt=2020-08-01";

        var walked = await client.WalkAsync(path + "&limit=1");
        var lines = await client.LinesAsync(path);
        using var csv = await client.SendAsync(path, "text/csv");

        Assert.That(walked.Select(r => r.Key), Is.EqualTo(new[] { "k4", "k6" }));
        Assert.That(lines, Is.EquivalentTo(walked.Select(r => r.Value)));
        Assert.That((await csv.Content.ReadAsStringAsync()).Split("\r\n")[1..].Select(l => l.Split(',')[0]), Is.EquivalentTo(new[] { "k4", "k6", "" }));
    }

    [Test]
    public async Task Quotes_and_backslashes_in_a_filter_are_text()
    {
        foreach (var status in (string[])["it's", @"back\slash", "'; drop table x; --", "''"])
        {
            await companies.PublishAsync(Company("a", $$"""{"id":"a","name":"n","status":{{System.Text.Json.JsonSerializer.Serialize(status)}}}"""));
            Assert.That(await client.LinesAsync($"{Records}?status={Uri.EscapeDataString(status)}"), Has.Count.EqualTo(1), status);
            Assert.That(await client.WalkAsync($"{Records}?status={Uri.EscapeDataString(status)}"), Has.Count.EqualTo(1), status);
        }
    }

    [Test]
    public async Task Publications_are_listed_newest_first_page_by_page()
    {
        for (var i = 1; i <= 5; i++)
            await companies.PublishAsync(Company($"k{i}", $$"""{"id":"k{{i}}"}"""));
        var auditor = await DeliverySetup.ClientAsync(Role.Auditor);
        var path = $"/api/v1/datasets/{companies.Name}/publications";
        var numbers = new List<string>();
        for (var next = path + "?limit=2"; next is not null;)
        {
            var page = await auditor.GetAsync(next);
            foreach (var item in page.GetProperty("items").EnumerateArray())
                numbers.Add(string.Create(CultureInfo.InvariantCulture, $"{item.GetProperty("number")}: {item.GetProperty("records")} records to seq {item.GetProperty("seq")}"));
            next = page.GetProperty("next").ValueKind == System.Text.Json.JsonValueKind.Null ? null : $"{path}?limit=2&before={page.GetProperty("next")}";
        }

        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, 5).Reverse().Select(i => $"{i}: {i} records to seq {i}")));
        Assert.That(await auditor.RefusalAsync("/api/v1/datasets/nothing/publications"), Is.EqualTo((404, "dataset-not-found")));
    }

    static KeyValuePair<string, string?> Company(string key, string doc) => new(key, doc);
}
