using System.Net;
using Exchange.Hub.Delivery.Webhooks;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Delivery.Webhooks;

/// <summary>Calls are signed as Standard Webhooks says, by two keys while one follows the other.</summary>
public sealed class WebhookKeyTests
{
    [Test]
    public async Task The_reference_library_and_OpenSSL_verify_the_calls_and_nothing_that_was_altered()
    {
        await using var stage = await WebhookStage.SetAsync(turned: false); // the library goes by the system's clock
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "限é🙂");
        await stage.UntilWholeAsync(await stage.SubscribeAsync(target: new { signature = "both" }));
        var call = stage.Copy().Calls.Single();
        var keys = stage.Copy().Keys;
        Assert.That(keys.Select(key => key.Split('_')[0]), Is.EquivalentTo(new[] { "whsec", "whpk" }));
        foreach (var key in keys)
        {
            Assert.That(await StandardWebhooks.VerifyAsync(key, call.Headers, call.Body), Is.Null, key.Split('_')[0]);
            byte[] altered = [.. call.Body[..^1], (byte)' '];
            Assert.That(await StandardWebhooks.VerifyAsync(key, call.Headers, altered), Does.Contain("No matching signature"));
        }
    }

    [TestCase("hmac")]
    [TestCase("ed25519")]
    public async Task While_one_key_follows_another_both_sign(string kind)
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a");
        var id = await stage.SubscribeAsync(target: new { signature = kind });
        await stage.UntilWholeAsync(id);
        var old = stage.Copy().Keys;
        var made = await stage.DoAsync(id, "keys", new { kind, keepHours = 2 });
        string[] next = [made.GetProperty("secret").GetString()!];
        Assert.That(next, Is.Not.EqualTo(old));
        await SendAsync(stage, id, "b", signatures: 2);
        stage.Copy().Keys = next; // the consumer changes over
        await SendAsync(stage, id, "c", signatures: 2);
        stage.Time!.Advance(TimeSpan.FromHours(3));
        await SendAsync(stage, id, "d", signatures: 1);
        Assert.That((stage.Copy().Forged, stage.Copy().Records), Is.EqualTo((0, stage.Expected)));
        var listed = (await stage.GetAsync(id, "keys")).GetRawText();
        Assert.That(listed, Does.Not.Contain("whsec_").And.Not.Contain("whsk_"), "secrets are shown once");
        await stage.Hub.Services.GetRequiredService<WebhookKeys>().PruneAsync(CancellationToken.None);
        Assert.That((await stage.GetAsync(id, "keys")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
        Assert.That(await stage.Hub.Services.GetRequiredService<ISecretStore>().ListAsync($"subscription/{id}/key/", CancellationToken.None), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_old_key_can_be_ended_before_its_time_but_never_the_last()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        var id = await stage.SubscribeAsync();
        var first = (await stage.GetAsync(id, "keys")).GetProperty("items")[0].GetProperty("id").GetString();
        await DeleteAsync(stage, id, first!, HttpStatusCode.Conflict);
        var made = await stage.DoAsync(id, "keys", new { kind = "ed25519" });
        await DeleteAsync(stage, id, first!, HttpStatusCode.NoContent);
        await DeleteAsync(stage, id, first!, HttpStatusCode.NotFound);
        stage.Copy().Keys = [made.GetProperty("secret").GetString()!];
        await SendAsync(stage, id, "a", signatures: 1);
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
        await stage.DoAsync(id, "keys", new { keepHours = -1 }, HttpStatusCode.UnprocessableEntity);
    }

    [Test]
    public async Task At_most_two_keys_of_a_kind_sign()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        var id = await stage.SubscribeAsync();
        for (var i = 0; i < 3; i++)
        {
            stage.Time!.Advance(TimeSpan.FromMinutes(1));
            var made = await stage.DoAsync(id, "keys");
            stage.Copy().Keys = [made.GetProperty("secret").GetString()!];
        }
        await SendAsync(stage, id, "a", signatures: 2);
        Assert.That(stage.Copy().Records, Is.EqualTo(stage.Expected));
    }

    static async Task SendAsync(WebhookStage stage, Guid id, string key, int signatures)
    {
        await stage.PublishAsync(key);
        await stage.UntilWholeAsync(id);
        Assert.That(stage.Copy().Calls[^1].Headers["webhook-signature"].Split(' '), Has.Length.EqualTo(signatures));
    }

    static async Task DeleteAsync(WebhookStage stage, Guid id, string key, HttpStatusCode expected) =>
        await OfferedDataset.SendAsync(await stage.StaffAsync(), HttpMethod.Delete, $"subscriptions/{id}/keys/{key}", expected: expected);
}
