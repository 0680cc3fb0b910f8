using System.Net;
using System.Security.Cryptography;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Mail;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Mail;

/// <summary>Letters on their way to a mail server that proves itself by a certificate of an authority of the deployment's own.</summary>
public sealed class MailOverTlsTests
{
    static readonly CancellationToken None = CancellationToken.None;

    readonly TestAuthority authority = new();
    readonly SmtpServer server = new();
    readonly TemporaryFolder folder = new();
    NpgsqlDataSource database = null!;
    HubOptions options = null!;

    [SetUp]
    public async Task Prepare()
    {
        server.Certificate = authority.Issue(IPAddress.Loopback);
        server.Start();
        database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        options = new HubOptions { SmtpHost = "127.0.0.1", SmtpPort = server.Port, MailFrom = "exchange@city.example", SmtpCaFile = Write(authority) };
    }

    [TearDown]
    public async Task Close()
    {
        await server.DisposeAsync();
        await database.DisposeAsync();
        server.Certificate?.Dispose();
        authority.Dispose();
        folder.Dispose();
    }

    [Test]
    public async Task A_letter_and_the_password_go_over_TLS([Values(SmtpSecurity.StartTls, SmtpSecurity.Tls)] SmtpSecurity security)
    {
        var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        server.TlsFromStart = security == SmtpSecurity.Tls;
        server.Login = ("exchange", password);
        options = options with { SmtpSecurity = security, SmtpUser = "exchange", SmtpPassword = password };
        await SendAsync();
        Assert.That(server.Taken.Select(letter => (letter.To, letter.Secured)), Is.EqualTo(new[] { ("a@tax.example", true) }));
        Assert.That(await ProblemAsync(), Is.Null);
    }

    [Test]
    public async Task A_server_that_another_authority_vouches_for_gets_nothing()
    {
        using var another = new TestAuthority();
        options = options with { SmtpCaFile = Write(another) };
        await RefusesAsync();
    }

    [Test]
    public async Task A_server_that_only_an_unknown_authority_vouches_for_gets_nothing()
    {
        options = options with { SmtpCaFile = null };
        await RefusesAsync();
    }

    [TestCase("127.0.0.2", 1, TestName = "A_server_whose_certificate_is_for_another_gets_nothing")]
    [TestCase("127.0.0.1", -1, TestName = "A_server_whose_certificate_has_expired_gets_nothing")]
    public async Task A_server_whose_certificate_will_not_do_gets_nothing(string address, int until)
    {
        server.Certificate!.Dispose();
        server.Certificate = authority.Issue(IPAddress.Parse(address), until);
        await RefusesAsync();
    }

    /// <summary>The letter waits, and the way to its server is told to be at fault.</summary>
    async Task RefusesAsync()
    {
        await SendAsync();
        Assert.That(server.Taken, Is.Empty);
        Assert.That(server.Connections, Is.EqualTo(1));
        Assert.That(await ProblemAsync(), Does.Contain("SSL").Or.Contain("certificate"));
    }

    async Task SendAsync()
    {
        await database.ExecuteAsync(
            $"insert into sharing.mail (id, recipient, subject, body, written_at, next_at) values ($1, 'a@tax.example', 'Decide', 'Please.', $2, $2)",
            [Guid.CreateVersion7(), DateTimeOffset.UnixEpoch], None);
        await new SendMail(database, options, TimeProvider.System, NullLogger<SendMail>.Instance).ExecuteAsync(None);
    }

    async Task<string?> ProblemAsync() => (await new Outbox(database, options, TimeProvider.System).WaitingAsync(None)).SingleOrDefault()?.Problem;

    string Write(TestAuthority trusted)
    {
        var file = Path.Combine(folder.Path, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(file, trusted.Pem);
        return file;
    }
}
