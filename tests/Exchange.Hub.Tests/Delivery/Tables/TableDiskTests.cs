namespace Exchange.Hub.Tests.Delivery.Tables;

/// <summary>MariaDB's engine can be given a bound for its files, and is full when it is reached, as a disk is; PostgreSQL knows none.</summary>
public sealed class TableDiskTests
{
    [Test]
    public async Task A_full_disk_is_told_and_the_load_goes_on_when_there_is_room()
    {
        await using var server = await ConsumerServer.StartAsync(true, "--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend:max:24M", "--innodb-temp-data-file-path=ibtmp1:12M:autoextend");
        await using var stage = await TableStage.SetAsync(server);
        var id = await TableFaultTests.BeginAsync(stage, isFirst: false);
        var wide = new string('x', 20_000);
        await stage.PublishAsync(Enumerable.Range(0, 1500).Select(i => $"w{i}={wide}"));
        var failed = await stage.UntilAsync(id, now => now.Failures > 0);
        Assert.That(failed.ProblemCode, Is.EqualTo("target-full"), failed.Problem);
        Assert.That(await stage.RowsAsync("name"), Is.EqualTo(new[] { "a|1" }));
        await server.KillAsync();
        await server.StartAgainAsync("--innodb-file-per-table=0", "--innodb-data-file-path=ibdata1:12M:autoextend");
        await stage.RecoverAsync(id);
        await stage.RequireEqualAsync();
    }
}
