using System.Net;
using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing.Announcements;
using Exchange.Hub.Sharing.Grants;
using Exchange.Hub.Tests.Runs.Faults;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Sharing.Announcements;

/// <summary>Another major version, from the announcement to the end of the one before.</summary>
public sealed class AnnouncementTests
{
    const string Next = "thing/2.0";

    static readonly Confirmation someone = new("test", "Test", DateTimeOffset.UnixEpoch);

    static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    [Test]
    public async Task A_breaking_version_is_announced_published_in_its_time_and_the_old_one_read_until_its_day()
    {
        await using var pipeline = await BeginAsync();
        var (hub, staff) = (pipeline.Hub, await pipeline.Hub.ClientAsync(Role.ItStaff, Pipeline.Department));
        var consumer = await hub.ClientAsync(Role.ItStaff, "bureau");
        await GrantAsync(pipeline);
        await RefusedAsync(pipeline, "schema-not-announced");

        await AnnounceAsync(staff, Today.AddDays(29), Today.AddDays(60), HttpStatusCode.UnprocessableEntity);
        await AnnounceAsync(staff, Today.AddDays(30), Today.AddDays(29), HttpStatusCode.UnprocessableEntity);
        var one = await AnnounceAsync(staff, Today.AddDays(30), Today.AddDays(60));
        Assert.That((one.GetProperty("consumers")[0].GetString(), one.GetProperty("report").GetProperty("readers").GetString()), Is.EqualTo(("bureau", "breaking")));
        await AnnounceAsync(staff, Today.AddDays(30), Today.AddDays(60), HttpStatusCode.Conflict);
        Assert.That(await TasksAsync(consumer), Is.EqualTo(new[] { "prepare-for-schema" }));
        await RefusedAsync(pipeline, "schema-notice-running");

        var place = $"announcements/{one.GetProperty("id").GetGuid()}";
        var shorter = JsonSerializer.Serialize(new { publishFrom = Today, reason = "The law says so." });
        await OfferedDataset.SendAsync(staff, HttpMethod.Post, $"{place}/shorten", shorter, HttpStatusCode.Forbidden);
        await OfferedDataset.SendAsync(pipeline.Client, HttpMethod.Post, $"{place}/shorten", JsonSerializer.Serialize(new { publishFrom = Today, reason = "" }), HttpStatusCode.UnprocessableEntity);
        await OfferedDataset.SendAsync(pipeline.Client, HttpMethod.Post, $"{place}/shorten", shorter);
        await DeclareAsync(pipeline);
        await pipeline.DropAsync("later.csv", Ledger.File(4, "New"));
        Assert.That((await pipeline.RunAsync()).State(), Is.EqualTo("succeeded"));

        var reader = await hub.ClientAsync(Role.Subscriber, "bureau");
        var old = await OfferedDataset.SendAsync(reader, HttpMethod.Get, $"datasets/{Pipeline.Dataset}/records");
        Assert.That((old.GetProperty("asOf").GetInt32(), old.GetProperty("items").EnumerateArray().Any(item => item.ToString().Contains("New", StringComparison.Ordinal))), Is.EqualTo((1, false)));
        Assert.That((await pipeline.ReadAsync($"datasets/{Pipeline.Dataset}/records")).GetProperty("asOf").GetInt32(), Is.EqualTo(2));
        var explained = await OfferedDataset.SendAsync(reader, HttpMethod.Get, $"datasets/{Pipeline.Dataset}/explain");
        Assert.That(explained.GetProperty("allowed").GetBoolean(), Is.True, explained.ToString());
        Assert.That(explained.GetProperty("reason").GetString(), Does.Contain("publication 1").And.Contain("thing/1").And.Contain(Next));
        await OfferedDataset.SendAsync(staff, HttpMethod.Post, $"{place}/withdraw", """{"reason":"Changed our minds."}""", HttpStatusCode.Conflict);
        await OfferedDataset.SendAsync(consumer, HttpMethod.Post, $"{place}/acknowledge", expected: HttpStatusCode.NoContent);
        Assert.That(await TasksAsync(consumer), Is.Empty);
        Assert.That(await TasksAsync(await hub.ClientAsync(Role.Steward, "bureau")), Is.Empty);
        await EndAsync(pipeline, one.GetProperty("id").GetGuid());
    }

    [Test]
    public async Task Who_reads_the_dataset_is_told_to_its_department_and_to_each_reader_itself()
    {
        await using var pipeline = await BeginAsync();
        await GrantAsync(pipeline);
        await AnnounceAsync(await pipeline.Hub.ClientAsync(Role.Steward, Pipeline.Department), Today.AddDays(30), Today.AddDays(60));
        foreach (var (role, department, told) in new[] { (Role.Leader, Pipeline.Department, 1), (Role.Subscriber, "bureau", 1), (Role.Auditor, null, 1), (Role.Steward, "stranger", 0) })
        {
            var list = await OfferedDataset.SendAsync(await pipeline.Hub.ClientAsync(role, department), HttpMethod.Get, $"datasets/{Pipeline.Dataset}/announcements");
            Assert.That(list.GetProperty("items")[0].GetProperty("consumers").GetArrayLength(), Is.EqualTo(told), $"{role} of {department}");
        }
        await OfferedDataset.SendAsync(
            await pipeline.Hub.ClientAsync(Role.ItStaff, "stranger"), HttpMethod.Post, $"datasets/{Pipeline.Dataset}/announcements",
            Body(Today.AddDays(30), Today.AddDays(60)), HttpStatusCode.Forbidden);
    }

    [Test]
    public async Task What_was_withdrawn_allows_nothing()
    {
        await using var pipeline = await BeginAsync();
        await GrantAsync(pipeline);
        var staff = await pipeline.Hub.ClientAsync(Role.ItStaff, Pipeline.Department);
        var one = await AnnounceAsync(staff, Today.AddDays(30), Today.AddDays(60));
        var place = $"announcements/{one.GetProperty("id").GetGuid()}";
        await OfferedDataset.SendAsync(await pipeline.Hub.ClientAsync(Role.ItStaff, "stranger"), HttpMethod.Post, $"{place}/withdraw", """{"reason":"No."}""", HttpStatusCode.Forbidden);
        await OfferedDataset.SendAsync(staff, HttpMethod.Post, $"{place}/withdraw", """{"reason":"Changed our minds."}""");
        await RefusedAsync(pipeline, "schema-not-announced");
        Assert.That(await TasksAsync(await pipeline.Hub.ClientAsync(Role.ItStaff, "bureau")), Is.Empty);
    }

    [Test]
    public async Task Without_readers_nobody_need_be_told()
    {
        await using var pipeline = await BeginAsync();
        await DeclareAsync(pipeline);
        await GrantAsync(pipeline);
        await pipeline.DropAsync("later.csv", Ledger.File(4, "New"));
        await pipeline.RunAsync();
        var refused = await OfferedDataset.SendAsync(await pipeline.Hub.ClientAsync(Role.Subscriber, "bureau"), HttpMethod.Get, $"datasets/{Pipeline.Dataset}/records", expected: HttpStatusCode.Forbidden);
        Assert.That(refused.GetProperty("code").GetString(), Is.EqualTo("schema-major-changed"));
    }

    [TestCase("thing/1.1", HttpStatusCode.Conflict, "same-major")]
    [TestCase("thing/3.0", HttpStatusCode.UnprocessableEntity, "invalid")]
    [TestCase("", HttpStatusCode.UnprocessableEntity, "invalid")]
    public async Task Only_another_major_version_is_announced(string schema, HttpStatusCode status, string code)
    {
        await using var pipeline = await BeginAsync(0);
        await pipeline.PutAsync("schemas/thing/1.1", Ledger.Schema);
        var refused = await OfferedDataset.SendAsync(
            await pipeline.Hub.ClientAsync(Role.ItStaff, Pipeline.Department), HttpMethod.Post, $"datasets/{Pipeline.Dataset}/announcements", Body(Today, Today, schema), status);
        Assert.That(refused.GetProperty("code").GetString(), Is.EqualTo(code));
    }

    [TestCase(AnnouncementState.Announced, AnnouncementState.Made, true)]
    [TestCase(AnnouncementState.Announced, AnnouncementState.Withdrawn, true)]
    [TestCase(AnnouncementState.Announced, AnnouncementState.Over, false)]
    [TestCase(AnnouncementState.Made, AnnouncementState.Over, true)]
    [TestCase(AnnouncementState.Made, AnnouncementState.Withdrawn, false)]
    [TestCase(AnnouncementState.Withdrawn, AnnouncementState.Made, false)]
    [TestCase(AnnouncementState.Over, AnnouncementState.Made, false)]
    public void The_transition_table_has_these_arrows(AnnouncementState from, AnnouncementState to, bool arrow) => Assert.That(from.CanBecome(to), Is.EqualTo(arrow));

    /// <summary>The clock says that the old major version is over.</summary>
    static async Task EndAsync(Pipeline pipeline, Guid id)
    {
        var services = pipeline.Hub.Services;
        var time = new FakeTimeProvider(new DateTimeOffset(Today.AddDays(61), TimeOnly.MinValue, TimeSpan.Zero).AddSeconds(-1));
        var close = new CloseAnnouncements(pipeline.Hub.Database, services.GetRequiredService<AnnouncementStore>(), services.GetRequiredService<TellConsumers>(), services.GetRequiredService<IAuditTrail>(), time);
        await close.ExecuteAsync(CancellationToken.None);
        Assert.That(await StateAsync(), Is.EqualTo("made"));
        time.Advance(TimeSpan.FromSeconds(1));
        await close.ExecuteAsync(CancellationToken.None);
        await close.ExecuteAsync(CancellationToken.None);
        Assert.That(await StateAsync(), Is.EqualTo("over"));
        var events = await pipeline.Hub.Database.QueryAsync($"select type from audit.events where subject = $1 order by seq", [$"announcement:{id}"], row => row.GetString(0), CancellationToken.None);
        Assert.That(events, Is.EqualTo(new[] { "SchemaAnnounced", "SchemaNoticeShortened", "SchemaLineClosed" }));

        async Task<string?> StateAsync() => (await pipeline.GetAsync($"datasets/{Pipeline.Dataset}/announcements")).GetProperty("items")[0].GetProperty("state").GetString();
    }

    static async Task<Pipeline> BeginAsync(int rows = 10)
    {
        var pipeline = await Ledger.StartAsync(rows);
        await pipeline.PutAsync("departments/bureau", """{"title":{"en":"Bureau"}}""");
        await pipeline.PutAsync($"schemas/{Next}", Ledger.Schema.Replace("\"payee\": {\"type\": \"string\"", "\"payee\": {\"type\": [\"string\", \"null\"]", StringComparison.Ordinal));
        return pipeline;
    }

    static Task GrantAsync(Pipeline pipeline) => pipeline.Hub.Database.InTransactionAsync(
        connection => pipeline.Hub.Services.GetRequiredService<IssueGrant>().ExecuteAsync(
            connection, new NewGrant(Pipeline.Dataset, "thing/1.0", "bureau", null, "statistics", Granted.Everything with { Fields = ["/number", "/payee"] }, null, someone, someone), Caller.System, CancellationToken.None),
        CancellationToken.None);

    const string Declaration = """
        {"title":{"en":"Things"},"department":"office","schema":"thing/2.0","source":"drop","mapping":"things","limits":{"maxRejectPercent":50,"maxDeletes":100,"maxDeletePercent":100}}
        """;

    static Task DeclareAsync(Pipeline pipeline) => OfferedDataset.SendAsync(pipeline.Client, HttpMethod.Put, $"datasets/{Pipeline.Dataset}", Declaration);

    static async Task RefusedAsync(Pipeline pipeline, string code)
    {
        foreach (var query in new[] { "", "?dryRun=true" })
        {
            var refused = await OfferedDataset.SendAsync(pipeline.Client, HttpMethod.Put, $"datasets/{Pipeline.Dataset}{query}", Declaration, HttpStatusCode.Conflict);
            Assert.That(refused.GetProperty("code").GetString(), Is.EqualTo(code));
        }
    }

    static Task<JsonElement> AnnounceAsync(HttpClient client, DateOnly from, DateOnly until, HttpStatusCode? expected = null) =>
        OfferedDataset.SendAsync(client, HttpMethod.Post, $"datasets/{Pipeline.Dataset}/announcements", Body(from, until), expected);

    static string Body(DateOnly from, DateOnly until, string schema = Next) => JsonSerializer.Serialize(new { schema, publishFrom = from, readableUntil = until });

    static async Task<List<string>> TasksAsync(HttpClient client) =>
        [.. (await OfferedDataset.SendAsync(client, HttpMethod.Get, "tasks")).GetProperty("items").EnumerateArray().Select(task => task.GetProperty("kind").GetString()!)];
}
