using System.Net.Http.Json;
using System.Text.Json;
using Exchange.Hub.Audit;
using Exchange.Hub.Platform;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Hub.Tests.Audit;

public sealed class AuditLogTests
{
    [Test]
    public async Task A_deed_and_its_event_stand_in_the_log_with_who_did_it()
    {
        await using var hub = await TestHub.StartAsync();
        var administrator = await hub.ClientAsync(Role.Administrator);
        await administrator.PostAsJsonAsync("/api/v1/tokens", new { name = "李伟", role = "steward", department = "civil-affairs" });

        var page = await administrator.GetFromJsonAsync<JsonElement>("/api/v1/audit?type=TokenIssued&limit=1");

        var entry = page.GetProperty("items")[0].GetProperty("event");
        Assert.That(entry.GetProperty("data").GetProperty("name").GetString(), Is.EqualTo("李伟"));
        Assert.That(entry.GetProperty("actor").GetProperty("name").GetString(), Is.EqualTo("Test Administrator"));
    }

    [Test]
    public void A_leaf_is_canonical_JSON_with_the_subject_beside_the_data()
    {
        var at = new DateTimeOffset(2026, 5, 1, 8, 0, 0, TimeSpan.FromHours(8));
        var leaf = AuditLeaf.Write(at, new Caller("token:1", "Li", Role.ItStaff, "civil"), new BellRung(2, "ding"));
        Assert.That(leaf, Is.EqualTo("""{"actor":{"department":"civil","id":"token:1","name":"Li","role":"it-staff"},"at":"2026-05-01T00:00:00.000000Z","data":{"sound":"ding","times":2},"subject":"bell:1","type":"BellRung"}"""));
    }

    [Test]
    public async Task Events_written_by_many_at_once_form_one_chain_without_gaps()
    {
        await using var log = await OpenLog.CreateAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 25; i++)
                await log.RingAsync(i, rollBack: i % 5 == writer % 5);
        }));

        var verdict = await log.VerifyAsync();
        Assert.That((verdict.Intact, verdict.Events), Is.EqualTo((true, 8 * 20)));
    }

    [Test]
    public async Task A_deed_that_is_rolled_back_leaves_no_event()
    {
        await using var log = await OpenLog.CreateAsync();
        await log.RingAsync(1);
        var before = await log.VerifyAsync();
        await log.RingAsync(2, rollBack: true);
        Assert.That(await log.VerifyAsync(), Is.EqualTo(before));
    }

    [TestCase("update audit.events set leaf = replace(leaf, 'ding', 'dong') where seq = 3", 3, "hash")]
    [TestCase("update audit.events set actor = 'somebody else' where seq = 3", 3, "columns")]
    [TestCase("update audit.events set at = at + interval '1 day' where seq = 3", 3, "columns")]
    [TestCase("delete from audit.events where seq = 3", 3, "missing")]
    [TestCase("delete from audit.events where seq = 5", 5, "ends here")]
    [TestCase("update audit.events set seq = 6 where seq = 5", 5, "missing")]
    [TestCase("update audit.events a set leaf = b.leaf, hash = b.hash, at = b.at, actor = b.actor, type = b.type, subject = b.subject from audit.events b where (a.seq, b.seq) in ((3, 4), (4, 3))", 3, "hash")]
    public async Task Tampering_by_who_owns_the_database_shows_where_it_happened(string tampering, long seq, string reason)
    {
        await using var log = await OpenLog.CreateAsync();
        for (var i = 0; i < 5; i++)
            await log.RingAsync(i);

        await log.AsOwnerAsync("alter table audit.events disable trigger append_only", tampering);

        var verdict = await log.VerifyAsync();
        Assert.That(verdict.Intact, Is.False);
        Assert.That(verdict.Break!.Seq, Is.EqualTo(seq));
        Assert.That(verdict.Break.Reason, Does.Contain(reason));
    }

    [TestCase("update audit.events set leaf = '{}'")]
    [TestCase("delete from audit.events")]
    [TestCase("truncate audit.events")]
    [TestCase("insert into audit.events (seq, at, actor, type, subject, leaf, hash) values (99, now(), '', '', '', '{}', sha256(''))")]
    [TestCase("update audit.head set seq = 0")]
    [TestCase("drop table audit.events")]
    [TestCase("alter table audit.events disable trigger append_only")]
    public async Task The_hubs_own_role_may_read_and_append_and_nothing_else(string statement)
    {
        await using var log = await OpenLog.CreateAsync();
        await using var command = log.Database.CreateCommand(statement);
        Assert.That(() => command.ExecuteNonQueryAsync(), Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.InsufficientPrivilege));
    }

    [Test]
    public async Task Even_the_owner_does_not_change_it_by_mistake()
    {
        await using var log = await OpenLog.CreateAsync();
        Assert.That(() => log.AsOwnerAsync("delete from audit.events"), Throws.InstanceOf<PostgresException>().With.Message.Contains("append-only"));
    }

    [Test]
    public async Task Events_are_found_by_type_subject_and_actor_page_by_page()
    {
        var hub = await TestHub.SharedAsync();
        var log = hub.Services.GetRequiredService<AuditLog>();
        for (var i = 0; i < 5; i++)
            await hub.Database.InTransactionAsync(connection => log.AppendAsync(connection, Caller.System, new BellRung(i, "ding"), CancellationToken.None), CancellationToken.None);
        var auditor = await hub.ClientAsync(Role.Auditor);

        var seen = new List<int>();
        for (var next = ""; next is not null;)
        {
            var page = await auditor.GetFromJsonAsync<JsonElement>($"/api/v1/audit?type=BellRung&subject=bell:1&actor=system&limit=2{next}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("event").GetProperty("data").GetProperty("times").GetInt32()));
            next = page.GetProperty("next") is { ValueKind: JsonValueKind.Number } before ? $"&before={before}" : null;
        }

        Assert.That(seen, Is.EqualTo([4, 3, 2, 1, 0]));
    }

    /// <summary>An audit log in a database of its own, without a hub around it.</summary>
    sealed class OpenLog(DatabaseLogins logins) : IAsyncDisposable
    {
        public NpgsqlDataSource Database { get; } = NpgsqlDataSource.Create(logins.Application);

        AuditLog Log => new(Database, TimeProvider.System);

        public static async Task<OpenLog> CreateAsync() => new(await TestPostgres.CreateDatabaseAsync());

        public Task<AuditVerdict> VerifyAsync() => Log.VerifyAsync(CancellationToken.None);

        public async Task RingAsync(int times, bool rollBack = false)
        {
            await using var connection = await Database.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await Log.AppendAsync(connection, Caller.System, new BellRung(times, "ding"), CancellationToken.None);
            if (!rollBack)
                await transaction.CommitAsync();
        }

        public async Task AsOwnerAsync(params string[] statements)
        {
            await using var owner = NpgsqlDataSource.Create(logins.Owner);
            foreach (var statement in statements)
            {
                await using var command = owner.CreateCommand(statement);
                await command.ExecuteNonQueryAsync();
            }
        }

        public ValueTask DisposeAsync() => Database.DisposeAsync();
    }

    sealed record BellRung(int Times, string Sound) : IAuditEvent
    {
        public string Subject => "bell:1";
    }
}
