using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Mail;
using Exchange.Sdk;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Mail;

/// <summary>What is told of letters that do not leave, and when letters are forgotten. They are written into the outbox as <see cref="SendMail"/> leaves them.</summary>
public sealed class MailKeepingTests
{
    static readonly CancellationToken None = CancellationToken.None;
    static readonly DateTimeOffset Now = new(2026, 9, 30, 2, 0, 0, TimeSpan.Zero);

    readonly FakeTimeProvider time = new(Now);
    NpgsqlDataSource database = null!;

    [SetUp]
    public async Task Prepare() => database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);

    [TearDown]
    public ValueTask Close() => database.DisposeAsync();

    [Test]
    public async Task Without_a_mail_server_the_doctor_finds_nothing_wrong()
    {
        await WriteAsync("old", Now.AddDays(-1));
        var step = await CheckAsync(host: null);
        Assert.That((step.Outcome, step.Detail), Is.EqualTo((CheckOutcome.Passed, "No mail server is set; people find their tasks in the hub only")));
    }

    [Test]
    public async Task Letters_that_wait_for_their_minute_worry_nobody()
    {
        await WriteAsync("sent", Now.AddDays(-1), sent: Now.AddDays(-1));
        await WriteAsync("fresh", Now.AddMinutes(-10));
        var step = await CheckAsync();
        Assert.That((step.Outcome, step.Detail, step.Fix), Is.EqualTo((CheckOutcome.Passed, "mail.example:587, 1 letters wait, 0 were refused", (string?)null)));
    }

    [Test]
    public async Task A_letter_that_waits_too_long_is_trouble_and_the_last_word_of_the_server_is_told()
    {
        await WriteAsync("first", Now.AddMinutes(-11), problem: "Connection refused");
        await WriteAsync("second", Now.AddMinutes(-1), problem: "Host unreachable");
        var step = await CheckAsync();
        Assert.That(step.Outcome, Is.EqualTo(CheckOutcome.Failed));
        Assert.That(step.Detail, Does.Contain("2 letters wait, 0 were refused").And.EndsWith("The server said last: Host unreachable"));
        Assert.That(step.Fix, Does.Contain("smtp settings").And.Contain("go out by themselves"));
    }

    [Test]
    public async Task A_letter_that_was_refused_is_trouble_of_another_kind()
    {
        await WriteAsync("refused", Now.AddDays(-1), refused: Now.AddDays(-1), problem: "No such mailbox");
        var step = await CheckAsync();
        Assert.That(step.Outcome, Is.EqualTo(CheckOutcome.Failed));
        Assert.That(step.Detail, Does.Contain("0 letters wait, 1 were refused. The server said last: No such mailbox"));
        Assert.That(step.Fix, Does.Contain("Correct the addresses").And.Contain("retry"));
    }

    [Test]
    public async Task Sent_letters_are_forgotten_after_a_month_refused_ones_after_three_and_waiting_ones_never()
    {
        await WriteAsync("sent, 30 days", Now.AddDays(-40), sent: Now.AddDays(-30));
        await WriteAsync("sent, longer", Now.AddDays(-40), sent: Now.AddDays(-30).AddSeconds(-1));
        await WriteAsync("refused, 90 days", Now.AddDays(-100), refused: Now.AddDays(-90));
        await WriteAsync("refused, longer", Now.AddDays(-100), refused: Now.AddDays(-90).AddSeconds(-1));
        await WriteAsync("waiting", Now.AddDays(-1000));
        await new PruneMail(database, time).ExecuteAsync(None);
        var kept = await database.QueryAsync($"select subject from sharing.mail order by number", [], row => row.GetString(0), None);
        Assert.That(kept, Is.EqualTo(new[] { "sent, 30 days", "refused, 90 days", "waiting" }));
    }

    Task<CheckStep> CheckAsync(string? host = "mail.example") => new MailCheck(database, new HubOptions { SmtpHost = host }, time).CheckAsync(None);

    Task WriteAsync(string subject, DateTimeOffset written, DateTimeOffset? sent = null, DateTimeOffset? refused = null, string? problem = null) => database.ExecuteAsync(
        $"""
        insert into sharing.mail (id, recipient, subject, body, written_at, next_at, sent_at, refused_at, problem)
        values ($1, 'a@tax.example', $2, 'Please.', $3, $3, $4::timestamptz, $5::timestamptz, $6::text)
        """,
        [Guid.CreateVersion7(), subject, written, sent, refused, problem], None);
}
