using System.Collections.Concurrent;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Access;

/// <summary>
/// Counts what is taken under each grant with a quota. Requests are counted one by one over the last minute; records
/// from midnight on, in the hub's time zone, beginning with what the record of use says, so that a restart gives
/// nothing back. A request that began within the day's quota is finished; the next one is refused.
/// </summary>
sealed class QuotaMeter(NpgsqlDataSource database, HubOptions options, TimeProvider time)
{
    static readonly TimeSpan minute = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<Guid, Count> counts = new();
    readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    /// <summary>Takes one request.</summary>
    /// <exception cref="HubException">The quota is used up; it says when to come again.</exception>
    public async ValueTask TakeAsync(Grant grant, CancellationToken cancellationToken)
    {
        if (grant.Terms.Quota is { RequestsPerMinute: null, RecordsPerDay: null })
            return;
        var now = time.GetUtcNow();
        var (today, tomorrow) = DayOf(now);
        var count = counts.GetOrAdd(grant.Id, _ => new Count());
        if (grant.Terms.Quota.RecordsPerDay is { } records)
        {
            if (!count.Knows(today))
                count.Begin(today, await TakenSinceAsync(grant.Id, today, cancellationToken));
            if (count.RecordsOf(today) >= records)
                throw Refuse("records-per-day", $"Grant {grant.Id} allows {records} records a day, and they are taken. Come again tomorrow, or ask {grant.Provider} for more.", tomorrow - now);
        }
        if (grant.Terms.Quota.RequestsPerMinute is { } requests && count.TakeRequest(now, requests) is { } wait)
            throw Refuse("requests-per-minute", $"Grant {grant.Id} allows {requests} requests a minute. Wait as long as Retry-After says.", wait);
    }

    /// <summary>Counts records that left.</summary>
    public void Add(Guid grant, long records)
    {
        if (counts.TryGetValue(grant, out var count))
            count.AddRecords(DayOf(time.GetUtcNow()).Start, records);
    }

    (DateTimeOffset Start, DateTimeOffset End) DayOf(DateTimeOffset now)
    {
        var day = TimeZoneInfo.ConvertTime(now, zone).Date;
        return (MidnightOf(day), MidnightOf(day.AddDays(1)));
    }

    DateTimeOffset MidnightOf(DateTime day) => new DateTimeOffset(day, zone.GetUtcOffset(day)).ToUniversalTime();

    Task<long> TakenSinceAsync(Guid grant, DateTimeOffset start, CancellationToken cancellationToken) =>
        database.ScalarAsync<long>($"select coalesce(sum(records), 0)::bigint from sharing.uses where grant_id = $1 and at >= $2", [grant, start], cancellationToken);

    static HubException Refuse(string code, string detail, TimeSpan wait) => new(ErrorKind.TooManyRequests, code, detail) { RetryAfter = wait };

    /// <summary>What was taken under one grant.</summary>
    sealed class Count
    {
        readonly Lock counting = new();
        readonly Queue<DateTimeOffset> requests = new();
        DateTimeOffset day;
        long records;

        public bool Knows(DateTimeOffset today)
        {
            lock (counting)
                return day == today;
        }

        /// <summary>Begins a day with what was taken before; the first of several who begin it holds.</summary>
        public void Begin(DateTimeOffset today, long taken)
        {
            lock (counting)
            {
                if (day != today)
                    (day, records) = (today, taken);
            }
        }

        public long RecordsOf(DateTimeOffset today)
        {
            lock (counting)
                return day == today ? records : 0;
        }

        public void AddRecords(DateTimeOffset today, long taken)
        {
            lock (counting)
            {
                if (day == today)
                    records += taken;
            }
        }

        /// <summary>Takes a request; null when there was one left, else how long until there is.</summary>
        public TimeSpan? TakeRequest(DateTimeOffset now, int limit)
        {
            lock (counting)
            {
                while (requests.TryPeek(out var oldest) && oldest <= now - minute)
                    requests.Dequeue();
                if (requests.Count >= limit)
                    return requests.Peek() + minute - now;
                requests.Enqueue(now);
                return null;
            }
        }
    }
}
