using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Corrections;
using Exchange.Hub.Tests.Delivery;
using Microsoft.Extensions.DependencyInjection;

namespace Exchange.Hub.Tests.Sharing.Corrections;

public sealed class CorrectionsTests
{
    /// <summary>The department of a <see cref="TestDataset"/>.</summary>
    const string Provider = "test";

    TestHub hub = null!;
    TestDataset dataset = null!;
    HttpClient staff = null!;
    HttpClient steward = null!;

    [SetUp]
    public async Task Prepare()
    {
        hub = await TestHub.SharedAsync();
        dataset = await TestDataset.CreateAsync(hub.Database, $"corrected-{Guid.NewGuid():N}"[..30]);
        await dataset.PublishAsync(new KeyValuePair<string, string?>("a", """{"id":"a","name":"Li","street":"East"}"""));
        staff = await hub.ClientAsync(Role.ItStaff, Provider);
        steward = await hub.ClientAsync(Role.Steward, Provider);
    }

    [Test]
    public void States_go_only_where_the_table_says() =>
        Assert.That(
            from one in Enum.GetValues<CorrectionState>()
            from other in Enum.GetValues<CorrectionState>()
            where one.CanBecome(other)
            select $"{one.Stored()} {other.Stored()}",
            Is.EqualTo(new[] { "raised verifying", "verifying fixed", "verifying rejected" }));

    [Test]
    public async Task A_publication_that_changes_the_field_closes_it_and_another_does_not()
    {
        var id = await RaiseAsync("a", "/name");
        await dataset.PublishAsync(new KeyValuePair<string, string?>("a", """{"id":"a","name":"Li","street":"West"}"""));
        await CloseAsync();
        Assert.That((await ShowAsync(id)).State, Is.EqualTo(CorrectionState.Raised));
        await dataset.PublishAsync(new KeyValuePair<string, string?>("a", """{"id":"a","name":"Lee","street":"West"}"""));
        await CloseAsync();
        var closed = await ShowAsync(id);
        Assert.That((closed.State, closed.FixedIn), Is.EqualTo((CorrectionState.Fixed, (int?)3)));
    }

    [Test]
    public async Task A_record_that_was_deleted_is_not_wrong_any_more()
    {
        var id = await RaiseAsync("a", null);
        await dataset.PublishAsync(new KeyValuePair<string, string?>("a", null));
        await CloseAsync();
        Assert.That((await ShowAsync(id)).State, Is.EqualTo(CorrectionState.Fixed));
    }

    [Test]
    public async Task A_rejection_takes_a_reason_and_ends_it()
    {
        var id = await RaiseAsync("a", "/name");
        using var early = await DoAsync(id, "reject", new { reason = "It is right." });
        using var verify = await DoAsync(id, "verify");
        using var empty = await DoAsync(id, "reject", new { reason = " " });
        using var reject = await DoAsync(id, "reject", new { reason = "It is right." });
        using var late = await DoAsync(id, "verify");
        Assert.That(
            new[] { early, verify, empty, reject, late }.Select(answer => (int)answer.StatusCode),
            Is.EqualTo(new[] { 409, 200, 422, 200, 409 }));
        Assert.That((await ShowAsync(id)).Reason, Is.EqualTo("It is right."));
    }

    [Test]
    public async Task A_confirmation_stops_the_clock_and_tells_who_raised_it()
    {
        var id = await RaiseAsync("a", "/name");
        using var verify = await DoAsync(id, "verify");
        using var confirm = await DoAsync(id, "confirm");
        using var again = await DoAsync(id, "confirm");
        Assert.That((confirm.StatusCode, again.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.Conflict)));
        var clock = (await steward.GetFromJsonAsync<JsonElement>($"/api/v1/clocks?subject=correction:{id}")).GetProperty("items")[0];
        Assert.That(clock.GetProperty("stoppedAt").ValueKind, Is.EqualTo(JsonValueKind.String));
        Assert.That(await TasksAsync(staff, id), Is.EqualTo(new[] { "read-outcome" }));
        Assert.That(await TasksAsync(steward, id), Is.Empty);
        using var noted = await staff.PostAsync($"/api/v1/corrections/{id}/acknowledge", null);
        Assert.That(await TasksAsync(staff, id), Is.Empty);
    }

    [Test]
    public async Task Who_may_not_see_a_record_cannot_say_that_it_is_wrong_nor_learn_that_it_is_there()
    {
        var foreign = await hub.ClientAsync(Role.ItStaff, "stranger");
        using var refused = await PostAsync(foreign, "a", "/name");
        using var unknown = await PostAsync(foreign, "nothing", "/name");
        using var missing = await PostAsync(staff, "nothing", "/name");
        Assert.That((refused.StatusCode, unknown.StatusCode, missing.StatusCode), Is.EqualTo((HttpStatusCode.Forbidden, HttpStatusCode.Forbidden, HttpStatusCode.NotFound)));
        using var hidden = await foreign.GetAsync($"/api/v1/corrections/{await RaiseAsync("a", "/name")}");
        Assert.That(hidden.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
    }

    Task CloseAsync() => hub.Services.GetRequiredService<CloseCorrections>().ExecuteAsync(CancellationToken.None);

    Task<HttpResponseMessage> PostAsync(HttpClient client, string key, string? field) =>
        client.PostAsJsonAsync($"/api/v1/datasets/{dataset.Name}/corrections", new { key, field, statement = "The name is misspelt." });

    async Task<Guid> RaiseAsync(string key, string? field)
    {
        using var answer = await PostAsync(staff, key, field);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Created), await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Correction>(ApiJson.Options))!.Id;
    }

    async Task<Correction> ShowAsync(Guid id) => (await staff.GetFromJsonAsync<Correction>($"/api/v1/corrections/{id}", ApiJson.Options))!;

    Task<HttpResponseMessage> DoAsync(Guid id, string verb, object? body = null) => steward.PostAsJsonAsync($"/api/v1/corrections/{id}/{verb}", body);

    static async Task<IEnumerable<string?>> TasksAsync(HttpClient client, Guid id) =>
        (await client.GetFromJsonAsync<JsonElement>("/api/v1/tasks")).GetProperty("items").EnumerateArray()
            .Where(task => task.GetProperty("subject").GetString() == $"correction:{id}").Select(task => task.GetProperty("kind").GetString());
}
