using System.Net;
using System.Text.Json;
using Exchange.Hub.Delivery;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Exchange.Hub.Tests.Delivery;

/// <summary>A request for changes waits for them where there are none.</summary>
public sealed class LongPollTests
{
    [Test]
    public async Task A_publication_ends_the_wait_and_is_in_the_answer()
    {
        var client = await DeliverySetup.ClientAsync();
        var dataset = await DeliverySetup.CreateDatasetAsync();
        await dataset.PublishAsync(new KeyValuePair<string, string?>("a", "{}"));
        var cursor = (await client.GetAsync(Changes(dataset))).GetProperty("next").GetString();
        var waiting = client.GetAsync($"{Changes(dataset)}?wait=50&cursor={cursor}");
        await dataset.PublishAsync(new KeyValuePair<string, string?>("b", "{}"));
        var page = await waiting;
        Assert.That(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("key").GetString()), Is.EqualTo(new[] { "b" }));
        Assert.That(page.GetProperty("more").GetBoolean(), Is.False);
    }

    [Test]
    public async Task Changes_that_there_are_come_at_once_and_a_wait_that_is_over_answers_with_none()
    {
        var client = await DeliverySetup.ClientAsync();
        var dataset = await DeliverySetup.CreateDatasetAsync();
        await dataset.PublishAsync(new KeyValuePair<string, string?>("a", "{}"));
        var page = await client.GetAsync($"{Changes(dataset)}?wait=50");
        Assert.That(page.GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        var cursor = page.GetProperty("next").GetString();
        var none = await client.GetAsync($"{Changes(dataset)}?wait=1&cursor={cursor}");
        Assert.That((none.GetProperty("items").GetArrayLength(), none.GetProperty("next").GetString()), Is.EqualTo((0, cursor)));
    }

    [TestCase("51")]
    [TestCase("-1")]
    [TestCase("a")]
    public async Task A_wait_is_a_number_of_seconds(string wait)
    {
        var client = await DeliverySetup.ClientAsync();
        var dataset = await DeliverySetup.CreateDatasetAsync();
        using var answer = await client.SendAsync($"{Changes(dataset)}?wait={wait}");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.BadRequest));
        Assert.That(await answer.Content.ReadAsStringAsync(), Does.Contain("?wait").And.Contain("0 to 50"));
    }

    [Test]
    public async Task The_end_of_the_grant_ends_the_wait()
    {
        var stage = await Stage.SetAsync();
        await stage.Dataset.PublishAsync(new KeyValuePair<string, string?>("a", """{"id":"a"}"""));
        var grant = await stage.IssueAsync(Granted.Everything with { Fields = ["/id"] });
        var cursor = (await stage.Reader.GetAsync(stage.Path + "/changes")).GetProperty("next").GetString();
        var waiting = stage.Reader.SendAsync($"{stage.Path}/changes?wait=50&cursor={cursor}");
        await stage.RevokeAsync(grant);
        using var answer = await waiting;
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString(), Is.EqualTo("grant-ended").Or.EqualTo("grant-revoked"));
    }

    [Test]
    public async Task A_hub_that_stops_sends_home_who_waits()
    {
        await using var hub = await TestHub.StartAsync();
        var news = hub.Services.GetRequiredService<PublicationNews>();
        var next = news.NextAsync(1);
        hub.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        await next.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(news.NextAsync(1).IsCompleted, Is.True);
    }

    static string Changes(TestDataset dataset) => $"/api/v1/datasets/{dataset.Name}/changes";
}
