using System.Net;
using Exchange.Hub.Audit;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Access;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Hub.Tests.Sharing.Access;

/// <summary>Refused reads are told to the audit log, and nobody can fill it with them.</summary>
public sealed class RefusalWatchTests
{
    static readonly Caller Reader = new("token:7", "Reader", Role.Subscriber, "office");

    [Test]
    public async Task However_much_is_tried_a_minute_leaves_a_bounded_number_of_events_with_every_refusal_counted()
    {
        await using var database = NpgsqlDataSource.Create((await TestPostgres.CreateDatabaseAsync()).Application);
        using var watch = Watch(database);
        Parallel.For(0, 5000, i =>
        {
            watch.Note(Reader, $"dataset-{i % 500}", "no-grant");
            watch.NoteStranger(RefusedTokens.NetworkOf(new IPAddress([10, (byte)(i % 250), 1, 1])));
            watch.Note(Reader, "people", "query-invalid");
        });
        for (var i = 0; i < 5000; i++)
            await Assert.ThatAsync(() => RefuseAsync(watch, $"request:{i % 500}", ErrorKind.Conflict), Throws.InstanceOf<HubException>());
        await Assert.ThatAsync(() => RefuseAsync(watch, "request:1", ErrorKind.Invalid), Throws.InstanceOf<HubException>());
        await watch.WriteAsync(CancellationToken.None);
        await watch.WriteAsync(CancellationToken.None);
        foreach (var type in new[] { nameof(AccessRefused), nameof(StrangerRefused), nameof(DeedRefused) })
        {
            var (events, count) = await TellAsync(database, type);
            Assert.That((events, count), Is.EqualTo((RefusalWatch.MostEach + 1, 5000)), type);
        }
    }

    [Test]
    public async Task While_the_database_is_away_refusals_wait()
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        await using var database = NpgsqlDataSource.Create(logins.Application);
        using var watch = Watch(database);
        watch.Note(Reader, "people", "no-grant");
        await TestPostgres.CloseAsync(logins);
        await Assert.ThatAsync(() => watch.WriteAsync(CancellationToken.None), Throws.InstanceOf<NpgsqlException>());
        watch.Note(Reader, "people", "no-grant");
        await TestPostgres.OpenAsync(logins);
        await watch.WriteAsync(CancellationToken.None);
        Assert.That(await TellAsync(database, nameof(AccessRefused)), Is.EqualTo((1L, 2L)));
    }

    [TestCase("203.0.113.77", "203.0.113.0/24")]
    [TestCase("::ffff:203.0.113.77", "203.0.113.0/24")]
    [TestCase("2001:db8:1:2:3::4", "2001:db8:1::/48")]
    public void An_address_is_told_by_its_network(string address, string network) =>
        Assert.That(RefusedTokens.NetworkOf(IPAddress.Parse(address)), Is.EqualTo(network));

    /// <summary>Somebody who writes requests, and reads nothing.</summary>
    static Task RefuseAsync(RefusalWatch watch, string subject, ErrorKind kind) =>
        watch.WatchAsync<int>(Reader with { Id = "token:8" }, subject, () => throw new HubException(kind, "request-state", "Refused."));

    static RefusalWatch Watch(NpgsqlDataSource database) =>
        new(database, new AuditLog(database, TimeProvider.System), TimeProvider.System, NullLogger<RefusalWatch>.Instance);

    static Task<(long Events, long Count)> TellAsync(NpgsqlDataSource database, string type) => database.FirstOrDefaultAsync(
        $"select count(*), coalesce(sum((leaf::json -> 'data' ->> 'count')::int), 0) from audit.events where type = $1", [type], row => (row.GetInt64(0), row.GetInt64(1)), CancellationToken.None);
}
