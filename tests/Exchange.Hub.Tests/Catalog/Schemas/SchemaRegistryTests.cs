using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing;

namespace Exchange.Hub.Tests.Catalog.Schemas;

public sealed class SchemaRegistryTests
{
    static int made;

    [Test]
    public async Task Every_version_is_listed_with_what_it_means_and_who_follows_it()
    {
        var dataset = await OfferedDataset.CreateAsync();
        var client = await dataset.RequesterAsync();
        var first = await BodyAsync(client, $"{dataset.Name}/1.0");
        await PutAsync(dataset.Hub, $"{dataset.Name}/2.0", first.Replace("\"income\":{\"type\":\"number\"}", "\"income\":{\"type\":[\"number\",\"null\"]}", StringComparison.Ordinal));
        await PutAsync(dataset.Hub, $"{dataset.Name}/1.10", first.Replace("\"income\":", "\"phone\":{\"type\":\"string\"},\"income\":", StringComparison.Ordinal));
        await PutAsync(dataset.Hub, $"{dataset.Name}/1.9", first.Replace("\"Person\"", "\"A person\"", StringComparison.Ordinal));
        var history = await OfferedDataset.SendAsync(client, HttpMethod.Get, $"schemas/{dataset.Name}");
        Assert.That(history.GetProperty("latest").GetString(), Is.EqualTo("2.0"));
        Assert.That(
            history.GetProperty("items").EnumerateArray().Select(item => string.Join(' ', item.GetProperty("version"), item.GetProperty("readers"), item.GetProperty("writers"), item.GetProperty("datasets").GetArrayLength())),
            Is.EqualTo(new[] { "2.0 breaking compatible 0", "1.10 compatible compatible 0", "1.9 same same 0", "1.0 first first 1" }));
        var use = history.GetProperty("items")[3].GetProperty("datasets")[0];
        Assert.That((use.GetProperty("dataset").GetString(), use.GetProperty("declared").GetBoolean(), use.GetProperty("published").GetBoolean()), Is.EqualTo((dataset.Name, true, false)));
    }

    [Test]
    public async Task A_version_is_told_byte_by_byte_and_saved_by_its_tag()
    {
        var name = Name();
        var hub = await TestHub.SharedAsync();
        var text = Schema("""{ "id":{"type":"string"},  "名称":{"type":"string"}}""");
        await PutAsync(hub, $"{name}/1.0", text);
        await PutAsync(hub, $"{name}/1.2", text.Replace("名称", "名", StringComparison.Ordinal));
        var client = await hub.ClientAsync(Role.Subscriber, "reader");
        using var one = await client.GetAsync($"/api/v1/schemas/{name}/1.0");
        Assert.That(await one.Content.ReadAsByteArrayAsync(), Is.EqualTo(Encoding.UTF8.GetBytes(text)));
        Assert.That(one.Content.Headers.ContentType?.MediaType, Is.EqualTo("application/schema+json"));
        using var again = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/schemas/{name}/1.0");
        again.Headers.IfNoneMatch.Add(EntityTagHeaderValue.Parse(one.Headers.ETag!.ToString()));
        using var same = await client.SendAsync(again);
        using var latest = await client.GetAsync($"/api/v1/schemas/{name}/latest");
        Assert.That(same.StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
        Assert.That(latest.Content.Headers.ContentLocation?.ToString(), Is.EqualTo($"/api/v1/schemas/{name}/1.2"));
        Assert.That(latest.Headers.ETag, Is.Not.EqualTo(one.Headers.ETag));
    }

    [TestCase("""{"id":{"type":"string"},"a":{"type":"string"},"b":{"type":"string"}}""", "", "compatible", "compatible", "/properties/b")]
    [TestCase("""{"id":{"type":"string"}}""", "", "breaking", "compatible", "/properties/a")]
    [TestCase("""{"id":{"type":"string"}}""", ",\"additionalProperties\":false", "breaking", "breaking", "/properties/a")]
    [TestCase("""{"id":{"type":"string"},"a":{"type":"string"}}""", ",\"additionalProperties\":false", "compatible", "breaking", "/additionalProperties")]
    [TestCase("""{"id":{"type":"string"},"a":{"type":"string","maxLength":3}}""", "", "compatible", "breaking", "/properties/a/maxLength")]
    [TestCase("""{"id":{"type":"string"},"a":{"type":["string","null"]}}""", "", "breaking", "compatible", "/properties/a/type")]
    [TestCase("""{"id":{"type":"string"},"a":{"type":"string","title":"A"}}""", "", "same", "same", "/properties/a/title")]
    public async Task A_report_tells_readers_and_writers_apart(string properties, string more, string readers, string writers, string pointer)
    {
        var name = Name();
        var hub = await TestHub.SharedAsync();
        await PutAsync(hub, $"{name}/1.0", Schema("""{"id":{"type":"string"},"a":{"type":"string"}}"""));
        await PutAsync(hub, $"{name}/2.0", Schema(properties, more));
        var report = await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Auditor), HttpMethod.Get, $"schemas/{name}/compare?from=1.0&to=latest");
        Assert.That((report.GetProperty("readers").GetString(), report.GetProperty("writers").GetString(), report.GetProperty("sameMajor").GetBoolean()), Is.EqualTo((readers, writers, false)), report.ToString());
        Assert.That(report.GetProperty("differences").EnumerateArray().Select(one => one.GetProperty("pointer").GetString()), Does.Contain(pointer));
    }

    [TestCase("nothing", 404)]
    [TestCase("nothing/latest", 404)]
    [TestCase("nothing/compare?from=1.0&to=2.0", 404)]
    [TestCase("nothing/compare", 400)]
    public async Task What_there_is_not_is_told(string path, int status)
    {
        using var answer = await (await (await TestHub.SharedAsync()).ClientAsync(Role.Auditor)).GetAsync($"/api/v1/schemas/{path}");
        Assert.That((int)answer.StatusCode, Is.EqualTo(status), await answer.Content.ReadAsStringAsync());
    }

    static string Name() => $"registry-{Interlocked.Increment(ref made)}";

    static string Schema(string properties, string more = "") =>
        """{"$schema":"https://json-schema.org/draft/2020-12/schema","title":"T","type":"object","x-key":["id"],"required":["id"],"x-classification":"public","properties":""" + properties + more + "}";

    static async Task PutAsync(TestHub hub, string id, string schema) => await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Administrator), HttpMethod.Put, $"schemas/{id}", schema);

    static Task<string> BodyAsync(HttpClient client, string id) => client.GetStringAsync($"/api/v1/schemas/{id}");
}
