using System.Globalization;
using Exchange.Hub.Platform;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Exchange.Hub.Tests;

/// <summary>
/// One private PostgreSQL per test process, started by the hub's own code when the first test wants it, gone at the end.
/// Each test takes a database of its own, copied from a migrated template in some 50 ms.
/// </summary>
public static class TestPostgres
{
    const string Template = "template_exchange";

    const string FolderPrefix = "exchange-tests-";

    static readonly string Folder = Path.Combine(Path.GetTempPath(), FolderPrefix + Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

    /// <summary>Not durable, and so twice as fast. A test of faults starts a cluster of its own.</summary>
    static readonly Dictionary<string, string> Fast = new()
    {
        ["fsync"] = "off",
        ["synchronous_commit"] = "off",
        ["full_page_writes"] = "off",
        ["shared_buffers"] = "128MB",
        ["max_connections"] = "500",
    };

    static readonly Lazy<Task<LocalPostgres>> Cluster = new(StartAsync);

    static int made;

    static DataDirectory? held;

    /// <summary>Logins to a new database that has every migration.</summary>
    public static Task<DatabaseLogins> CreateDatabaseAsync() => CreateDatabaseAsync(Template);

    /// <summary>Logins to a new database with nothing in it.</summary>
    public static Task<DatabaseLogins> CreateEmptyDatabaseAsync() => CreateDatabaseAsync("template1");

    /// <summary>Takes a database away, as a restart of its server would: nobody gets in, and whoever is in is put out.</summary>
    public static Task CloseAsync(DatabaseLogins logins) => AllowAsync(logins, false);

    /// <summary>Gives it back.</summary>
    public static Task OpenAsync(DatabaseLogins logins) => AllowAsync(logins, true);

    /// <summary>Stops the cluster and removes its files.</summary>
    public static async Task StopAsync()
    {
        if (!Cluster.IsValueCreated)
            return;
        await (await Cluster.Value).DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        held?.Dispose();
    }

    static async Task AllowAsync(DatabaseLogins logins, bool allow)
    {
        var name = new NpgsqlConnectionStringBuilder(logins.Owner).Database!;
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(logins.Owner) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync();
        await connection.ExecuteAsync($"alter database {new Identifier(name)} allow_connections {new Literal(allow ? "true" : "false")}", [], CancellationToken.None);
        if (!allow)
            await connection.ExecuteAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name], CancellationToken.None);
    }

    static async Task<DatabaseLogins> CreateDatabaseAsync(string template)
    {
        var cluster = await Cluster.Value;
        var name = $"test_{Interlocked.Increment(ref made).ToString(CultureInfo.InvariantCulture)}";
        await using var connection = new NpgsqlConnection(cluster.LoginsTo("postgres").Owner);
        await connection.OpenAsync();
        await connection.ExecuteAsync($"create database {new Identifier(name)} template {new Identifier(template)}", [], CancellationToken.None);
        return cluster.LoginsTo(name);
    }

    static async Task<LocalPostgres> StartAsync()
    {
        await RemoveAbandonedAsync();
        held = DataDirectory.Hold(Folder);
        var cluster = await StartAsync(Folder);
        await using (var connection = new NpgsqlConnection(cluster.LoginsTo("postgres").Owner))
        {
            await connection.OpenAsync();
            await connection.ExecuteAsync($"create database {new Identifier(Template)}", [], CancellationToken.None);
        }
        await new Migrator(cluster.LoginsTo(Template), Migration.All, NullLogger.Instance).MigrateAsync(CancellationToken.None);
        return cluster;
    }

    /// <summary>Clears up after test processes that were killed: their folders are held by nobody, though their servers may still run.</summary>
    static async Task RemoveAbandonedAsync()
    {
        foreach (var folder in Directory.GetDirectories(Path.GetTempPath(), FolderPrefix + "*"))
        {
            try
            {
                using (DataDirectory.Hold(folder))
                {
                    if (Directory.Exists(Path.Combine(folder, "postgres", "cluster")))
                        await (await StartAsync(folder)).DisposeAsync(); // takes it over, and stops it
                    Directory.Delete(folder, recursive: true);
                }
            }
            catch (Exception error) when (error is SettingsException or LocalPostgresException or IOException)
            {
                await TestContext.Progress.WriteLineAsync($"{folder} stays: {error.Message}");
            }
        }
    }

    static Task<LocalPostgres> StartAsync(string folder) =>
        LocalPostgres.StartAsync(Path.Combine(folder, "postgres"), new HubOptions { InstallPostgres = true }, TestContext.Progress.WriteLine, CancellationToken.None, Fast);
}
