using System.Net;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Delivery;

public sealed class CodedTagTests
{
    [Test]
    public async Task A_strong_tag_names_its_coding_and_is_known_again()
    {
        var dataset = await DeliverySetup.CreateDatasetAsync();
        await dataset.PublishAsync([KeyValuePair.Create("k", (string?)"""{"id":1}""")]);
        var address = $"/api/v1/datasets/{dataset.Name}/records/k";
        using var client = DeliverySetup.Hub.Bearer(await DeliverySetup.Hub.TokenAsync(Role.ItStaff, TestDataset.Department));
        using var plain = await client.GetAsync(address);
        using var coded = await GetAsync(client, address, ("Accept-Encoding", "gzip"));
        var tag = plain.Headers.ETag!.Tag;

        Assert.That(coded.Headers.ETag!.Tag, Is.EqualTo($"{tag[..^1]}-gzip\""));
        using var unchanged = await GetAsync(client, address, ("Accept-Encoding", "gzip"), ("If-None-Match", coded.Headers.ETag.ToString()));
        Assert.That((unchanged.StatusCode, unchanged.Headers.ETag), Is.EqualTo((HttpStatusCode.NotModified, coded.Headers.ETag)));
    }

    static Task<HttpResponseMessage> GetAsync(HttpClient client, string address, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return client.SendAsync(request);
    }
}
