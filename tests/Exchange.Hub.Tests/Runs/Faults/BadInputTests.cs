using System.IO.Compression;
using System.Text;

namespace Exchange.Hub.Tests.Runs.Faults;

/// <summary>Bad input: what the operator sees, and that what is published stays whole.</summary>
public sealed class BadInputTests
{
    /// <summary>A bad row among good ones: it waits in the quarantine with reason, place and raw row; the others are published.</summary>
    [TestCase("row with a missing column", "3,Li 3,3.50\n", "malformed-row", null, "3,Li 3,3.50")]
    [TestCase("30 February", "3,Li 3,3.50,2024-02-30\n", "invalid-date", "/booked", "2024-02-30")]
    [TestCase("NaN", "3,Li 3,NaN,2024-02-03\n", "invalid-decimal", "/amount", "NaN")]
    [TestCase("duplicate key", "2,Again,9,2024-02-03\n", "duplicate-key", null, "Again")]
    [TestCase("missing key", ",Li 3,3.50,2024-02-03\n", "missing-key", "/number", "Li 3")]
    [TestCase("NUL byte", "3,L\0i,3.50,2024-02-03\n", null, null, "L")]
    public async Task A_bad_row_is_quarantined_and_the_others_are_published(string what, string row, string? code, string? field, string raw)
    {
        await using var pipeline = await Ledger.StartAsync(2);
        await pipeline.DropAsync("later.csv", Ledger.Header + Ledger.Rows(1, 2) + row + Ledger.Rows(4, 6));
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("succeeded"), $"{what}: {run}");
        Assert.That(run.Count("rejected"), Is.EqualTo(1), $"{what}: {run}");
        Assert.That((await pipeline.RecordsAsync()).Keys, Is.EqualTo(new[] { "1", "2", "4", "5", "6" }));
        var reject = (await pipeline.ReadAsync($"runs/{run.GetProperty("id").GetGuid()}/rejects")).GetProperty("items")[0];
        if (code is not null)
            Assert.That(reject.GetProperty("code").GetString(), Is.EqualTo(code));
        Assert.That(reject.GetProperty("field").GetString(), Is.EqualTo(field));
        Assert.That(reject.GetProperty("raw").GetString(), Does.Contain(raw));
        Assert.That(reject.GetProperty("row").GetInt64(), Is.EqualTo(4), "the fourth line of the file");
        Assert.That(reject.GetProperty("origin").GetString(), Is.EqualTo("later.csv"));
        Assert.That(reject.GetProperty("message").GetString(), Has.Length.GreaterThan(20));
    }

    [Test]
    public async Task An_unbalanced_quote_costs_its_own_row_only()
    {
        await using var pipeline = await Ledger.StartAsync(2, options: """{"maxRowBytes":1024}""", dataset: """{"limits":{"maxRejectPercent":60}}""");
        await pipeline.DropAsync("later.csv", Ledger.Header + Ledger.Rows(1, 2) + "3,\"Li 3,3.50,2024-02-03\n" + Ledger.Rows(4, 200));
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("succeeded"), run.ToString());
        var records = await pipeline.RecordsAsync();
        Assert.That(records, Does.ContainKey("1").And.ContainKey("200"));
        Assert.That(records.Count + run.Count("rejected"), Is.GreaterThanOrEqualTo(2));
        Assert.That(run.Count("read"), Is.EqualTo(run.Count("added") + run.Count("unchanged") + run.Count("updated") + run.Count("rejected")));
    }

    [Test]
    public async Task A_field_of_100_MB_is_rejected_and_memory_stays_flat()
    {
        await using var pipeline = await Ledger.StartAsync(2);
        await using (var file = new StreamWriter(Path.Combine(pipeline.Folder, "later.csv")))
        {
            await file.WriteAsync(Ledger.Header + Ledger.Rows(1, 2) + "3,");
            var chunk = new string('x', 1024 * 1024);
            for (var i = 0; i < 100; i++)
                await file.WriteAsync(chunk);
            await file.WriteAsync(",3.50,2024-02-03\n" + Ledger.Rows(4, 6));
        }
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("succeeded"), run.ToString());
        Assert.That(run.Count("rejected"), Is.EqualTo(1));
        Assert.That((await pipeline.RecordsAsync()).Keys, Is.EqualTo(new[] { "1", "2", "4", "5", "6" }));
        Assert.That(GC.GetTotalMemory(forceFullCollection: true) - before, Is.LessThan(100L * 1024 * 1024));
    }

    [Test]
    public async Task The_wrong_encoding_is_told_and_nothing_is_published()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var pipeline = await Ledger.StartAsync(2);
        await File.WriteAllBytesAsync(Path.Combine(pipeline.Folder, "later.csv"), Encoding.GetEncoding("gb18030").GetBytes(Ledger.Header + Ledger.Rows(1, 6, "上海市浦东新区李小明")));
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("failed"), run.ToString());
        Assert.That(run.ErrorMessage(), Does.Contain("later.csv").And.Contain("gb18030").IgnoreCase);
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_truncated_gzip_is_told_and_nothing_is_published()
    {
        await using var pipeline = await Ledger.StartAsync(0, store: """{"pattern":"*.gz","completeAfterSeconds":0}""", decode: """["gzip"]""");
        var whole = Gzip(Ledger.File(1000));
        await File.WriteAllBytesAsync(Path.Combine(pipeline.Folder, "a.csv.gz"), whole);
        Assert.That((await pipeline.RunAsync()).State(), Is.EqualTo("succeeded"));
        await File.WriteAllBytesAsync(Path.Combine(pipeline.Folder, "b.csv.gz"), Gzip(Ledger.File(1000, "Wang"))[..^20]);
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("failed"), run.ToString());
        Assert.That(run.ErrorMessage(), Does.Contain("b.csv.gz"));
        Assert.That((await pipeline.RecordsAsync()).Values, Has.All.Contain("Li"));
    }

    [Test]
    public async Task A_file_that_is_still_being_written_is_waited_for()
    {
        await using var pipeline = await Ledger.StartAsync(0, store: """{"pattern":"*.csv","marker":"{name}.done"}""");
        await pipeline.DropAsync("entries.csv", Ledger.File(3));
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("retrying"), run.ToString());
        Assert.That(run.ErrorKind(), Is.EqualTo("Unavailable"));
        Assert.That(run.GetProperty("nextAttemptAt").GetDateTimeOffset(), Is.GreaterThan(run.GetProperty("requestedAt").GetDateTimeOffset()));
        await pipeline.PostAsync($"runs/{run.GetProperty("id").GetGuid()}/cancel", new { });
        await pipeline.DropAsync("entries.csv.done", "");
        Assert.That((await pipeline.RunAsync()).State(), Is.EqualTo("succeeded"));
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(3));
    }

    [TestCase("", "failed")]
    [TestCase("NO,PAYEE,AMOUNT,BOOKED\n", "held")]
    public async Task An_empty_file_where_there_were_rows_deletes_nothing(string content, string state)
    {
        await using var pipeline = await Ledger.StartAsync(5);
        await pipeline.DropAsync("later.csv", content);
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo(state), run.ToString());
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(5));
    }

    [Test]
    public async Task A_publication_that_would_delete_much_waits_and_a_person_decides_both_ways()
    {
        await using var pipeline = await Ledger.StartAsync(10);
        await pipeline.DropAsync("later.csv", Ledger.File(4, "New"));
        var held = await pipeline.RunAsync();
        Assert.That(held.State(), Is.EqualTo("held"), held.ToString());
        await pipeline.PostAsync($"runs/{held.GetProperty("id").GetGuid()}/discard", new { reason = "cut short" });
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(10));

        var again = await pipeline.RunAsync();
        var published = await pipeline.PostAsync($"runs/{again.GetProperty("id").GetGuid()}/publish", new { reason = "they closed" });
        Assert.That(published.State(), Is.EqualTo("succeeded"), published.ToString());
        var records = await pipeline.RecordsAsync();
        Assert.That(records.Keys, Is.EqualTo(new[] { "1", "2", "3", "4" }));
        Assert.That(records.Values, Has.All.Contain("New"));
        var copy = new Dictionary<string, string>();
        await pipeline.FollowAsync(copy, null);
        Assert.That(copy, Is.EquivalentTo(records));
        Assert.That(await pipeline.RecordsAsync(asOf: 1), Has.Count.EqualTo(10));
    }

    [Test]
    public async Task Too_many_rejects_fail_the_run_and_stay_to_be_looked_at()
    {
        await using var pipeline = await Ledger.StartAsync(5, dataset: """{"limits":{"maxRejectPercent":10}}""");
        await pipeline.DropAsync("later.csv", Ledger.Header + Ledger.Rows(1, 5) + "6,x,1,2024-13-01\n7,x,1,nonsense\n");
        var run = await pipeline.RunAsync();
        Assert.That(run.State(), Is.EqualTo("failed"));
        Assert.That(run.ErrorKind(), Is.EqualTo("TooManyRejects"));
        Assert.That((await pipeline.ReadAsync($"datasets/{Pipeline.Dataset}/rejects")).GetProperty("items").GetArrayLength(), Is.EqualTo(2));
        Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(5));
    }

    static byte[] Gzip(string text)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return bytes.ToArray();
    }
}
