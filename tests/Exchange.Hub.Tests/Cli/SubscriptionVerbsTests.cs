using System.Text;
using System.Text.Json;
using Exchange.Cli;
using Exchange.Hub.Platform;
using Exchange.Hub.Tests.Delivery.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Exchange.Hub.Tests.Cli;

/// <summary>A department's IT staff at the command line, from a subscription's file to its end.</summary>
public sealed class SubscriptionVerbsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("exchange-subscription-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Test]
    public async Task A_webhook_is_made_looked_at_changed_and_ended()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("a", "b");
        var token = await stage.Hub.TokenAsync(Role.ItStaff, stage.Stage.Consumer);
        Task<string> SayAsync(string line, ExitCode expected = ExitCode.Ok) => RunAsync(stage.Hub, token, $"subscription {line}".TrimEnd(), expected);

        var file = Write("subscription.json", new { dataset = stage.Stage.Dataset.Name, kind = "webhook", title = "Benefits", target = new { url = stage.Sink.Url("copy"), headers = new { env = "GATEWAY" } } });
        var made = await SayAsync($"create {file}");
        var id = made.Split(' ')[1];
        Assert.That(made, Does.Contain("is active.").And.Contain("secret whsec_"));
        stage.Copy().Keys = [made.Split('\n')[1].Split(' ')[1]];
        await stage.UntilWholeAsync(await IdAsync(stage));
        Assert.That((stage.Copy().Records, stage.Copy().Calls[0].Headers["x-gateway"]), Is.EqualTo((stage.Expected, "sesame")));

        Assert.That(await SayAsync(""), Does.Contain(id).And.Contain("Benefits").And.Contain("active"));
        Assert.That(await SayAsync("--state ended"), Does.Contain("No subscriptions."));
        Assert.That(await SayAsync($"show {id}"), Does.Contain("\"title\": \"Benefits\"").And.Not.Contain("sesame"));
        Assert.That(await SayAsync($"attempts {id}"), Does.Contain("changes").And.Contain("delivered"));
        Assert.That(await SayAsync($"test {id}"), Does.Contain("was delivered"));
        await SayAsync($"edit {id} {Write("edit.json", new { title = "Benefits 2", target = new { url = stage.Sink.Url("copy") } })}");
        Assert.That(await SayAsync($"pause {id} --reason Moving"), Does.Contain("is paused."));
        Assert.That(await SayAsync($"pause {id}", ExitCode.Conflict), Does.Contain("paused"));
        Assert.That(await SayAsync($"resume {id}"), Does.Contain("is active."));
        Assert.That(await SayAsync($"replay {id} --publication 1"), Does.Contain("is active."));
        Assert.That(await SayAsync($"replay {id}", ExitCode.Failed), Does.Contain("cursor, publication or beginning"));
        Assert.That(await SayAsync($"end {id}"), Does.Contain("is ended."));
        Assert.That(await SayAsync($"create {file} --url http://127.0.0.1:1", ExitCode.Unreachable), Does.Contain("127.0.0.1:1"));
    }

    [Test]
    public async Task Keys_are_rotated_and_dead_letters_seen_to()
    {
        await using var stage = await WebhookStage.SetAsync();
        await stage.Stage.IssueAsync(WebhookStage.North);
        await stage.PublishAsync("bad");
        stage.Sink.Url("copy");
        stage.Copy().Answer = async (http, _) =>
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsync("no such field");
            return true;
        };
        var subscription = await stage.SubscribeAsync();
        var id = subscription.ToString()[^8..];
        var token = await stage.Hub.TokenAsync(Role.ItStaff, stage.Stage.Consumer);
        Task<string> SayAsync(string line, ExitCode expected = ExitCode.Ok) => RunAsync(stage.Hub, token, $"subscription {line}", expected);

        for (var failures = 1; failures <= 2; failures++)
            stage.Turn(await stage.UntilAsync(subscription, now => now.Failures == failures));
        await stage.UntilWholeAsync(subscription);
        var listed = await SayAsync($"dead-letters list {id}");
        Assert.That(listed, Does.Contain("no such field").And.Contain("400").And.Contain("open"));
        var letter = listed.Split('\n')[1].Split(' ')[0];
        Assert.That(await SayAsync($"dead-letters replay {id} {letter}"), Does.Contain("is replaying."));
        await stage.UntilAsync(subscription, now => now.DueAt is null);
        Assert.That(await SayAsync($"dead-letters dismiss {id} {letter} --reason Known"), Does.Contain("is dismissed."));

        Assert.That(await SayAsync($"rotate {id} --kind ed25519"), Does.StartWith("whpk_"));
        Assert.That(await SayAsync($"rotate {id} --keep-hours 1"), Does.StartWith("whsec_"));
        var keys = (await SayAsync($"keys {id}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(keys, Has.Length.EqualTo(4), "a heading, and three keys");
        Assert.That(await SayAsync($"end-key {id} {keys[3].Split(' ')[0]}"), Does.Contain("signs no more."));
    }

    static async Task<Guid> IdAsync(WebhookStage stage)
    {
        using var answer = await (await stage.StaffAsync()).GetAsync("/api/v1/subscriptions");
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("items")[0].GetProperty("id").GetGuid();
    }

    string Write(string name, object document)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, JsonSerializer.Serialize(document));
        return path;
    }

    static async Task<string> RunAsync(TestHub hub, string token, string line, ExitCode expected)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var code = await CliApp.RunAsync(line.Split(' '), new CliHost
        {
            Output = output,
            Error = error,
            Environment = name => name switch { "EXCHANGE_URL" => hub.Address.ToString(), "EXCHANGE_TOKEN" => token, "GATEWAY" => "X-Gateway: sesame", _ => null },
        });
        var said = Encoding.UTF8.GetString(output.ToArray()) + error;
        Assert.That(code, Is.EqualTo(expected), $"exchange {line}\n{said}");
        return said;
    }
}
