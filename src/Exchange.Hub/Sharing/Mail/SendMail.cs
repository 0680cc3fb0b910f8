using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Exchange.Hub.Platform;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Npgsql;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>
/// Sends what waits in the outbox. Each letter is sent at least once: one that the server took just before the hub died
/// is sent again, under the same Message-ID, by which mail systems know it again.
/// </summary>
sealed class SendMail(NpgsqlDataSource database, HubOptions options, TimeProvider time, ILogger<SendMail> log)
{
    /// <summary>After so long another worker takes a letter up; longer than any attempt lasts.</summary>
    static readonly TimeSpan lease = TimeSpan.FromMinutes(10);

    static readonly TimeSpan longestDelay = TimeSpan.FromHours(1);
    static readonly TimeSpan patience = TimeSpan.FromSeconds(30);

    /// <summary>Sends all that is due. Called by the clock.</summary>
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        if (options.SmtpHost is null || await TakeAsync(cancellationToken) is not { } letter)
            return;
        using var server = new SmtpClient { Timeout = (int)patience.TotalMilliseconds };
        for (var next = letter; next is not null; next = await TakeAsync(cancellationToken))
        {
            if (!await DeliverAsync(server, next, cancellationToken))
                return;
        }
        await server.DisconnectAsync(quit: true, cancellationToken);
    }

    /// <summary>Tries one letter; false when there is no use in trying another now.</summary>
    async Task<bool> DeliverAsync(SmtpClient server, DueLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            if (!server.IsConnected)
                await ConnectAsync(server, cancellationToken);
            await server.SendAsync(Compose(letter), cancellationToken);
            await MarkAsync(letter, $"sent_at = $2, problem = $3::text, attempts = attempts + 1", time.GetUtcNow(), null);
            return true;
        }
        catch (SmtpCommandException refusal) when (refusal.ErrorCode is not SmtpErrorCode.UnexpectedStatusCode)
        {
            await NoteRefusalAsync(letter, refusal);
            return true;
        }
        catch (Exception error) when (error is SocketException or IOException or TimeoutException or SmtpProtocolException or SmtpCommandException or AuthenticationException or SslHandshakeException or UnauthorizedAccessException or CryptographicException or NotSupportedException or OperationCanceledException)
        {
            // It is the server's trouble, not the letter's: it waits as if it had not been taken up.
            var problem = Brief(error);
            await MarkAsync(letter, $"next_at = $2, problem = $3::text", letter.NextAt, problem);
            log.LogWarning("Mail waits: {Host}:{Port} could not be used. {Problem}", options.SmtpHost, options.SmtpPort, problem);
            return false;
        }
    }

    async Task ConnectAsync(SmtpClient server, CancellationToken cancellationToken)
    {
        if (options.SmtpCaFile is { } authorities)
            server.ServerCertificateValidationCallback = ServerTrust.InAuthoritiesOf(authorities);
        await server.ConnectAsync(options.SmtpHost!, options.SmtpPort, options.SmtpSecurity switch
        {
            SmtpSecurity.Tls => SecureSocketOptions.SslOnConnect,
            SmtpSecurity.StartTls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        }, cancellationToken);
        if (options.SmtpUser is { } user)
            await server.AuthenticateAsync(user, options.SmtpPassword ?? "", cancellationToken);
    }

    MimeMessage Compose(DueLetter letter)
    {
        var from = MailboxAddress.Parse(options.MailFrom!);
        var message = new MimeMessage
        {
            MessageId = string.Create(CultureInfo.InvariantCulture, $"{letter.Id}@{from.Domain}"),
            Date = letter.WrittenAt,
            Subject = letter.Subject,
            Body = new TextPart("plain") { Text = letter.Body },
        };
        message.From.Add(from);
        message.To.Add(MailboxAddress.Parse(letter.Recipient));
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated"); // RFC 3834: no out-of-office replies
        return message;
    }

    /// <summary>A refusal of the 5xx kind is for good; any other waits, longer each time.</summary>
    Task NoteRefusalAsync(DueLetter letter, SmtpCommandException refusal)
    {
        var problem = Brief(refusal);
        log.LogWarning("The letter {Letter} was refused with {Status}: {Problem}", letter.Id, (int)refusal.StatusCode, problem);
        if ((int)refusal.StatusCode >= 500)
            return MarkAsync(letter, $"refused_at = $2, problem = $3::text, attempts = attempts + 1", time.GetUtcNow(), problem);
        var delay = TimeSpan.FromMinutes(Math.Min(Math.Pow(2, letter.Attempts), longestDelay.TotalMinutes));
        return MarkAsync(letter, $"next_at = $2, problem = $3::text, attempts = attempts + 1", time.GetUtcNow() + delay, problem);
    }

    Task<DueLetter?> TakeAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.FirstOrDefaultAsync(
            $"""
            with due as (
                select id, next_at from sharing.mail where sent_at is null and refused_at is null and next_at <= $1
                order by next_at, number limit 1 for update skip locked)
            update sharing.mail m set next_at = $2 from due where m.id = due.id
            returning m.id, m.recipient, m.subject, m.body, m.written_at, m.attempts, due.next_at
            """,
            [now, now + lease],
            row => new DueLetter(row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetFieldValue<DateTimeOffset>(4), row.GetInt32(5), row.GetFieldValue<DateTimeOffset>(6)),
            cancellationToken);
    }

    /// <summary>Notes how it went, also while the hub stops: what was sent must not be sent again.</summary>
    Task MarkAsync(DueLetter letter, SqlText change, DateTimeOffset at, string? problem) =>
        database.ExecuteAsync($"update sharing.mail set {change} where id = $1", [letter.Id, at, problem], CancellationToken.None);

    static string Brief(Exception error)
    {
        const int Longest = 300;
        var line = error.Message.ReplaceLineEndings(" ").Trim();
        return line.Length > Longest ? line[..Longest] : line;
    }

    sealed record DueLetter(Guid Id, string Recipient, string Subject, string Body, DateTimeOffset WrittenAt, int Attempts, DateTimeOffset NextAt);
}
