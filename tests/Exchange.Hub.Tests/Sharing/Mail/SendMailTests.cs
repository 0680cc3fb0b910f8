using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Mail;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Mail;

/// <summary>Letters on their way to a real mail server on the loopback that goes down and comes up again.</summary>
public sealed class SendMailTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 9, 30, 2, 0, 0, TimeSpan.Zero));

    readonly SmtpServer server = new();
    NpgsqlDataSource database = null!;
    HubOptions options = null!;

    [SetUp]
    public async Task Prepare()
    {
        server.Start();
        database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        options = new HubOptions { SmtpHost = "127.0.0.1", SmtpPort = server.Port, SmtpSecurity = SmtpSecurity.None, MailFrom = "Exchange <exchange@city.example>" };
        await EnterAsync("a@tax.example");
    }

    [TearDown]
    public async Task Close()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
    }

    [Test]
    public async Task A_letter_arrives_as_it_was_written_and_once()
    {
        await WriteAsync("催办：请审核", "第一行\n.\nlast line");
        await SendAsync();
        await SendAsync();
        var letter = server.Taken.Single();
        var message = await MimeKit.MimeMessage.LoadAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(letter.Text)));
        Assert.That((letter.From, letter.To), Is.EqualTo(("exchange@city.example", "a@tax.example")));
        Assert.That((message.Subject, message.TextBody!.ReplaceLineEndings("\n").TrimEnd('\n')), Is.EqualTo(("催办：请审核", "第一行\n.\nlast line")));
        Assert.That(letter.Head("Auto-Submitted"), Is.EqualTo("auto-generated"));
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    [Test]
    public async Task Everybody_of_the_role_gets_a_letter_over_one_connection()
    {
        await EnterAsync("a@tax.example", "b@tax.example");
        await WriteAsync();
        await SendAsync();
        Assert.That(server.Taken.Select(letter => letter.To), Is.EqualTo(new[] { "a@tax.example", "b@tax.example" }));
        Assert.That(server.Connections, Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_written_while_the_server_is_down_arrives_when_it_is_up_again()
    {
        await server.StopAsync();
        await WriteAsync("first");
        await SendAsync();
        await WriteAsync("second");
        await SendAsync();
        var waiting = await WaitingAsync();
        Assert.That(waiting.Select(letter => (letter.Subject, letter.Attempts)), Is.EqualTo(new[] { ("first", 0), ("second", 0) }));
        Assert.That(waiting[0].Problem, Is.Not.Empty);

        server.Start();
        await SendAsync();
        Assert.That(server.Taken.Select(letter => letter.Head("Subject")), Is.EqualTo(new[] { "first", "second" }));
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    [Test]
    public async Task A_letter_whose_fate_is_unknown_is_sent_again_under_the_same_id()
    {
        server.BreaksOffAfterData = true;
        await WriteAsync();
        await SendAsync();
        await SendAsync();
        Assert.That(server.Taken, Has.Count.EqualTo(2));
        Assert.That(server.Taken[1].Head("Message-Id"), Is.EqualTo(server.Taken[0].Head("Message-Id")));
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    [Test]
    public async Task A_letter_that_a_dead_hub_had_taken_up_is_taken_up_again()
    {
        await WriteAsync();
        await database.ExecuteAsync($"update sharing.mail set next_at = $1", [time.GetUtcNow().AddMinutes(10)], None); // as the dead hub left it
        await SendAsync();
        Assert.That(server.Taken, Is.Empty);
        time.Advance(TimeSpan.FromMinutes(10));
        await SendAsync();
        Assert.That(server.Taken, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task An_address_that_is_refused_for_good_holds_up_nobody_and_is_shown()
    {
        await EnterAsync("nobody@tax.example", "b@tax.example");
        server.Answer = to => to.StartsWith("nobody", StringComparison.Ordinal) ? "550 No such mailbox" : "250 OK";
        await WriteAsync();
        await SendAsync();
        time.Advance(TimeSpan.FromDays(1));
        await SendAsync();
        var refused = (await WaitingAsync()).Single();
        Assert.That(server.Taken.Select(letter => letter.To), Is.EqualTo(new[] { "b@tax.example" }));
        Assert.That((refused.Recipient, refused.RefusedAt is not null, refused.Problem, refused.Attempts), Is.EqualTo(("nobody@tax.example", true, "No such mailbox", 1)));
    }

    [Test]
    public async Task An_address_that_is_refused_for_now_is_tried_again_less_and_less_often()
    {
        server.Answer = _ => "451 Try later";
        await WriteAsync();
        var delays = new List<double>();
        for (var attempt = 0; attempt < 8; attempt++)
        {
            await SendAsync();
            var delay = (await WaitingAsync()).Single().NextAt - time.GetUtcNow();
            delays.Add(delay.TotalMinutes);
            time.Advance(delay);
        }
        Assert.That(delays, Is.EqualTo(new double[] { 1, 2, 4, 8, 16, 32, 60, 60 }));
        server.Answer = _ => "250 OK";
        await SendAsync();
        Assert.That(server.Taken, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Workers_at_the_same_time_send_each_letter_once()
    {
        foreach (var number in Enumerable.Range(1, 20))
            await WriteAsync($"letter {number}");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(SendAsync)));
        Assert.That(server.Taken.Select(letter => letter.Head("Subject")), Is.EquivalentTo(Enumerable.Range(1, 20).Select(number => $"letter {number}")));
    }

    [Test]
    public async Task The_hub_signs_in_with_its_password()
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        server.Login = ("exchange", password);
        options = options with { SmtpUser = "exchange", SmtpPassword = password };
        await WriteAsync();
        await SendAsync();
        Assert.That(server.Taken, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task With_a_wrong_password_letters_wait_and_nobody_is_told_the_password()
    {
        var wrong = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        server.Login = ("exchange", "another");
        options = options with { SmtpUser = "exchange", SmtpPassword = wrong };
        await WriteAsync();
        await SendAsync();
        Assert.That(server.Taken, Is.Empty);
        Assert.That((await WaitingAsync()).Single().Problem, Is.Not.Empty.And.Not.Contain(wrong));
    }

    [Test]
    public async Task Nothing_is_sent_in_the_open_where_TLS_is_asked_for()
    {
        options = options with { SmtpSecurity = SmtpSecurity.StartTls };
        await WriteAsync();
        await SendAsync();
        Assert.That(server.Taken, Is.Empty);
        Assert.That(await WaitingAsync(), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_deed_that_is_rolled_back_is_told_to_nobody()
    {
        await using (var connection = await database.OpenConnectionAsync())
        {
            await using var transaction = await connection.BeginTransactionAsync();
            await Outbox.WriteAsync(connection, Role.Steward, "tax", "Never", "happened", None);
        }
        await SendAsync();
        Assert.That(server.Taken, Is.Empty);
    }

    [Test]
    public async Task Without_a_mail_server_nothing_piles_up()
    {
        options = options with { SmtpHost = null };
        await WriteAsync();
        Assert.That(await WaitingAsync(), Is.Empty);
    }

    Outbox Outbox => new(database, options, time);

    Task SendAsync() => new SendMail(database, options, time, NullLogger<SendMail>.Instance).ExecuteAsync(None);

    Task<List<Letter>> WaitingAsync() => Outbox.WaitingAsync(None);

    Task WriteAsync(string subject = "Decide", string text = "Please.") =>
        database.InTransactionAsync(connection => Outbox.WriteAsync(connection, Role.Steward, "tax", subject, text, None), None);

    Task EnterAsync(params string[] stewards) =>
        database.ExecuteAsync(
            $"""
            insert into catalog.documents (kind, name, revision, body, changed_at, changed_by)
            select 'contacts', 'tax', count(*) + 1, $1, now(), 'test' from catalog.documents where kind = 'contacts'
            """,
            [System.Text.Json.JsonSerializer.Serialize(new { steward = stewards })], None);
}
