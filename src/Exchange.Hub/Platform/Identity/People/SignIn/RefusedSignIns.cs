using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>Writes refused sign-ins down: for a person, or for a network at unknown addresses, one event a minute with a count, so that a stranger cannot fill the audit log.</summary>
public sealed class RefusedSignIns(NpgsqlDataSource database, IAuditTrail audit, TimeProvider time)
{
    static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Notes one.</summary>
    public Task NoteAsync(Attempt attempt, Person? person, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            if (await CountAsync(connection, attempt.ReportKeyOf(knownPerson: person is not null), time.GetUtcNow(), cancellationToken) is var count and > 0)
                await audit.AppendAsync(connection, Caller.System, new SignInRefused(person?.Id, attempt.Network, count), cancellationToken);
        },
        cancellationToken);

    /// <summary>Counts a refusal under a key.</summary>
    /// <returns>How many are to be told now; 0 while the last event about this key is younger than a minute.</returns>
    internal static async Task<int> CountAsync(NpgsqlConnection connection, byte[] key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await ForgetAsync(connection, now, cancellationToken);
        var count = await connection.ScalarAsync<int>(
            $"""
            insert into platform.sign_in_failures as f (key, failures, last_failed_at, unreported) values ($1, 0, $2, 1)
            on conflict (key) do update set unreported = f.unreported + 1, last_failed_at = $2
            returning case when reported_at > $2 - $3::interval and reported_at <= $2 then 0 else unreported end
            """,
            [key, now, Interval], cancellationToken);
        if (count > 0)
            await connection.ExecuteAsync($"update platform.sign_in_failures set unreported = 0, reported_at = $2 where key = $1", [key, now], cancellationToken);
        return count;
    }

    /// <summary>Skips what others hold: they are counting.</summary>
    static Task ForgetAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"""
        delete from platform.sign_in_failures where key in
          (select key from platform.sign_in_failures where last_failed_at < $1 - $2::interval for update skip locked)
        """,
        [now, GuessLimits.Memory], cancellationToken);
}
