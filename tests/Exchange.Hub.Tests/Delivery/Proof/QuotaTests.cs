using System.Globalization;
using System.Net;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Sharing.Access;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Delivery.Proof;

/// <summary>Not more leaves than a day's quota, however it is asked for, and a day is a day of the hub's time zone.</summary>
public sealed class QuotaTests
{
    const int Records = 20;

    static readonly Terms Daily = Granted.Everything with { Fields = ["/id", "/name"], Quota = new Quota(RecordsPerDay: 50) };

    [Test]
    public async Task Of_many_requests_at_once_no_more_leaves_than_the_quota()
    {
        var stage = await PublishedAsync(Daily);
        string[] ways = ["/records|application/x-ndjson", "/records|text/csv", "/changes|application/x-ndjson", "/records|application/json", "/changes|application/json"];
        var left = await Task.WhenAll(Enumerable.Range(0, 30).Select(async i =>
        {
            var way = ways[i % ways.Length].Split('|');
            using var answer = await stage.Reader.SendAsync(stage.Path + way[0], way[1]);
            var body = await answer.Content.ReadAsStringAsync();
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK).Or.EqualTo(HttpStatusCode.TooManyRequests), body);
            return answer.StatusCode == HttpStatusCode.OK ? body.Split("\"N\"").Length - 1 + (way[1] == "text/csv" ? Records : 0) : 0;
        }));
        Assert.That(left.Sum(), Is.EqualTo(40), "two answers of twenty records fit into fifty");
        Assert.That((await stage.Provider.GetAsync($"{stage.Path}/use?limit=1000")).GetProperty("items").EnumerateArray().Sum(use => use.GetProperty("records").GetInt64()), Is.EqualTo(40));
    }

    [Test]
    public async Task What_is_left_is_told_and_can_be_had()
    {
        var stage = await PublishedAsync(Daily with { Quota = new Quota(RecordsPerDay: 5) });
        var problem = await stage.Reader.ProblemAsync($"{stage.Path}/records");
        Assert.That((problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()), Is.EqualTo((429, "records-per-day")));
        Assert.That(problem.GetProperty("detail").GetString(), Does.Contain("5 are left"));
        await stage.Reader.GetAsync($"{stage.Path}/records?limit=4");
        await stage.Reader.GetAsync($"{stage.Path}/records/k01");
        using var over = await stage.Reader.SendAsync($"{stage.Path}/records/k02");
        Assert.That((int)over.StatusCode, Is.EqualTo(429));
        Assert.That(over.Headers.RetryAfter!.Delta, Is.GreaterThan(TimeSpan.Zero).And.LessThanOrEqualTo(TimeSpan.FromDays(1)));
    }

    static IEnumerable<TestCaseData> Days =>
    [
        new TestCaseData("Asia/Shanghai", "2026-03-09T15:59:59Z", "2026-03-09T16:00:00Z").SetArgDisplayNames("midnight east of Greenwich"),
        new TestCaseData("Europe/Berlin", "2026-03-29T21:59:59Z", "2026-03-29T22:00:00Z").SetArgDisplayNames("after a day of 23 hours"),
        new TestCaseData("Europe/Berlin", "2026-10-25T22:59:59Z", "2026-10-25T23:00:00Z").SetArgDisplayNames("after a day of 25 hours"),
        new TestCaseData("America/Havana", "2026-11-01T03:59:59Z", "2026-11-01T04:00:00Z").SetArgDisplayNames("a midnight that comes twice: the first"),
        new TestCaseData("Africa/Cairo", "2026-04-23T21:59:59Z", "2026-04-23T22:00:00Z").SetArgDisplayNames("a midnight that is skipped"),
    ];

    [TestCaseSource(nameof(Days))]
    public async Task A_days_records_come_back_at_midnight_and_not_before(string zone, string before, string midnight)
    {
        var (time, grant) = (new FakeTimeProvider(At(before)), Granted.Imagined(Daily));
        await using var database = Npgsql.NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        var meter = new QuotaMeter(database, new HubOptions { TimeZone = zone }, time);
        await meter.TakeRecordsAsync(grant, 50, CancellationToken.None);
        var refusal = (await Assert.ThrowsAsync<HubException>(() => meter.TakeRequestAsync(grant, CancellationToken.None).AsTask()))!;
        Assert.That(refusal.RetryAfter, Is.EqualTo(TimeSpan.FromSeconds(1)));

        time.SetUtcNow(At(midnight));
        Assert.That(await meter.TakeRecordsAsync(grant, 50, CancellationToken.None), Is.EqualTo(time.GetUtcNow()), "the day begins with its midnight");
        time.Advance(TimeSpan.FromHours(1));
        await Assert.ThrowsAsync<HubException>(() => meter.TakeRecordsAsync(grant, 1, CancellationToken.None).AsTask());
    }

    [Test]
    public async Task What_was_taken_and_did_not_leave_is_given_back_to_the_day_that_it_was_taken_from()
    {
        var (time, grant) = (new FakeTimeProvider(At("2026-03-09T23:00:00Z")), Granted.Imagined(Daily));
        await using var database = Npgsql.NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        var meter = new QuotaMeter(database, new HubOptions(), time);
        var day = await meter.TakeRecordsAsync(grant, 50, CancellationToken.None);
        meter.Settle(grant.Id, day, -20);
        await meter.TakeRecordsAsync(grant, 20, CancellationToken.None);
        time.Advance(TimeSpan.FromHours(2));
        await meter.TakeRecordsAsync(grant, 50, CancellationToken.None);
        meter.Settle(grant.Id, day, -20);
        await Assert.ThrowsAsync<HubException>(() => meter.TakeRecordsAsync(grant, 1, CancellationToken.None).AsTask());
    }

    static DateTimeOffset At(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture);

    static async Task<Stage> PublishedAsync(Terms terms)
    {
        var stage = await Stage.SetAsync();
        await stage.Dataset.PublishAsync([.. Enumerable.Range(1, Records).Select(i => KeyValuePair.Create($"k{i:00}", (string?)$$"""{"id":"k{{i:00}}","name":"N"}"""))]);
        await stage.IssueAsync(terms);
        return stage;
    }
}
