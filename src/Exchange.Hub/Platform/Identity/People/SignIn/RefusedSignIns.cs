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
            var now = time.GetUtcNow();
            await ForgetAsync(connection, now, cancellationToken);
            var key = attempt.ReportKeyOf(knownPerson: person is not null);
            var count = await connection.ScalarAsync<int>(
                $"update platform.sign_in_failures set unreported = unreported + 1 where key = $1 returning case when reported_at > $2 - $3::interval then 0 else unreported end",
                [key, now, Interval], cancellationToken);
            if (count == 0)
                return;
            await connection.ExecuteAsync($"update platform.sign_in_failures set unreported = 0, reported_at = $2 where key = $1", [key, now], cancellationToken);
            await audit.AppendAsync(connection, Caller.System, new SignInRefused(person?.Id, attempt.Network, count), cancellationToken);
        },
        cancellationToken);

    /// <summary>Skips what others hold: they are counting.</summary>
    static Task ForgetAsync(NpgsqlConnection connection, DateTimeOffset now, CancellationToken cancellationToken) => connection.ExecuteAsync(
        $"""
        delete from platform.sign_in_failures where key in
          (select key from platform.sign_in_failures where last_failed_at < $1 - $2::interval for update skip locked)
        """,
        [now, GuessLimits.Memory], cancellationToken);
}
