using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Sharing.Mail;

/// <summary>Letters of the shared hub, which has no mail server: nobody else writes or sends any.</summary>
public sealed class RetryLetterTests
{
    TestHub hub = null!;
    readonly Guid id = Guid.CreateVersion7();

    [SetUp]
    public async Task Prepare() => hub = await TestHub.SharedAsync();

    [Test]
    public async Task An_administrator_has_a_refused_letter_tried_again_and_that_is_on_record()
    {
        await RefuseAsync();
        using var answer = await RetryAsync(Role.Administrator);
        var letter = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That((letter.GetProperty("id").GetGuid(), letter.GetProperty("refusedAt").ValueKind), Is.EqualTo((id, JsonValueKind.Null)));
        Assert.That(letter.GetProperty("nextAt").GetDateTimeOffset(), Is.GreaterThan(DateTimeOffset.UnixEpoch.AddYears(1)), "it is due now, not when it was");
        Assert.That(await AuditAsync(), Is.EqualTo(new[] { "LetterRetried by Test Administrator" }));
    }

    [Test]
    public async Task Nobody_else_may([Values(Role.Steward, Role.ItStaff, Role.Auditor, Role.Leader, Role.Clerk, Role.Subscriber)] Role role)
    {
        await RefuseAsync();
        using var answer = await RetryAsync(role);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
        Assert.That(await hub.Database.ScalarAsync<bool>($"select refused_at is not null from sharing.mail where id = $1", [id], CancellationToken.None), Is.True);
        Assert.That(await AuditAsync(), Is.Empty);
    }

    [Test]
    public async Task A_letter_that_was_sent_or_never_written_is_not_sent_again([Values] bool written)
    {
        if (written)
        {
            await RefuseAsync();
            await hub.Database.ExecuteAsync($"update sharing.mail set refused_at = null, sent_at = written_at where id = $1", [id], CancellationToken.None);
        }
        using var answer = await RetryAsync(Role.Administrator);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await AuditAsync(), Is.Empty);
    }

    /// <summary>Writes a letter that the mail server refused long ago.</summary>
    Task RefuseAsync() => hub.Database.ExecuteAsync(
        $"insert into sharing.mail (id, recipient, subject, body, written_at, next_at, refused_at, problem) values ($1, 'a@tax.example', 'Decide', 'Please.', $2, $2, $2, 'No such mailbox')",
        [id, DateTimeOffset.UnixEpoch], CancellationToken.None);

    async Task<HttpResponseMessage> RetryAsync(Role role) => await (await hub.ClientAsync(role)).PostAsync($"/api/v1/mail/{id}/retry", null);

    async Task<IEnumerable<string>> AuditAsync() =>
        (await OfferedDataset.SendAsync(await hub.ClientAsync(Role.Administrator), HttpMethod.Get, $"audit?subject=letter:{id}")).GetProperty("items").EnumerateArray()
            .Select(entry => $"{entry.GetProperty("event").GetProperty("type").GetString()} by {entry.GetProperty("event").GetProperty("actor").GetProperty("name").GetString()}");
}
