using System.Collections.Concurrent;

namespace Exchange.Hub.Platform;

/// <summary>What is left of a rate after a request.</summary>
/// <param name="Remaining">Requests that may follow at once.</param>
/// <param name="Full">Until all of them may be sent again.</param>
/// <param name="Wait">Until one more may be sent; null when this one was within the rate.</param>
readonly record struct Allowance(long Remaining, TimeSpan Full, TimeSpan? Wait);

/// <summary>
/// How often one may ask: so many requests a minute, evenly refilled, of which so many may come at once. Kept as one instant,
/// the time at which all that was taken will have been refilled (the generic cell rate algorithm of ITU-T I.371). Other than
/// the quota of a grant, which is a contract and counts a strict minute, this only keeps one caller from being all the load.
/// </summary>
sealed class RequestRate(int perMinute, int burst)
{
    readonly TimeSpan each = TimeSpan.FromMinutes(1) / perMinute;

    /// <summary>Most requests at once.</summary>
    public int Burst => burst;

    /// <summary>In which none at all becomes all of them.</summary>
    public TimeSpan Window => each * burst;

    /// <summary>Takes one request from what a caller has left.</summary>
    public Allowance Take(Filling filling, DateTimeOffset now)
    {
        lock (filling)
        {
            var full = filling.FullAt > now ? filling.FullAt : now;
            var wait = full + each - Window - now;
            if (wait > TimeSpan.Zero)
                return new Allowance(0, full - now, wait);
            filling.FullAt = full + each;
            return new Allowance((Window - (filling.FullAt - now)).Ticks / each.Ticks, filling.FullAt - now, null);
        }
    }

    /// <summary>What one caller has taken.</summary>
    public sealed class Filling
    {
        /// <summary>When all of it is refilled.</summary>
        public DateTimeOffset FullAt { get; set; }
    }
}

/// <summary>The rates of everybody who asks: of each caller, and of each network of strangers. Each hub counts for itself.</summary>
sealed class RequestRates
{
    static readonly TimeSpan sweepEvery = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, RequestRate.Filling> fillings = new(StringComparer.Ordinal);
    readonly TimeProvider time;
    long swept;

    public RequestRates(HubOptions options, TimeProvider time)
    {
        this.time = time;
        Callers = options.RequestsPerMinute == 0 ? null : new RequestRate(options.RequestsPerMinute, options.RequestBurst ?? options.RequestsPerMinute);
        Strangers = options.StrangerRequestsPerMinute == 0 ? null : new RequestRate(options.StrangerRequestsPerMinute, options.StrangerRequestsPerMinute);
    }

    /// <summary>Of a caller; null when there is none.</summary>
    public RequestRate? Callers { get; }

    /// <summary>Of a network of strangers; null when there is none.</summary>
    public RequestRate? Strangers { get; }

    /// <summary>Takes one request.</summary>
    public Allowance Take(RequestRate rate, string who)
    {
        var now = time.GetUtcNow();
        Sweep(now);
        return rate.Take(fillings.GetOrAdd(who, _ => new RequestRate.Filling()), now);
    }

    /// <summary>Forgets whoever has all of it again, so that memory holds those of the last minutes alone.</summary>
    void Sweep(DateTimeOffset now)
    {
        var last = Interlocked.Read(ref swept);
        if (now.UtcTicks - last < sweepEvery.Ticks || Interlocked.CompareExchange(ref swept, now.UtcTicks, last) != last)
            return;
        foreach (var (who, filling) in fillings)
        {
            if (filling.FullAt <= now)
                fillings.TryRemove(new(who, filling));
        }
    }
}
