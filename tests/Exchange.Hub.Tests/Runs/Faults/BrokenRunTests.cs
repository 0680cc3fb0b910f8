using System.Text.Json;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Exchange.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;

namespace Exchange.Hub.Tests.Runs.Faults;

/// <summary>Runs that break in the middle: the source dies, workers collide, a worker is overtaken or cancelled.</summary>
public sealed class BrokenRunTests
{
    [Test]
    public async Task A_source_that_dies_in_the_middle_is_tried_again_and_publishes_nothing_until_it_is_read_whole()
    {
        var (hub, source) = await StartAsync();
        await using var _ = hub;
        await hub.RunAsync();
        (source.Rows, source.DiesAfter) = (20, 7);
        var run = await hub.RunAsync();
        Assert.That(run.State(), Is.EqualTo("retrying"), run.ToString());
        Assert.That(run.ErrorMessage(), Does.Contain("The line went dead"));
        Assert.That(await hub.RecordsAsync(), Has.Count.EqualTo(10));
        source.DiesAfter = null;
        await MakeDueAsync(hub, run);
        var retried = await hub.FinishAsync(run.GetProperty("id").GetGuid());
        Assert.That(retried.State(), Is.EqualTo("succeeded"), retried.ToString());
        Assert.That(retried.GetProperty("attempt").GetInt32(), Is.EqualTo(2));
        Assert.That(await hub.RecordsAsync(), Has.Count.EqualTo(20));
    }

    [Test]
    public async Task Only_a_source_that_is_away_is_tried_again(
        [Values(ConnectorErrorKind.Authentication, ConnectorErrorKind.Configuration, ConnectorErrorKind.SourceSchemaChanged, ConnectorErrorKind.Bug)] ConnectorErrorKind kind)
    {
        var (hub, source) = await StartAsync();
        await using var _ = hub;
        (source.DiesAfter, source.Kind) = (4, kind);
        var run = await hub.RunAsync();
        Assert.That(run.State(), Is.EqualTo("failed"));
        Assert.That(run.ErrorKind(), Is.EqualTo(kind.ToString()));
    }

    [Test]
    public async Task Rows_that_do_not_add_up_fail_the_run()
    {
        var (hub, source) = await StartAsync();
        await using var _ = hub;
        source.Miscounts = 1;
        var run = await hub.RunAsync();
        Assert.That(run.State(), Is.EqualTo("failed"));
        Assert.That(run.ErrorMessage(), Does.Contain("do not add up"));
        Assert.That(await hub.RecordsAsync(), Is.Empty);
    }

    [Test]
    public async Task Two_runs_at_once_are_one_run_and_a_conflict()
    {
        var (hub, source) = await StartAsync();
        await using var _ = hub;
        var gate = new TaskCompletionSource();
        source.Gate = gate.Task;
        var run = hub.RunAsync();
        await hub.WaitForPhaseAsync("reading");
        using var second = await hub.Client.PostAsync($"/api/v1/datasets/{Pipeline.Dataset}/runs", null);
        Assert.That((int)second.StatusCode, Is.EqualTo(409));
        Assert.That(await second.Content.ReadAsStringAsync(), Does.Contain("run-active"));
        gate.SetResult();
        Assert.That((await run).State(), Is.EqualTo("succeeded"));
        Assert.That((await hub.GetAsync($"datasets/{Pipeline.Dataset}/publications")).GetProperty("items").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task A_worker_that_lost_its_place_cannot_publish()
    {
        var (hub, source) = await StartAsync();
        await using var _ = hub;
        await hub.RunAsync();
        var gate = new TaskCompletionSource();
        (source.Rows, source.Gate) = (20, gate.Task);
        using var answer = await hub.Client.PostAsync($"/api/v1/datasets/{Pipeline.Dataset}/runs", null);
        var id = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetGuid();
        var zombie = Task.Run(() => hub.Hub.Services.GetRequiredService<RunJob>().ExecuteAsync(id, CancellationToken.None));
        await hub.WaitForPhaseAsync("reading");
        await CutLocksAsync(hub);
        source.Gate = null;
        var successor = await hub.FinishAsync(id);
        gate.SetResult();
        await zombie;
        Assert.That(successor.State(), Is.EqualTo("succeeded"), successor.ToString());
        Assert.That(successor.GetProperty("attempt").GetInt32(), Is.EqualTo(2));
        Assert.That((await hub.GetAsync($"datasets/{Pipeline.Dataset}/publications")).GetProperty("items").GetArrayLength(), Is.EqualTo(2));
        Assert.That(await hub.RecordsAsync(), Has.Count.EqualTo(20));
    }

    [Test]
    public async Task A_worker_that_lost_its_place_stops_reading()
    {
        var (hub, source) = await StartAsync();
        await using var _ = hub;
        source.Gate = new TaskCompletionSource().Task; // its source never answers
        using var answer = await hub.Client.PostAsync($"/api/v1/datasets/{Pipeline.Dataset}/runs", null);
        var id = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetGuid();
        var zombie = Task.Run(() => hub.Hub.Services.GetRequiredService<RunJob>().ExecuteAsync(id, CancellationToken.None));
        await hub.WaitForPhaseAsync("reading");
        source.Gate = null;
        await CutLocksAsync(hub);
        Assert.That((await hub.FinishAsync(id)).State(), Is.EqualTo("succeeded"));
        await zombie;
    }

    [Test]
    public async Task A_cancelled_run_stops_and_publishes_nothing()
    {
        var (hub, source) = await StartAsync();
        await using var _ = hub;
        source.Gate = new TaskCompletionSource().Task;
        var running = hub.RunAsync();
        await hub.WaitForPhaseAsync("reading");
        var id = (await hub.GetAsync("runs")).GetProperty("items")[0].GetProperty("id").GetGuid();
        await hub.PostAsync($"runs/{id}/cancel", new { });
        Assert.That((await running).State(), Is.EqualTo("cancelled"));
        Assert.That(await hub.RecordsAsync(), Is.Empty);
        source.Gate = null;
        Assert.That((await hub.RunAsync()).State(), Is.EqualTo("succeeded"));
    }

    /// <summary>Cuts the sessions that hold locks of datasets, as a network does that drops idle connections. Of this hub alone: all share one server.</summary>
    static Task<int> CutLocksAsync(Pipeline hub) => hub.Hub.Database.ExecuteAsync(
        $"""
        select pg_terminate_backend(pid) from pg_locks
        where locktype = 'advisory' and classid = 1920298611 and granted and database = (select oid from pg_database where datname = current_database())
        """,
        [], CancellationToken.None);

    static async Task<(Pipeline Hub, DyingConnector Source)> StartAsync()
    {
        var source = new DyingConnector();
        var hub = await TestHub.StartAsync(services: s => s.Replace(ServiceDescriptor.Singleton(new PluginCatalog([source]))));
        var pipeline = await Pipeline.StartAsync(Ledger.Schema, Ledger.Mapping, hub: hub, owned: true, source: """{"department":"office","connector":"dying","options":{}}""");
        return (pipeline, source);
    }

    /// <summary>The time of the next attempt has come.</summary>
    static Task MakeDueAsync(Pipeline hub, JsonElement run) =>
        hub.Hub.Database.ExecuteAsync($"update runs.runs set next_attempt_at = requested_at where id = $1", [run.GetProperty("id").GetGuid()], CancellationToken.None);
}
