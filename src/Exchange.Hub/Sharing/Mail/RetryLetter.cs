using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>An administrator had a letter tried again.</summary>
sealed record LetterRetried(Guid Letter) : IAuditEvent
{
    public string Subject => $"letter:{Letter}";
}

/// <summary>Has a letter that was refused, or waits for its next attempt, tried with the next minute.</summary>
sealed class RetryLetter(NpgsqlDataSource database, IAuditTrail audit, TimeProvider time)
{
    /// <exception cref="HubException">There is no such letter, or it was sent.</exception>
    public Task<Letter> ExecuteAsync(Guid id, Caller caller, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            var letter = await connection.FirstOrDefaultAsync(
                $"update sharing.mail set refused_at = null, next_at = $2 where id = $1 and sent_at is null returning {Outbox.Columns}", [id, time.GetUtcNow()], Outbox.Read, cancellationToken)
                ?? throw HubException.NotFound("letter-not-found", $"No letter {id} waits or was refused.");
            await audit.AppendAsync(connection, caller, new LetterRetried(id), cancellationToken);
            return letter;
        },
        cancellationToken);
}
