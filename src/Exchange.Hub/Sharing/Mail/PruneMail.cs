using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Sharing.Mail;

/// <summary>Forgets letters that nobody asks about any more: what was sent after a month, what was refused for good after three.</summary>
sealed class PruneMail(NpgsqlDataSource database, TimeProvider time)
{
    static readonly TimeSpan sentFor = TimeSpan.FromDays(30);
    static readonly TimeSpan refusedFor = TimeSpan.FromDays(90);

    /// <summary>Called every night.</summary>
    public Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return database.ExecuteAsync($"delete from sharing.mail where sent_at < $1 or refused_at < $2", [now - sentFor, now - refusedFor], cancellationToken);
    }
}
