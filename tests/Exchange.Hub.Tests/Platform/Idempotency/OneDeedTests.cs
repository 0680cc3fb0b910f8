using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Platform;

public sealed class OneDeedTests
{
    const string Tokens = "/api/v1/tokens";

    static string NewKey => $"\"{Guid.NewGuid()}\"";

    [Test]
    public async Task The_same_request_sent_again_gets_the_first_answer_and_does_nothing()
    {
        var client = await (await TestHub.SharedAsync()).ClientAsync(Role.Administrator);
        var (key, name) = (NewKey, $"Once {Guid.NewGuid()}");

        using var first = await PostAsync(client, key, name);
        using var second = await PostAsync(client, key, name);

        Assert.That(first.IsSuccessStatusCode, await first.Content.ReadAsStringAsync());
        Assert.That(first.Headers.Contains(OneDeed.ReplayedHeader), Is.False);
        Assert.That(second.Headers.GetValues(OneDeed.ReplayedHeader), Is.EqualTo(new[] { "true" }));
        Assert.That((second.StatusCode, second.Headers.Location, second.Content.Headers.ContentType), Is.EqualTo((first.StatusCode, first.Headers.Location, first.Content.Headers.ContentType)));
        Assert.That(await second.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
        Assert.That(await CountAsync(client, name), Is.EqualTo(1));
    }

    [Test]
    public async Task Of_many_at_once_one_is_carried_out()
    {
        var client = await (await TestHub.SharedAsync()).ClientAsync(Role.Administrator);
        var (key, name) = (NewKey, $"Race {Guid.NewGuid()}");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync(client, key, name)));

        Assert.That(answers.Select(answer => answer.StatusCode), Is.All.EqualTo(answers.First(answer => answer.IsSuccessStatusCode).StatusCode).Or.EqualTo(HttpStatusCode.Conflict));
        Assert.That(answers.Where(answer => answer.StatusCode == HttpStatusCode.Conflict).Select(answer => answer.Headers.RetryAfter?.Delta), Is.All.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(await CountAsync(client, name), Is.EqualTo(1));
    }

    [Test]
    public async Task A_key_of_another_request_is_refused_and_another_callers_key_is_another()
    {
        var hub = await TestHub.SharedAsync();
        var client = await hub.ClientAsync(Role.Administrator);
        using var other = hub.Bearer(await hub.TokenAsync(Role.Administrator));
        var key = NewKey;
        using var first = await PostAsync(client, key, "One thing");

        using var reused = await PostAsync(client, key, "Another thing");
        using var others = await PostAsync(other, key, "Another thing");

        Assert.That(((int)reused.StatusCode, await CodeAsync(reused)), Is.EqualTo((422, "idempotency-key-reused")));
        Assert.That(others.IsSuccessStatusCode);
        Assert.That(others.Headers.Contains(OneDeed.ReplayedHeader), Is.False);
    }

    [Test]
    public async Task A_refusal_is_kept_too()
    {
        var client = await (await TestHub.SharedAsync()).ClientAsync(Role.Administrator);
        var key = NewKey;
        using var first = await PostAsync(client, key, " ");
        using var second = await PostAsync(client, key, " ");
        Assert.That((int)second.StatusCode, Is.EqualTo(422));
        Assert.That(await second.Content.ReadAsStringAsync(), Is.EqualTo(await first.Content.ReadAsStringAsync()));
        Assert.That(second.Headers.Contains(OneDeed.ReplayedHeader));
    }

    [TestCase("\"open")]
    [TestCase("\"\"")]
    [TestCase("two keys")]
    [TestCase("a, b")]
    [TestCase("\"a\";b")]
    [TestCase("\"a\\x\"")]
    public async Task What_is_no_key_is_refused(string key)
    {
        using var answer = await PostAsync(await (await TestHub.SharedAsync()).ClientAsync(Role.Administrator), key, "Never");
        Assert.That(((int)answer.StatusCode, await CodeAsync(answer)), Is.EqualTo((400, "malformed-idempotency-key")));
    }

    [Test]
    public void A_key_with_quotes_and_one_without_are_the_same() =>
        Assert.That(IdempotencyKey.Parse("abc-1"), Is.EqualTo(IdempotencyKey.Parse("\"abc-1\"")).And.EqualTo("abc-1"));

    [Test]
    public async Task Of_a_hub_that_died_the_lease_ends_and_the_next_does_the_work()
    {
        await using var hub = await TestHub.StartAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        var (dead, living) = (Answers(hub, time), Answers(hub, time));
        byte[] id = [.. Guid.NewGuid().ToByteArray(), .. Guid.NewGuid().ToByteArray()];
        var fingerprint = new byte[32];
        var lost = await dead.ClaimAsync(id, fingerprint, CancellationToken.None);

        Assert.That((await living.ClaimAsync(id, fingerprint, CancellationToken.None)).Holder, Is.Null, "while the lease runs");
        time.Advance(KeptAnswers.Lease);
        Assert.That((await living.ClaimAsync(id, Enumerable.Repeat((byte)1, 32).ToArray(), CancellationToken.None)).SameRequest, Is.False, "another request");
        var taken = await living.ClaimAsync(id, fingerprint, CancellationToken.None);
        Assert.That(taken.Holder, Is.Not.Null);

        await dead.KeepAsync(id, lost.Holder!.Value, 200, new KeptAnswer(200, new Dictionary<string, string>(), [1]), CancellationToken.None);
        Assert.That((await living.ClaimAsync(id, fingerprint, CancellationToken.None)).Done, Is.False, "who was dead has no say any more");
        await living.KeepAsync(id, taken.Holder!.Value, 201, new KeptAnswer(201, new Dictionary<string, string>(), [2]), CancellationToken.None);
        Assert.That((await dead.ClaimAsync(id, fingerprint, CancellationToken.None)).Answer!.Body, Is.EqualTo(new byte[] { 2 }));

        time.Advance(TimeSpan.FromHours(24));
        await living.PruneAsync(CancellationToken.None);
        Assert.That((await living.ClaimAsync(id, fingerprint, CancellationToken.None)).Holder, Is.Not.Null, "forgotten");
        await living.ReleaseAsync(id, Guid.NewGuid(), CancellationToken.None);
    }

    [Test]
    public async Task What_is_kept_of_an_answer_cannot_be_read_in_the_database()
    {
        var hub = await TestHub.SharedAsync();
        var client = await hub.ClientAsync(Role.Administrator);
        using var answer = await PostAsync(client, NewKey, $"Canary {Guid.NewGuid()}");
        var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
        var (plain, coded) = (System.Text.Encoding.UTF8.GetBytes(token), System.Text.Encoding.UTF8.GetBytes(Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(token))[..20]));
        Assert.That(await hub.Database.ScalarAsync<long>($"select count(*) from platform.idempotency_keys where answer is not null", [], CancellationToken.None), Is.Positive);
        Assert.That(
            await hub.Database.ScalarAsync<long>($"select count(*) from platform.idempotency_keys where position($1 in answer) > 0 or position($2 in answer) > 0", [plain, coded], CancellationToken.None),
            Is.Zero);
    }

    static KeptAnswers Answers(TestHub hub, TimeProvider time) => new(hub.Database, hub.Services.GetRequiredService<MasterKeys>(), new HubOptions(), time);

    static Task<HttpResponseMessage> PostAsync(HttpClient client, string key, string name)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Tokens) { Content = JsonContent.Create(new { name, role = "auditor" }) };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    static async Task<int> CountAsync(HttpClient client, string name) =>
        (await client.GetStringAsync(Tokens)).Split(name).Length - 1;

    static async Task<string?> CodeAsync(HttpResponseMessage answer) => (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
