using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>A letter that waits to be sent, or was refused.</summary>
/// <param name="Attempts">How often the mail server was asked to take it.</param>
/// <param name="NextAt">When it is tried next.</param>
/// <param name="RefusedAt">When the mail server refused it for good; null while it waits.</param>
/// <param name="Problem">What the mail server said last.</param>
public sealed record Letter(
    Guid Id, string Recipient, string Subject, DateTimeOffset WrittenAt, int Attempts, DateTimeOffset NextAt, DateTimeOffset? RefusedAt, string? Problem);

/// <summary>
/// Letters, written in the transaction of the deed that they tell of and sent later by <see cref="SendMail"/>: a deed
/// that is rolled back is told to nobody, and a mail server that is down holds up no deed and loses no letter.
/// </summary>
sealed class Outbox(NpgsqlDataSource database, HubOptions options, TimeProvider time)
{
    const int ListLimit = 1000;

    internal static readonly SqlText Columns = $"id, recipient, subject, written_at, attempts, next_at, refused_at, problem";

    /// <summary>
    /// Writes to the people of one role, a letter for each address. Writes nothing where no mail server is set: what
    /// people are to do stands in their tasks all the same, and a server set later does not send old news.
    /// </summary>
    /// <param name="department">Whose people; null for the hub's own.</param>
    public async Task WriteAsync(NpgsqlConnection connection, Role role, string? department, string subject, string text, CancellationToken cancellationToken)
    {
        if (options.SmtpHost is null)
            return;
        foreach (var recipient in await Contacts.OfAsync(connection, role, department, cancellationToken))
        {
            var now = time.GetUtcNow();
            await connection.ExecuteAsync(
                $"insert into sharing.mail (id, recipient, subject, body, written_at, next_at) values ($1, $2, $3, $4, $5, $5)",
                [Guid.CreateVersion7(now), recipient, subject, text, now], cancellationToken);
        }
    }

    /// <summary>Letters that were not sent yet, the oldest first.</summary>
    public Task<List<Letter>> WaitingAsync(CancellationToken cancellationToken) =>
        database.QueryAsync($"select {Columns} from sharing.mail where sent_at is null order by number limit $1", [ListLimit], Read, cancellationToken);

    internal static Letter Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetFieldValue<DateTimeOffset>(3), row.GetInt32(4), row.GetFieldValue<DateTimeOffset>(5),
        row.Maybe<DateTimeOffset?>(6), row.Maybe<string>(7));
}
