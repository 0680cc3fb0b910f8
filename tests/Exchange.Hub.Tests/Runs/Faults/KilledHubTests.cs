using System.Net.Http.Headers;
using System.Text.Json;
using Exchange.Hub.Audit;
using Exchange.Hub.Catalog.Storage;
using Exchange.Hub.Platform;
using Exchange.Hub.Runs;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Exchange.Hub.Tests.Runs.Faults;

/// <summary>The hub is killed, or its database goes away, in the middle of publishing.</summary>
public sealed class KilledHubTests
{
    [Test]
    public async Task A_hub_killed_while_it_publishes_leaves_the_old_publication_whole_and_the_next_hub_finishes_the_run([Values(false, true)] bool firstLoad)
    {
        var logins = await TestPostgres.CreateDatabaseAsync();
        Guid run;
        string folder;
        await using (var hub = await TestHub.StartAsync(logins: logins))
        {
            await using var pipeline = await Ledger.StartAsync(firstLoad ? 0 : 50, hub: hub);
            folder = Directory.CreateTempSubdirectory("exchange-kill-").FullName;
            await PointSourceAtAsync(pipeline, folder);
        }
        await File.WriteAllTextAsync(Path.Combine(folder, "later.csv"), Ledger.File(60, "New"));
        var data = Directory.CreateTempSubdirectory("exchange-hub-").FullName;
        await using (var blocker = new NpgsqlConnection(logins.Owner))
        {
            await blocker.OpenAsync();
            await using var transaction = await blocker.BeginTransactionAsync();
            await DatasetHeads.LockAsync(blocker, 1, CancellationToken.None); // publishing now stops at its last step
            await using var doomed = await HubProcess.StartAsync(data, logins);
            run = await RequestAsync(doomed.Address, logins);
            await WaitUntilBlockedAsync(logins);
            await doomed.KillAsync();
            await transaction.RollbackAsync();
        }

        await using var next = await TestHub.StartAsync(logins: logins);
        await using var client = await Pipeline.AttachAsync(next);
        if (!firstLoad)
            Assert.That(await client.RecordsAsync(asOf: 1), Has.Count.EqualTo(50), "the old publication is whole");
        var finished = await client.FinishAsync(run);
        Assert.That(finished.State(), Is.EqualTo("succeeded"), finished.ToString());
        Assert.That(finished.GetProperty("attempt").GetInt32(), Is.GreaterThanOrEqualTo(2));
        var records = await client.RecordsAsync();
        Assert.That(records, Has.Count.EqualTo(60));
        Assert.That(records.Values, Has.All.Contain("New"));
        var copy = new Dictionary<string, string>();
        await client.FollowAsync(copy, null);
        Assert.That(copy, Is.EquivalentTo(records));
        Assert.That((await client.GetAsync("audit/verify")).GetProperty("intact").GetBoolean(), Is.True);
        Directory.Delete(folder, recursive: true);
        Directory.Delete(data, recursive: true);
    }

    [Test]
    public async Task A_database_that_is_restarted_during_a_run_costs_an_attempt_and_nothing_else()
    {
        var folder = Directory.CreateTempSubdirectory("exchange-restart-").FullName;
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var options = new HubOptions { DataDirectory = folder };
        var postgres = await LocalPostgres.StartAsync(Path.Combine(folder, "postgres"), options, _ => { }, CancellationToken.None);
        await new Migrator(postgres.Logins, Migration.All, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance).MigrateAsync(CancellationToken.None);
        await using (var hub = await TestHub.StartAsync(logins: postgres.Logins))
        {
            await using var pipeline = await Ledger.StartAsync(50, hub: hub);
            await pipeline.DropAsync("later.csv", Ledger.File(60, "New"));
            var blocker = new NpgsqlConnection(postgres.Logins.Owner);
            await blocker.OpenAsync();
            await blocker.BeginTransactionAsync();
            await DatasetHeads.LockAsync(blocker, 1, CancellationToken.None);
            var id = await RequestAsync(hub.Address, postgres.Logins);
            var broken = Task.Run(() => hub.Services.GetRequiredService<RunJob>().ExecuteAsync(id, CancellationToken.None));
            await WaitUntilBlockedAsync(postgres.Logins);

            await postgres.DisposeAsync();
            await broken.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            postgres = await LocalPostgres.StartAsync(Path.Combine(folder, "postgres"), options, _ => { }, CancellationToken.None);

            Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(50), "the old publication is whole");
            var finished = await pipeline.FinishAsync(id);
            Assert.That(finished.State(), Is.EqualTo("succeeded"), finished.ToString());
            Assert.That(await pipeline.RecordsAsync(), Has.Count.EqualTo(60));
        }
        await postgres.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    static async Task PointSourceAtAsync(Pipeline pipeline, string folder) =>
        await pipeline.PutAsync("sources/drop", JsonSerializer.Serialize(new
        {
            department = "office",
            connector = "csv",
            options = new { },
            store = new { kind = "folder", path = folder, pattern = "*.csv", completeAfterSeconds = 0 },
        }));

    static async Task<Guid> RequestAsync(Uri hub, DatabaseLogins logins)
    {
        using var client = new HttpClient { BaseAddress = hub };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await TokenAsync(logins));
        using var answer = await client.PostAsync($"/api/v1/datasets/{Pipeline.Dataset}/runs", null);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync()).GetProperty("id").GetGuid();
    }

    static async Task<string> TokenAsync(DatabaseLogins logins)
    {
        await using var database = NpgsqlDataSource.Create(logins.Application);
        await using var services = new ServiceCollection().AddSingleton(database).AddSingleton(TimeProvider.System)
            .AddSingleton<PointDatabase>().AddSingleton(logins).AddSingleton<TokenStore>().AddSingleton<IssueToken>().AddAudit().BuildServiceProvider();
        return (await services.GetRequiredService<IssueToken>().ExecuteAsync(new TokenRequest("Test", Role.Administrator), Caller.System, CancellationToken.None)).Token;
    }

    /// <summary>Until a session waits for the head's row.</summary>
    static async Task WaitUntilBlockedAsync(DatabaseLogins logins)
    {
        await using var connection = new NpgsqlConnection(logins.Owner);
        await connection.OpenAsync();
        while (!await connection.ScalarAsync<bool>($"select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')", [], CancellationToken.None))
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
    }
}
