using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Exchange.Hub.Delivery.Exports.Prepared;
using Exchange.Hub.Platform;
using Exchange.Hub.Sharing;
using Exchange.Hub.Tests.Delivery.Proof;
using Exchange.Hub.Tests.Sharing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Hub.Tests.Delivery.Exports;

/// <summary>Exports that are prepared as files: whole or not there, resumable, and not for whoever may not read any more.</summary>
public sealed class PreparedExportTests
{
    static readonly string Filler = new('x', 2000);

    [TestCase("ndjson", false, "application/x-ndjson")]
    [TestCase("json", true, "application/gzip")]
    [TestCase("csv", false, "text/csv")]
    [TestCase("parquet", false, "application/vnd.apache.parquet")]
    public async Task The_file_holds_what_the_stream_does_and_its_checksum_is_true(string format, bool gzip, string mediaType)
    {
        var stage = await PublishedAsync(records: 300);
        await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);

        var export = await PrepareAsync(client, stage, new { format, gzip, filters = new Dictionary<string, string> { ["district"] = "north" } });
        using var answer = await client.GetAsync(export.GetProperty("file").GetString());
        var file = await answer.Content.ReadAsByteArrayAsync();

        Assert.That(answer.Content.Headers.ContentType!.MediaType, Is.EqualTo(mediaType));
        Assert.That(answer.Content.Headers.ContentDisposition!.FileName, Is.EqualTo($"{stage.Dataset.Name}-1.{format}{(gzip ? ".gz" : "")}"));
        Assert.That((export.GetProperty("records").GetInt32(), export.GetProperty("total").GetInt32(), export.GetProperty("bytes").GetInt32()), Is.EqualTo((150, 150, file.Length)));
        Assert.That(export.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(file))));
        Assert.That(answer.Headers.GetValues("Repr-Digest").Single(), Is.EqualTo($"sha-256=:{Convert.ToBase64String(SHA256.HashData(file))}:"));
        using var streamed = await client.GetAsync($"{stage.Path}/export?format={format}&district=north");
        Assert.That(Sorted(gzip ? Unzip(file) : file, format), Is.EqualTo(Sorted(await streamed.Content.ReadAsByteArrayAsync(), format)));
    }

    [Test]
    public async Task Ranges_put_together_are_the_file_byte_for_byte()
    {
        var stage = await PublishedAsync(records: 400);
        await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var address = (await PrepareAsync(client, stage, new { format = "ndjson" })).GetProperty("file").GetString()!;
        using var whole = await client.GetAsync(address);
        var file = await whole.Content.ReadAsByteArrayAsync();
        Assert.That((whole.Headers.ETag!.IsWeak, whole.Headers.AcceptRanges.Single()), Is.EqualTo((false, "bytes")));

        var pieces = new MemoryStream();
        while (pieces.Length < file.Length)
        {
            using var piece = await RangeAsync(client, address, pieces.Length, pieces.Length + 99_999, whole.Headers.ETag);
            Assert.That(piece.StatusCode, Is.EqualTo(HttpStatusCode.PartialContent));
            Assert.That(piece.Content.Headers.ContentRange!.Length, Is.EqualTo(file.Length));
            await piece.Content.CopyToAsync(pieces);
        }
        Assert.That(pieces.ToArray(), Is.EqualTo(file));

        using var other = await RangeAsync(client, address, 10, 20, new EntityTagHeaderValue("\"another\""));
        Assert.That(other.StatusCode, Is.EqualTo(HttpStatusCode.OK), "the range is of another file: the whole comes");
        using var beyond = await RangeAsync(client, address, file.Length, null, null);
        Assert.That((beyond.StatusCode, beyond.Content.Headers.ContentType!.MediaType), Is.EqualTo((HttpStatusCode.RequestedRangeNotSatisfiable, "application/problem+json")));
        client.DefaultRequestHeaders.IfNoneMatch.Add(whole.Headers.ETag);
        Assert.That((await client.GetAsync(address)).StatusCode, Is.EqualTo(HttpStatusCode.NotModified));
    }

    [Test]
    public async Task Nobody_but_the_department_that_asked_sees_an_export()
    {
        var stage = await PublishedAsync(records: 10);
        await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var export = await PrepareAsync(client, stage, new { format = "csv" });
        var id = export.GetProperty("id").GetString();
        var other = await stage.Hub.ClientAsync(Role.ItStaff, TestDataset.Department); // the provider, who could read it all

        foreach (var path in new[] { $"/api/v1/exports/{id}", $"/api/v1/exports/{id}/file" })
            Assert.That((await other.GetAsync(path)).StatusCode, Is.EqualTo(HttpStatusCode.NotFound), path);
        Assert.That((await other.DeleteAsync($"/api/v1/exports/{id}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(await other.GetStringAsync("/api/v1/exports"), Does.Not.Contain(id!));
        Assert.That(await client.GetStringAsync("/api/v1/exports"), Does.Contain(id!));

        Assert.That((await client.DeleteAsync($"/api/v1/exports/{id}")).StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
        Assert.That((await client.GetAsync($"/api/v1/exports/{id}")).StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(File.Exists(FileOf(stage.Hub, id!)), Is.False);
    }

    [TestCase("revoked")]
    [TestCase("suspended")]
    [TestCase("narrowed")]
    public async Task When_the_grant_is_not_what_it_was_the_file_is_deleted(string what)
    {
        var stage = await PublishedAsync(records: 10);
        var grant = await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var export = await PrepareAsync(client, stage, new { format = "ndjson" });
        var (address, path) = (export.GetProperty("file").GetString(), FileOf(stage.Hub, export.GetProperty("id").GetString()!));
        Assert.That(File.Exists(path), Is.True);
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(path), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));

        await (what switch
        {
            "revoked" => stage.RevokeAsync(grant),
            "suspended" => stage.SuspendAsync(grant),
            _ => stage.RenewAsync(grant, grant.Terms.Until, ["/id"]),
        });

        for (var i = 0; i < 2; i++)
            Assert.That(await ProblemAsync(await client.GetAsync(address)), Is.EqualTo((410, "grant-changed")));
        Assert.That(File.Exists(path), Is.False);
        Assert.That((await GetAsync(client, $"/api/v1/exports/{export.GetProperty("id")}")).GetProperty("state").GetString(), Is.EqualTo("expired"));
    }

    [Test]
    public async Task A_download_stops_when_its_grant_is_revoked()
    {
        var stage = await PublishedAsync(records: 10_000); // more than sockets hold
        var grant = await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var export = await PrepareAsync(client, stage, new { format = "ndjson" });
        using var answer = await client.GetAsync(export.GetProperty("file").GetString(), HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        Assert.That(answer.Content.Headers.ContentLength, Is.GreaterThan(20_000_000));

        await stage.RevokeAsync(grant);

        Assert.That(async () => await body.CopyToAsync(Stream.Null), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task The_quota_is_taken_once_and_every_download_is_on_record()
    {
        var stage = await PublishedAsync(records: 20);
        var grant = await stage.IssueAsync(Terms() with { Quota = new Quota(RecordsPerDay: 30) });
        using var client = await ReaderAsync(stage);
        var export = await PrepareAsync(client, stage, new { format = "ndjson" });
        for (var i = 0; i < 3; i++)
            await client.GetByteArrayAsync(export.GetProperty("file").GetString());

        var uses = (await stage.Provider.GetAsync($"{stage.Path}/use?grant={grant.Id}")).GetProperty("items").EnumerateArray()
            .Select(use => (use.GetProperty("form").GetString(), use.GetProperty("records").GetInt32())).ToList();
        Assert.That(uses, Is.EquivalentTo(new[] { ("prepare", 0), ("ndjson", 20), ("prepared", 0), ("prepared", 0), ("prepared", 0) }));
        var over = await PrepareAsync(client, stage, new { format = "csv" }, "failed");
        Assert.That(over.GetProperty("problem").GetProperty("code").GetString(), Is.EqualTo("records-per-day"));
        Assert.That((await stage.Reader.GetAsync($"{stage.Path}/records?limit=10")).GetProperty("items").GetArrayLength(), Is.EqualTo(10), "what failed took nothing");
    }

    [Test]
    public async Task A_full_disk_fails_the_export_and_leaves_nothing_behind()
    {
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton(provider =>
            new ExportFiles(provider.GetRequiredService<DataDirectory>(), path =>
            {
                File.WriteAllText(path, "");
                return new FileStream("/dev/full", FileMode.Open, System.IO.FileAccess.Write);
            })));
        var stage = await PublishedAsync(records: 300, hub);
        await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var export = await PrepareAsync(client, stage, new { format = "ndjson" }, "failed");
        Assert.That(export.GetProperty("problem").GetProperty("code").GetString(), Is.EqualTo("disk-full"));
        Assert.That(Directory.GetFiles(Path.Combine(hub.Folder, "exports")), Is.Empty);
        Assert.That(await ProblemAsync(await client.GetAsync($"/api/v1/exports/{export.GetProperty("id")}/file")), Is.EqualTo((409, "export-failed")));
    }

    [Test]
    public async Task A_worker_that_died_is_followed_by_another_and_its_draft_is_swept_away()
    {
        var stage = await PublishedAsync(records: 50);
        await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var export = await PrepareAsync(client, stage, new { format = "ndjson" });
        var id = export.GetProperty("id").GetString()!;
        // What a hub leaves behind that is killed while it writes for the second time.
        File.Delete(FileOf(stage.Hub, id));
        await File.WriteAllTextAsync(FileOf(stage.Hub, id) + ".1.part", "half");
        await stage.Hub.Database.ExecuteAsync(
            $"update delivery.exports set state = 'writing', attempt = 2, bytes = null, sha256 = null, woken_at = now() where id = $1", [Guid.Parse(id)], CancellationToken.None);
        using var upkeep = ActivatorUtilities.CreateInstance<ExportUpkeep>(stage.Hub.Services);

        await upkeep.ExecuteAsync(starting: true, CancellationToken.None);

        var again = await UntilAsync(client, id, "ready");
        Assert.That(again.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(await client.GetByteArrayAsync(again.GetProperty("file").GetString())))));
        Assert.That(Directory.GetFiles(Path.Combine(stage.Hub.Folder, "exports"), "*" + Guid.Parse(id).ToString("N") + "*"), Is.EqualTo(new[] { FileOf(stage.Hub, id) }));
    }

    [Test]
    public async Task Of_two_workers_the_one_that_lost_its_session_can_say_nothing_any_more()
    {
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var opened = 0;
        await using var hub = await TestHub.StartAsync(services: services => services.AddSingleton(provider =>
            new ExportFiles(provider.GetRequiredService<DataDirectory>(), path => new HeldFile(path, Interlocked.Increment(ref opened) == 1 ? held.Task : Task.CompletedTask))));
        var stage = await PublishedAsync(records: 50, hub);
        await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var id = (await PrepareAsync(client, stage, new { format = "ndjson" }, "writing")).GetProperty("id").GetString()!;
        while (Volatile.Read(ref opened) == 0)
            await Task.Yield();

        await EndLockAsync(hub);
        using var upkeep = ActivatorUtilities.CreateInstance<ExportUpkeep>(hub.Services);
        await upkeep.ExecuteAsync(starting: true, CancellationToken.None);
        var export = await UntilAsync(client, id, "ready");
        held.SetResult();

        var drafts = Path.Combine(hub.Folder, "exports");
        while (Directory.GetFiles(drafts).Length > 1)
            await Task.Yield();
        var file = await client.GetByteArrayAsync(export.GetProperty("file").GetString());
        Assert.That(export.GetProperty("sha256").GetString(), Is.EqualTo(Convert.ToHexStringLower(SHA256.HashData(file))));
        Assert.That((await GetAsync(client, $"/api/v1/exports/{id}")).GetRawText(), Is.EqualTo(export.GetRawText()));
    }

    [Test]
    public async Task A_file_is_deleted_when_its_time_is_over()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero));
        await using var hub = await TestHub.StartAsync(options => options with { ExportHours = 3 }, services => services.AddSingleton<TimeProvider>(time));
        var stage = await PublishedAsync(records: 5, hub);
        await stage.IssueAsync(Terms());
        using var client = await ReaderAsync(stage);
        var export = await PrepareAsync(client, stage, new { format = "ndjson" });
        Assert.That(export.GetProperty("expiresAt").GetDateTimeOffset(), Is.EqualTo(time.GetUtcNow().AddHours(3)));
        time.Advance(TimeSpan.FromHours(3));
        await UntilAsync(client, export.GetProperty("id").GetString()!, "expired");
        Assert.That(await ProblemAsync(await client.GetAsync($"/api/v1/exports/{export.GetProperty("id")}/file")), Is.EqualTo((410, "export-expired")));
    }

    [Test]
    public async Task An_order_that_will_not_do_is_refused_at_once()
    {
        var stage = await PublishedAsync(records: 5);
        await stage.IssueAsync(Terms() with { Fields = ["/id", "/name"] });
        using var client = await ReaderAsync(stage);
        Assert.That(await RefusalAsync(client, stage, new { format = "xml" }), Is.EqualTo((422, "invalid")));
        Assert.That(await RefusalAsync(client, stage, new { format = "parquet", gzip = true }), Is.EqualTo((422, "invalid")));
        Assert.That(await RefusalAsync(client, stage, new { format = "csv", filters = new Dictionary<string, string> { ["nothing"] = "1" } }), Is.EqualTo((422, "invalid")));
        Assert.That(await RefusalAsync(client, stage, new { format = "csv", filters = new Dictionary<string, string> { ["district"] = "north" } }), Is.EqualTo((403, "field-withheld")));
        Assert.That(await RefusalAsync(client, stage, new { format = "csv", asOf = 7 }), Is.EqualTo((404, "publication-not-found")));
        var stranger = await stage.Hub.ClientAsync(Role.Subscriber, "stranger");
        Assert.That(await RefusalAsync(stranger, stage, new { format = "csv" }), Is.EqualTo((403, "no-grant")));
    }

    /// <summary>Ends the session that holds an export's lock, as the death of its hub would.</summary>
    static async Task EndLockAsync(TestHub hub)
    {
        await using var owner = new Npgsql.NpgsqlConnection(hub.Logins.Owner);
        await owner.OpenAsync();
        var ended = await owner.ScalarAsync<long>(
            $"select count(*) filter (where pg_terminate_backend(pid)) from pg_locks where locktype = 'advisory' and classid = 1702391919 and database = (select oid from pg_database where datname = current_database())",
            [], CancellationToken.None);
        Assert.That(ended, Is.EqualTo(1));
    }

    /// <summary>A file into which nothing goes until a task is done.</summary>
    sealed class HeldFile(string path, Task until) : FileStream(path, FileMode.Create)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await until;
            await base.WriteAsync(buffer, cancellationToken);
        }
    }

    static Terms Terms() => Granted.Everything with { Fields = ["/id", "/name", "/district"] };

    static string FileOf(TestHub hub, string id) => Path.Combine(hub.Folder, "exports", Guid.Parse(id).ToString("N"));

    static async Task<Stage> PublishedAsync(int records, TestHub? hub = null)
    {
        var stage = await Stage.SetAsync(hub);
        await stage.Dataset.PublishAsync([.. Enumerable.Range(0, records).Select(i => KeyValuePair.Create(
            string.Create(CultureInfo.InvariantCulture, $"k{i:00000}"), (string?)$$"""{"district":"{{(i % 2 == 0 ? "north" : "south")}}","id":"k{{i:00000}}","name":"{{Filler}}"}"""))]);
        return stage;
    }

    static async Task<HttpClient> ReaderAsync(Stage stage) => stage.Hub.Bearer(await stage.Hub.TokenAsync(Role.Subscriber, stage.Consumer));

    /// <summary>Orders an export and waits until it has come to its end.</summary>
    static async Task<JsonElement> PrepareAsync(HttpClient client, Stage stage, object order, string state = "ready")
    {
        using var answer = await client.PostAsJsonAsync($"{stage.Path}/exports", order);
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted), await answer.Content.ReadAsStringAsync());
        return await UntilAsync(client, answer.Headers.Location!.ToString().Split('/')[^1], state);
    }

    static async Task<JsonElement> UntilAsync(HttpClient client, string id, string state)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            var export = await GetAsync(client, $"/api/v1/exports/{id}");
            if (export.GetProperty("state").GetString() == state)
                return export;
            Assert.That(export.GetProperty("state").GetString(), Is.Not.EqualTo("failed"), export.GetRawText());
            patience.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    static async Task<(int, string)> RefusalAsync(HttpClient client, Stage stage, object order) => await ProblemAsync(await client.PostAsJsonAsync($"{stage.Path}/exports", order));

    static async Task<(int, string)> ProblemAsync(HttpResponseMessage answer)
    {
        using (answer)
            return ((int)answer.StatusCode, JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("code").GetString()!);
    }

    static async Task<JsonElement> GetAsync(HttpClient client, string path) => JsonSerializer.Deserialize<JsonElement>(await client.GetStringAsync(path));

    static Task<HttpResponseMessage> RangeAsync(HttpClient client, string address, long from, long? to, EntityTagHeaderValue? tag)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Range = new RangeHeaderValue(from, to);
        if (tag is not null)
            request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        return client.SendAsync(request);
    }

    static byte[] Unzip(byte[] file)
    {
        using var zip = new GZipStream(new MemoryStream(file), CompressionMode.Decompress);
        var plain = new MemoryStream();
        zip.CopyTo(plain);
        return plain.ToArray();
    }

    /// <summary>Streams have no order: lines are compared sorted, and of Parquet the length.</summary>
    static string[] Sorted(byte[] file, string format) => format == "parquet" ? [file.Length.ToString(CultureInfo.InvariantCulture)]
        : [.. Encoding.UTF8.GetString(file).Split('\n').Select(line => line.TrimEnd(',')).Order(StringComparer.Ordinal)];
}
