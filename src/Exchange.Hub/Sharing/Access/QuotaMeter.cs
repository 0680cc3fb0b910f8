using System.Collections.Concurrent;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Grants;
using Npgsql;

namespace Exchange.Hub.Sharing.Access;

/// <summary>
/// Counts what is taken under each grant with a quota. Requests are counted one by one over the last minute; records
/// from midnight on, in the hub's time zone, beginning with what the record of use says, so that a restart gives
/// nothing back. Records are taken before they leave, so that of several requests at once no more leaves than a day allows.
/// A system clock that is set back makes nobody wait till the old time comes again.
/// </summary>
sealed class QuotaMeter(NpgsqlDataSource database, HubOptions options, TimeProvider time)
{
    static readonly TimeSpan minute = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<Guid, Count> counts = new();
    readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);

    /// <summary>Takes one request, or several at once: all of them or none.</summary>
    /// <exception cref="HubException">The quota is used up; it says when to come again.</exception>
    public async ValueTask TakeRequestAsync(Grant grant, CancellationToken cancellationToken, int count = 1)
    {
        var now = time.GetUtcNow();
        var (today, tomorrow) = DayOf(now);
        if (grant.Terms.Quota.RecordsPerDay is { } limit && (await BegunAsync(grant.Id, today, cancellationToken)).RecordsOf(today) >= limit)
            throw Refuse("records-per-day", $"Grant {grant.Id} allows {limit} records a day, and they are taken. Come again tomorrow, or ask {grant.Provider} for more.", tomorrow - now);
        if (grant.Terms.Quota.RequestsPerMinute is { } requests && CountOf(grant.Id).TakeRequests(time, count, requests) is { } wait)
            throw Refuse("requests-per-minute", $"Grant {grant.Id} allows {requests} requests a minute. Wait as long as Retry-After says.", wait);
    }

    /// <summary>Takes records that are about to leave; all of them or none.</summary>
    /// <returns>Beginning of the day from which they are taken.</returns>
    /// <exception cref="HubException">Fewer are left; it says how many.</exception>
    public async ValueTask<DateTimeOffset> TakeRecordsAsync(Grant grant, long records, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var (today, tomorrow) = DayOf(now);
        if (grant.Terms.Quota.RecordsPerDay is not { } limit)
            return today;
        var count = await BegunAsync(grant.Id, today, cancellationToken);
        if (count.TryTake(today, records, limit, out var left))
            return today;
        throw Refuse(
            "records-per-day",
            $"Grant {grant.Id} allows {limit} records a day, of which {left} are left, and the answer has {records}. Ask for fewer, by limit or by a filter, come again tomorrow, or ask {grant.Provider} for more.",
            tomorrow - now);
    }

    /// <summary>Corrects a day's count by what was taken too much or too little, as seen when the request ended.</summary>
    public void Settle(Guid grant, DateTimeOffset? day, long records)
    {
        if (counts.TryGetValue(grant, out var count))
            count.Add(day ?? DayOf(time.GetUtcNow()).Start, records);
    }

    Count CountOf(Guid grant) => counts.GetOrAdd(grant, _ => new Count());

    /// <summary>The count of a grant, which knows what was taken today.</summary>
    async ValueTask<Count> BegunAsync(Guid grant, DateTimeOffset today, CancellationToken cancellationToken)
    {
        var count = CountOf(grant);
        if (!count.Knows(today))
            count.Begin(today, await TakenSinceAsync(grant, today, cancellationToken));
        return count;
    }

    (DateTimeOffset Start, DateTimeOffset End) DayOf(DateTimeOffset now)
    {
        var day = TimeZoneInfo.ConvertTime(now, zone).Date;
        return (MidnightOf(day), MidnightOf(day.AddDays(1)));
    }

    /// <summary>
    /// The first instant of a day: where the clock is set back over midnight, the first of two; where it is set forward
    /// over midnight, the instant of that.
    /// </summary>
    DateTimeOffset MidnightOf(DateTime day) =>
        new DateTimeOffset(day, zone.IsAmbiguousTime(day) ? zone.GetAmbiguousTimeOffsets(day).Max() : zone.GetUtcOffset(day)).ToUniversalTime();

    Task<long> TakenSinceAsync(Guid grant, DateTimeOffset start, CancellationToken cancellationToken) =>
        database.ScalarAsync<long>($"select coalesce(sum(records), 0)::bigint from sharing.uses where grant_id = $1 and at >= $2", [grant, start], cancellationToken);

    static HubException Refuse(string code, string detail, TimeSpan wait) => new(ErrorKind.TooManyRequests, code, detail) { RetryAfter = wait };

    /// <summary>What was taken under one grant.</summary>
    sealed class Count
    {
        readonly Lock counting = new();
        readonly Queue<DateTimeOffset> requests = new();
        DateTimeOffset lastRequest;
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

        /// <summary>Takes all of these records or none; a day that is over by now takes from nothing.</summary>
        public bool TryTake(DateTimeOffset today, long wanted, long limit, out long left)
        {
            lock (counting)
            {
                left = Math.Max(0, limit - (day == today ? records : 0));
                if (wanted > left)
                    return false;
                if (day == today)
                    records += wanted;
                return true;
            }
        }

        public void Add(DateTimeOffset when, long taken)
        {
            lock (counting)
            {
                if (day == when)
                    records += taken;
            }
        }

        /// <summary>Takes requests; null when so many were left, else how long until there are, or a minute where there never will be.</summary>
        public TimeSpan? TakeRequests(TimeProvider time, int wanted, int limit)
        {
            lock (counting)
            {
                var now = time.GetUtcNow(); // under the lock, so that it runs backwards only when the clock was set back
                if (now < lastRequest)
                    ForgetAfter(now);
                lastRequest = now;
                while (requests.TryPeek(out var oldest) && oldest <= now - minute)
                    requests.Dequeue();
                if (wanted > limit)
                    return minute;
                if (requests.Count + wanted - limit is > 0 and var lacking)
                    return requests.ElementAt(lacking - 1) + minute - now;
                for (var i = 0; i < wanted; i++)
                    requests.Enqueue(now);
                return null;
            }
        }

        void ForgetAfter(DateTimeOffset now)
        {
            DateTimeOffset[] kept = [.. requests.Where(at => at <= now)];
            requests.Clear();
            foreach (var at in kept)
                requests.Enqueue(at);
        }
    }
}
