namespace Exchange.Hub.Delivery.Subscriptions;

/// <summary>
/// When something that failed is tried again: soon at first, then ever later, up to twice a day; each time up to a fifth
/// sooner or later, so that what failed together does not come back together.
/// </summary>
static class RetrySchedule
{
    static readonly TimeSpan[] delays =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1), TimeSpan.FromHours(2), TimeSpan.FromHours(4), TimeSpan.FromHours(8), TimeSpan.FromHours(12),
    ];

    /// <summary>A grant may be resumed, or another one issued, at any time: who waits for one looks often.</summary>
    static readonly TimeSpan longestForGrant = TimeSpan.FromMinutes(2);

    /// <summary>How long to wait after so many failures in a row.</summary>
    /// <param name="failures">From 1 on.</param>
    /// <param name="chance">From 0 to 1.</param>
    public static TimeSpan After(int failures, double chance) => delays[Math.Min(failures, delays.Length) - 1] * (0.8 + (0.4 * chance));

    /// <summary>How long to wait for a grant.</summary>
    public static TimeSpan ForGrant(int failures, double chance)
    {
        var delay = After(failures, chance);
        return delay < longestForGrant ? delay : longestForGrant;
    }
}
