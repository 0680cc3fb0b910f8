using System.Net;
using Exchange.Hub.Catalog.Storage;

namespace Exchange.Hub.Tests.Delivery;

public sealed class FreshnessTests
{
    RecordsClient client = null!;
    TestDataset dataset = null!;

    string Records => $"/api/v1/datasets/{dataset.Name}/records";

    string Changes => $"/api/v1/datasets/{dataset.Name}/changes";

    [SetUp]
    public async Task Prepare()
    {
        client = await DeliverySetup.ClientAsync();
        dataset = await DeliverySetup.CreateDatasetAsync(("/value", FilterType.Numeric));
        await dataset.PublishAsync(Record("a", 1), Record("b", 1));
    }

    [TestCase("records", "application/json")]
    [TestCase("records", "application/x-ndjson")]
    [TestCase("changes", "application/json")]
    [TestCase("changes", "application/x-ndjson")]
    [TestCase("records/a", "application/json")]
    public async Task What_the_client_has_is_not_sent_again_until_it_changes(string what, string accept)
    {
        var path = $"/api/v1/datasets/{dataset.Name}/{what}";
        using var first = await client.SendAsync(path, accept);
        var tag = first.Headers.ETag!.ToString();

        using var again = await client.SendAsync(path, accept, tag);
        await dataset.PublishAsync(Record("a", 2));
        using var changed = await client.SendAsync(path, accept, tag);

        Assert.That(again.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(await again.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(again.Headers.ETag!.ToString(), Is.EqualTo(tag));
        Assert.That(changed.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(changed.Headers.ETag!.ToString(), Is.Not.EqualTo(tag));
    }

    [Test]
    public async Task A_record_that_a_publication_leaves_alone_keeps_its_tag()
    {
        using var before = await client.SendAsync(Records + "/b");
        await dataset.PublishAsync(Record("a", 2));
        using var after = await client.SendAsync(Records + "/b", ifNoneMatch: before.Headers.ETag!.ToString());

        Assert.That(before.Headers.ETag!.IsWeak, Is.False);
        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [Test]
    public async Task An_earlier_publication_stays_fresh_for_ever()
    {
        using var before = await client.SendAsync(Records + "?asOf=1");
        await dataset.PublishAsync(Record("a", 2));
        using var after = await client.SendAsync(Records + "?asOf=1", ifNoneMatch: before.Headers.ETag!.ToString());

        Assert.That(after.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [Test]
    public async Task Each_form_of_an_address_has_a_tag_of_its_own()
    {
        using var json = await client.SendAsync(Records, "application/json");
        using var lines = await client.SendAsync(Records, "application/x-ndjson");

        Assert.That(json.Headers.ETag, Is.Not.EqualTo(lines.Headers.ETag));
        Assert.That(json.Headers.Vary, Does.Contain("Accept"));
    }

    [TestCase("records", "application/json")]
    [TestCase("records", "application/x-ndjson")]
    [TestCase("changes", "application/json")]
    [TestCase("changes", "application/x-ndjson")]
    [TestCase("records/a", "application/json")]
    public async Task HEAD_answers_with_the_headers_of_GET_and_no_body(string what, string accept)
    {
        var path = $"/api/v1/datasets/{dataset.Name}/{what}";
        using var get = await client.SendAsync(path, accept);
        using var head = await client.SendAsync(path, accept, method: HttpMethod.Head);

        Assert.That(head.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await head.Content.ReadAsByteArrayAsync(), Is.Empty);
        Assert.That(head.Content.Headers.ContentType, Is.EqualTo(get.Content.Headers.ContentType));
        Assert.That(Comparable(head), Is.EquivalentTo(Comparable(get)));
    }

    [Test]
    public async Task Answers_name_the_publication_that_they_show()
    {
        await dataset.PublishAsync(Record("a", 2));

        Assert.That(await PublicationAsync(Records), Is.EqualTo("2"));
        Assert.That(await PublicationAsync(Records + "?asOf=1"), Is.EqualTo("1"));
        Assert.That(await PublicationAsync(Records + "/a"), Is.EqualTo("2"));
        Assert.That(await PublicationAsync(Records + "/b"), Is.EqualTo("1"));
        Assert.That(await PublicationAsync(Changes), Is.EqualTo("2"));
    }

    async Task<string> PublicationAsync(string path)
    {
        using var response = await client.SendAsync(path);
        return response.Headers.GetValues("Exchange-Publication").Single();
    }

    static IEnumerable<string> Comparable(HttpResponseMessage response) => response.Headers
        .Where(h => h.Key is not ("Date" or "Transfer-Encoding"))
        .Select(h => $"{h.Key}: {string.Join(", ", h.Value)}");

    static KeyValuePair<string, string?> Record(string key, int value) => new(key, $$"""{"id":"{{key}}","value":{{value}}}""");
}
