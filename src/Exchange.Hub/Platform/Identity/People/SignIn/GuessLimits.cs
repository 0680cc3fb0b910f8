using System.Net;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Exchange.Hub.Platform;

/// <summary>
/// Makes guessing slow without locking anybody out. Failures are counted where they come from: for a browser that the
/// person has signed in with, by itself; for others by person and network, by person, and by network over all persons.
/// From some count on each next try waits, twice as long as the last. So a stranger slows himself, and at worst a browser
/// that the person has never used; the person's own go on as before. A try is counted before the password is looked at,
/// so that many at once are not as good as one.
/// </summary>
public sealed class GuessLimits(NpgsqlDataSource database, DeviceStore devices, TimeProvider time)
{
    /// <summary>Tries that nobody has to wait for, from one browser or from one network at one person.</summary>
    public const int FreeTries = 5;

    /// <summary>The same at one person from everywhere together.</summary>
    public const int FreeTriesAtPerson = 20;

    /// <summary>The same from one network at everybody: an office full of people may be behind one address.</summary>
    public const int FreeTriesOfNetwork = 50;

    /// <summary>Longest wait.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>After this long without another failure, failures are forgotten.</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromDays(1);

    /// <summary>Counts a try, unless it comes too early.</summary>
    /// <exception cref="HubException">It does: 429, with the wait.</exception>
    public async Task<Attempt> BeginAsync(string normalizedEmail, string? device, IPAddress? address, CancellationToken cancellationToken)
    {
        var network = NetworkOf(address);
        Bucket[] buckets = await devices.IsKnownAsync(device, normalizedEmail, cancellationToken)
            ? [new(KeyOf("device", normalizedEmail, device!), FreeTries, Own: true)]
            :
            [
                new(KeyOf("person-network", normalizedEmail, network), FreeTries, Own: true),
                new(KeyOf("person", normalizedEmail), FreeTriesAtPerson, Own: false),
                new(KeyOf("network", network), FreeTriesOfNetwork, Own: false),
            ];
        await database.InTransactionAsync(
            async connection =>
            {
                foreach (var bucket in buckets)
                    await TakeAsync(connection, bucket, cancellationToken);
            },
            cancellationToken);
        return new Attempt(buckets, network);
    }

    /// <summary>Undoes the count of a try that was none: the password was right, and the code has yet to come.</summary>
    public Task ReleaseAsync(Attempt attempt, CancellationToken cancellationToken) => GiveBackAsync(attempt, forget: false, cancellationToken);

    /// <summary>Forgets the failures of whoever has now signed in, where they are theirs alone.</summary>
    public Task SucceedAsync(Attempt attempt, CancellationToken cancellationToken) => GiveBackAsync(attempt, forget: true, cancellationToken);

    /// <summary>The /24 or /64 that an address is of.</summary>
    public static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "unknown";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        var prefix = bytes.Length == 4 ? 3 : 8;
        bytes.AsSpan(prefix).Clear();
        return $"{new IPAddress(bytes)}/{prefix * 8}";
    }

    Task GiveBackAsync(Attempt attempt, bool forget, CancellationToken cancellationToken) => database.InTransactionAsync(
        async connection =>
        {
            foreach (var bucket in attempt.Buckets)
            {
                await connection.ExecuteAsync(
                    $"update platform.sign_in_failures set failures = case when $2 then 0 else greatest(failures - 1, 0) end, blocked_until = null where key = $1",
                    [bucket.Key, forget && bucket.Own], cancellationToken);
            }
        },
        cancellationToken);

    /// <summary>One row, one lock: of many tries at once the first that has to wait holds up the others.</summary>
    async Task TakeAsync(NpgsqlConnection connection, Bucket bucket, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var failures = await connection.FirstOrDefaultAsync(
            $"""
            insert into platform.sign_in_failures as f (key, failures, last_failed_at) values ($1, 1, $2)
            on conflict (key) do update set failures = case when f.last_failed_at < $2 - $3::interval then 1 else f.failures + 1 end, last_failed_at = $2
            where f.blocked_until is null or f.blocked_until <= $2
            returning failures
            """,
            [bucket.Key, now, Memory], row => (int?)row.GetInt32(0), cancellationToken);
        if (failures is null)
            throw TooEarly(await connection.ScalarAsync<DateTime>($"select blocked_until from platform.sign_in_failures where key = $1", [bucket.Key], cancellationToken) - now.UtcDateTime);
        if (failures >= bucket.Free)
            await connection.ExecuteAsync($"update platform.sign_in_failures set blocked_until = $2 where key = $1", [bucket.Key, now + WaitAfter(failures.Value - bucket.Free)], cancellationToken);
    }

    static TimeSpan WaitAfter(int furtherFailures) => TimeSpan.FromSeconds(Math.Min(Math.Pow(2, furtherFailures), LongestWait.TotalSeconds));

    static HubException TooEarly(TimeSpan wait) =>
        new(ErrorKind.TooManyRequests, "sign-in-slowed", $"Too many sign-ins have failed. Wait {Math.Ceiling(wait.TotalSeconds):0} seconds, then try again; what is tried before that is not looked at.") { RetryAfter = wait };

    static byte[] KeyOf(params string[] parts) => SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
}

/// <summary>A try that was counted.</summary>
/// <param name="Buckets">Where.</param>
/// <param name="Network">Where it came from.</param>
public sealed record Attempt(IReadOnlyList<Bucket> Buckets, string Network)
{
    /// <summary>The count that tells of refusals at a person; for nobody's address, that of the network.</summary>
    public byte[] ReportKeyOf(bool knownPerson) => Buckets is [var only] ? only.Key : Buckets[knownPerson ? 1 : 2].Key;
}

/// <summary>One count of failures.</summary>
/// <param name="Key">SHA-256 of what is counted.</param>
/// <param name="Free">Failures before the first wait.</param>
/// <param name="Own">Whether the failures are of one browser or network at one person, so that signing in forgets them.</param>
public sealed record Bucket(byte[] Key, int Free, bool Own);
