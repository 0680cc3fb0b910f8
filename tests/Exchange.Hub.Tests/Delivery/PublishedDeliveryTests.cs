namespace Exchange.Hub.Tests.Delivery;

public sealed class PublishedDeliveryTests
{
    const string Schema = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Thing", "type": "object", "x-key": ["id"],
          "required": ["id"], "additionalProperties": false,
          "properties": {"id": {"type": "string", "x-classification": "public"}, "colour": {"type": "string", "x-classification": "public"}}
        }
        """;

    const string Mapping = """{"fields": {"id": "ID", "colour": "COLOUR"}}""";

    [Test]
    public async Task What_a_run_publishes_is_what_every_form_delivers_through_deletions_and_returns()
    {
        await using var pipeline = await Pipeline.StartAsync(
            Schema, Mapping, """{"pattern":"*.csv","take":"newest","completeAfterSeconds":0}""",
            dataset: """{"filterable":["/colour"],"limits":{"maxDeletePercent":100}}""", hub: DeliverySetup.Hub);
        var client = new RecordsClient(pipeline.Reader);
        const string records = $"/api/v1/datasets/{Pipeline.Dataset}/records";
        string[] editions = ["a,red\nb,green\nc,blue\n", "a,red\n", "a,black\nb,green\nd,red\n", "b,green\nc,blue\n"];
        foreach (var (index, rows) in editions.Index())
        {
            await pipeline.DropAsync($"{index}.csv", "ID,COLOUR\n" + rows);
            await pipeline.RunAsync();
            var expected = rows.TrimEnd().Split('\n').Select(r => r.Split(',')).ToList();

            Assert.That(await client.LinesAsync(records), Is.EquivalentTo(expected.Select(r => $$"""{"colour":"{{r[1]}}","id":"{{r[0]}}"}""")), rows);
            Assert.That((await client.WalkAsync(records + "?limit=1")).Select(r => r.Key), Is.EqualTo(expected.Select(r => r[0])), rows);
            Assert.That((await client.WalkAsync(records + "?colour=red")).Select(r => r.Key), Is.EqualTo(expected.Where(r => r[1] == "red").Select(r => r[0])), rows);
            using var csv = await client.SendAsync(records, "text/csv");
            Assert.That((await csv.Content.ReadAsStringAsync()).Split("\r\n"), Is.EquivalentTo((string[])["id,colour", .. rows.TrimEnd().Split('\n'), ""]), rows);
        }
        for (var publication = 1; publication <= editions.Length; publication++)
            Assert.That(await client.LinesAsync($"{records}?asOf={publication}"), Has.Count.EqualTo(editions[publication - 1].Count(c => c == '\n')));
    }

    [Test]
    public async Task A_dataset_whose_records_were_all_deleted_is_a_CSV_of_the_header_line_alone()
    {
        await using var pipeline = await Pipeline.StartAsync(Schema, Mapping, dataset: """{"limits":{"maxDeletePercent":null}}""");
        await pipeline.DropAsync("0.csv", "ID,COLOUR\na,red\nb,green\n");
        await pipeline.RunAsync();
        await pipeline.DropAsync("1.csv", "ID,COLOUR\n");
        Assert.That((await pipeline.RunAsync()).Count("deleted"), Is.EqualTo(2));
        var client = new RecordsClient(pipeline.Reader);
        foreach (var (asOf, text) in new[] { ("", "id,colour\r\n"), ("?asOf=2", "id,colour\r\n"), ("?asOf=0", "id,colour\r\n") })
        {
            using var csv = await client.SendAsync($"/api/v1/datasets/{Pipeline.Dataset}/records{asOf}", "text/csv");
            Assert.That(await csv.Content.ReadAsStringAsync(), Is.EqualTo(text), asOf);
            Assert.That(csv.Headers.GetValues("Exchange-Record-Count").Single(), Is.EqualTo("0"));
        }
        Assert.That(await client.LinesAsync($"/api/v1/datasets/{Pipeline.Dataset}/records?asOf=1"), Has.Count.EqualTo(2), "what was published before can still be read");
    }
}
