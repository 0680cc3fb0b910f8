using System.Diagnostics;
using Exchange.Hub.Platform;
using Npgsql;

namespace Exchange.Hub.Tests.Platform;

/// <summary>The embedded PostgreSQL, as an operator meets it: through whole hubs.</summary>
public sealed class LocalPostgresTests
{
    [Test]
    public async Task A_hub_without_a_connection_string_makes_runs_and_stops_a_private_PostgreSQL()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Of("hub");
        await using (var hub = await HubProcess.StartAsync(data))
        {
            Assert.That(hub.Output, Does.Contain("Making a private PostgreSQL"));
            Assert.That(File.Exists(PostmasterOf(data)));
            Assert.That(await hub.StopAsync(), Is.Zero, hub.Output);
        }
        Assert.That(File.Exists(PostmasterOf(data)), Is.False, "PostgreSQL stops with the hub");
    }

    [Test]
    public async Task Runs_as_an_ordinary_user()
    {
        if (!Environment.IsPrivilegedProcess)
            Assert.Ignore("Only root can become another user; and every other test here ran as an ordinary user just now.");
        using var folder = new TemporaryFolder();
        var data = folder.Of("hub");
        Assert.That((await Command.RunAsync("install", ["-d", "-o", "nobody", "-m", "0700", data], CancellationToken.None)).ExitCode, Is.Zero);

        await using var hub = await HubProcess.StartAsync(data, "nobody");

        using var client = await hub.ClientAsync();
        Assert.That(await client.GetStringAsync("/health/ready"), Does.Contain("ready"));
        var owner = await Command.RunAsync("stat", ["-c", "%U %a", Path.Combine(data, "postgres", "cluster")], CancellationToken.None);
        Assert.That(owner.Output, Is.EqualTo("nobody 700"));
    }

    [Test]
    public async Task After_kill_9_the_next_hub_takes_the_running_PostgreSQL_over()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Of("hub");
        string token;
        await using (var first = await HubProcess.StartAsync(data))
        {
            token = await File.ReadAllTextAsync(Path.Combine(data, FirstToken.FileName));
            await first.KillAsync();
        }

        await using var second = await HubProcess.StartAsync(data);

        Assert.That(second.Output, Does.Contain("Took over"));
        Assert.That(await WhoamiAsync(second, token), Does.Contain("First administrator"));
    }

    [Test]
    public async Task After_kill_9_of_hub_and_PostgreSQL_what_was_committed_is_there()
    {
        using var folder = new TemporaryFolder();
        var data = folder.Of("hub");
        string token;
        await using (var first = await HubProcess.StartAsync(data))
        {
            token = await File.ReadAllTextAsync(Path.Combine(data, FirstToken.FileName));
            await first.KillAsync();
            using var postmaster = Process.GetProcessById(int.Parse(File.ReadLines(PostmasterOf(data)).First(), System.Globalization.CultureInfo.InvariantCulture));
            postmaster.Kill();
            await postmaster.WaitForExitAsync();
        }

        await using var second = await HubProcess.StartAsync(data);

        Assert.That(second.Output, Does.Not.Contain("Took over"));
        Assert.That(await WhoamiAsync(second, token), Does.Contain("First administrator"));
    }

    [Test]
    public async Task A_second_hub_on_the_same_data_directory_is_refused_and_told_why()
    {
        using var folder = new TemporaryFolder();
        await using var first = await HubProcess.StartAsync(folder.Of("hub"));

        var second = await HubProcess.RunToEndAsync(folder.Of("hub"));

        Assert.That(second.ExitCode, Is.EqualTo(2));
        Assert.That(second.Output.Trim(), Does.StartWith("Another hub is using the data directory").And.Contain("--data-directory"));
    }

    [Test]
    public async Task A_data_directory_too_deep_for_a_socket_works_all_the_same()
    {
        using var folder = new TemporaryFolder();
        await using var hub = await HubProcess.StartAsync(folder.Of(new string('d', 100), "hub"));
        using var client = await hub.ClientAsync();
        Assert.That(await client.GetStringAsync("/health/ready"), Does.Contain("ready"));
    }

    [Test]
    public async Task The_private_PostgreSQL_loses_nothing_and_lets_nobody_in_without_a_password()
    {
        using var folder = new TemporaryFolder();
        await using var postgres = await LocalPostgres.StartAsync(folder.Of("postgres"), new HubOptions(), _ => { }, CancellationToken.None);
        await using var owner = new NpgsqlConnection(postgres.Logins.Owner);
        await owner.OpenAsync();

        var settings = await owner.QueryAsync(
            $"select name, setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses')",
            [],
            row => $"{row.GetString(0)}={row.GetString(1)}",
            CancellationToken.None);

        Assert.That(settings, Is.EquivalentTo(["fsync=on", "synchronous_commit=on", "full_page_writes=on", "data_checksums=on", "listen_addresses="]));
        var stranger = new NpgsqlConnectionStringBuilder(postgres.Logins.Owner) { Password = "guess" };
        await using var refused = new NpgsqlConnection(stranger.ConnectionString);
        Assert.That(refused.OpenAsync, Throws.InstanceOf<PostgresException>().With.Property(nameof(PostgresException.SqlState)).EqualTo(PostgresErrorCodes.InvalidPassword));
    }

    [Test]
    public async Task A_start_that_was_killed_half_way_is_begun_again()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Of("postgres", "cluster.new", "base"));

        await using var postgres = await LocalPostgres.StartAsync(folder.Of("postgres"), new HubOptions(), _ => { }, CancellationToken.None);

        Assert.That(Directory.Exists(folder.Of("postgres", "cluster.new")), Is.False);
    }

    [Test]
    public void A_configured_folder_without_PostgreSQL_is_named()
    {
        using var folder = new TemporaryFolder();
        Assert.That(
            () => LocalPostgres.StartAsync(folder.Of("postgres"), new HubOptions { PostgresDirectory = folder.Path }, _ => { }, CancellationToken.None),
            Throws.InstanceOf<LocalPostgresException>().With.Message.Contains(folder.Path).And.Message.Contains("bin/initdb"));
    }

    [Test]
    public void A_cluster_of_a_version_that_is_not_installed_says_what_to_install()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.Of("postgres", "cluster"));
        File.WriteAllText(folder.Of("postgres", "cluster", "PG_VERSION"), "9\n");
        Assert.That(
            () => LocalPostgres.StartAsync(folder.Of("postgres"), new HubOptions(), _ => { }, CancellationToken.None),
            Throws.InstanceOf<LocalPostgresException>().With.Message.Contains("postgresql-9"));
    }

    static string PostmasterOf(string data) => Path.Combine(data, "postgres", "cluster", "postmaster.pid");

    static async Task<string> WhoamiAsync(HubProcess hub, string token)
    {
        using var client = await hub.ClientAsync();
        client.DefaultRequestHeaders.Authorization = new("Bearer", token.Trim());
        return await client.GetStringAsync("/api/v1/whoami");
    }
}
