using System.Net;
using Exchange.Hub.Platform;

namespace Exchange.Hub.Tests.Platform;

public sealed class RateLimitTests
{
    static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(60);

    [Test]
    public void A_burst_is_let_through_and_then_one_at_a_time_as_the_rate_refills()
    {
        var (rate, filling) = (new RequestRate(60, 3), new RequestRate.Filling());
        Assert.That(Enumerable.Range(0, 3).Select(_ => rate.Take(filling, Start).Remaining), Is.EqualTo(new[] { 2, 1, 0 }));
        Assert.That(rate.Take(filling, Start.AddMilliseconds(300)).Wait, Is.EqualTo(TimeSpan.FromMilliseconds(700)), "what is left, not the window");
        Assert.That(rate.Take(filling, Start.AddSeconds(1)).Wait, Is.Null);
        Assert.That(rate.Take(filling, Start.AddSeconds(1)).Wait, Is.EqualTo(TimeSpan.FromSeconds(1)));
        Assert.That(rate.Take(filling, Start.AddSeconds(30)).Remaining, Is.EqualTo(2));
    }

    [Test]
    public async Task Callers_and_networks_of_strangers_have_a_rate_each_and_are_told_the_truth_of_it()
    {
        await using var hub = await TestHub.StartAsync(
            options => options with { RequestsPerMinute = 60, RequestBurst = 2, StrangerRequestsPerMinute = 1 });
        using var one = hub.Bearer(await hub.TokenAsync(Role.Auditor));
        using var other = hub.Bearer(await hub.TokenAsync(Role.Auditor));
        using var first = await one.GetAsync("/api/v1/whoami");
        using var second = await one.GetAsync("/api/v1/whoami");
        using var third = await one.GetAsync("/api/v1/whoami");
        using var others = await other.GetAsync("/api/v1/whoami");

        Assert.That(first.Headers.GetValues("RateLimit-Policy").Single(), Is.EqualTo("\"caller\";q=2;w=2"));
        Assert.That(first.Headers.GetValues("RateLimit").Single(), Is.EqualTo("\"caller\";r=1;t=1"));
        Assert.That(third.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests).Or.EqualTo(HttpStatusCode.OK), "a slow machine refills meanwhile");
        if (third.StatusCode == HttpStatusCode.TooManyRequests)
            Assert.That((third.Headers.RetryAfter!.Delta, third.Headers.GetValues("RateLimit").Single()[..12]), Is.EqualTo((TimeSpan.FromSeconds(1), "\"caller\";r=0")));
        Assert.That((second.StatusCode, others.StatusCode), Is.EqualTo((HttpStatusCode.OK, HttpStatusCode.OK)));

        using var stranger = await hub.Anonymous().GetAsync("/api/v1/whoami");
        using var again = await hub.Anonymous().GetAsync("/sign-in");
        using var mistyped = await hub.Bearer("exh_mistyped").GetAsync("/api/v1/whoami");
        using var health = await hub.Anonymous().GetAsync("/health/live");
        Assert.That(
            new[] { stranger.StatusCode, again.StatusCode, mistyped.StatusCode, health.StatusCode },
            Is.EqualTo(new[] { HttpStatusCode.Unauthorized, HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests, HttpStatusCode.OK }));
        Assert.That(again.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.FromSeconds(30)).And.LessThanOrEqualTo(TimeSpan.FromSeconds(60)));
    }
}
