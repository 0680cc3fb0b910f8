using System.Security.Cryptography;
using System.Text.Json;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>An answer as it is given again.</summary>
/// <param name="Headers">Those that belong to what was done: type, language, place, tag.</param>
sealed record KeptAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>What is known of a key: it is ours to work on, or somebody was there before.</summary>
/// <param name="Holder">Ours; null when somebody was there before.</param>
/// <param name="SameRequest">Whether it was the same request.</param>
/// <param name="Done">Whether it was carried out to its end.</param>
/// <param name="Answer">Its answer; null when it could not be kept.</param>
sealed record KeyClaim(Guid? Holder, bool SameRequest, bool Done, KeptAnswer? Answer);

/// <summary>
/// Keeps answers in <c>platform.idempotency_keys</c>. The row is taken by one insert, whichever hub asks, and is held by a
/// lease that its hub renews: of a hub that was killed the lease ends, and the next request of that key does the work.
/// Answers are encrypted like secrets: some of them show a token once.
/// </summary>
sealed class KeptAnswers(NpgsqlDataSource database, MasterKeys keys, HubOptions options, TimeProvider time)
{
    /// <summary>How long a hub that gives no sign of life is waited for.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    TimeSpan Keep => TimeSpan.FromHours(options.IdempotencyHours);

    /// <summary>Takes a key, or tells what became of it.</summary>
    public async Task<KeyClaim> ClaimAsync(byte[] id, byte[] fingerprint, CancellationToken cancellationToken)
    {
        while (true)
        {
            var (holder, now) = (Guid.NewGuid(), time.GetUtcNow());
            var taken = await database.ExecuteAsync(
                $"""
                insert into platform.idempotency_keys as k (id, fingerprint, holder, leased_until, expires_at) values ($1, $2, $3, $4, $5)
                on conflict (id) do update
                set fingerprint = $2, holder = $3, leased_until = $4, expires_at = $5, status = null, answer = null, key_id = null
                where k.expires_at <= $6 or (k.status is null and k.leased_until <= $6 and k.fingerprint = $2)
                """,
                [id, fingerprint, holder, now + Lease, now + Keep, now], cancellationToken);
            if (taken == 1)
                return new KeyClaim(holder, true, false, null);
            // Between the two statements the row may be gone: the other request failed, and left the key to us.
            if (await FindAsync(id, fingerprint, cancellationToken) is { } found)
                return found;
        }
    }

    /// <summary>Goes on holding a key.</summary>
    public Task RenewAsync(byte[] id, Guid holder, CancellationToken cancellationToken) => database.ExecuteAsync(
        $"update platform.idempotency_keys set leased_until = $3 where id = $1 and holder = $2 and status is null", [id, holder, time.GetUtcNow() + Lease], cancellationToken);

    /// <summary>Keeps the answer; without one, that the work was done.</summary>
    public Task KeepAsync(byte[] id, Guid holder, int status, KeptAnswer? answer, CancellationToken cancellationToken) => database.ExecuteAsync(
        $"update platform.idempotency_keys set status = $3, answer = $4, key_id = $5 where id = $1 and holder = $2",
        [id, holder, status, answer is null ? null : Seal(id, answer), answer is null ? null : keys.CurrentId], cancellationToken);

    /// <summary>Gives a key back: nothing was done.</summary>
    public Task ReleaseAsync(byte[] id, Guid holder, CancellationToken cancellationToken) => database.ExecuteAsync(
        $"delete from platform.idempotency_keys where id = $1 and holder = $2 and status is null", [id, holder], cancellationToken);

    /// <summary>Forgets what is over.</summary>
    public Task PruneAsync(CancellationToken cancellationToken) =>
        database.ExecuteAsync($"delete from platform.idempotency_keys where expires_at <= $1", [time.GetUtcNow()], cancellationToken);

    Task<KeyClaim?> FindAsync(byte[] id, byte[] fingerprint, CancellationToken cancellationToken) => database.FirstOrDefaultAsync(
        $"select fingerprint, status, answer, key_id from platform.idempotency_keys where id = $1",
        [id],
        row => new KeyClaim(
            null,
            CryptographicOperations.FixedTimeEquals(row.GetFieldValue<byte[]>(0), fingerprint),
            !row.IsDBNull(1),
            row.IsDBNull(2) ? null : Open(id, row.GetFieldValue<byte[]>(2), row.GetString(3))),
        cancellationToken);

    byte[] Seal(byte[] id, KeptAnswer answer) =>
        SecretEnvelope.Seal(JsonSerializer.Serialize(answer), NameOf(id), keys.CurrentId, keys.Find(keys.CurrentId)!);

    /// <summary>The answer; null when its key was taken away since.</summary>
    KeptAnswer? Open(byte[] id, byte[] envelope, string keyId)
    {
        try
        {
            return keys.Find(keyId) is { } key ? JsonSerializer.Deserialize<KeptAnswer>(SecretEnvelope.Open(envelope, NameOf(id), keyId, key)) : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    static string NameOf(byte[] id) => "idempotency/" + Convert.ToHexStringLower(id);
}
