using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace Exchange.Connectors.Tests;

/// <summary>One PostgreSQL of the tests' own, started by the first test that needs it; each test makes its own database.</summary>
[SetUpFixture]
public sealed class PrivatePostgres
{
    public const string User = "owner";
    public const string Password = "not a secret: 'made up' for tests";

    static readonly Lazy<Task<PrivatePostgres>> Started = new(StartAsync);

    string bin = "";
    string data = "";

    public int Port { get; private set; }

    public static Task<PrivatePostgres> GetAsync() => Started.Value;

    /// <summary>Makes a database and runs statements in it.</summary>
    public async Task<string> DatabaseAsync(string script = "", string owner = User)
    {
        var name = $"test_{Guid.NewGuid():N}";
        await ExecuteAsync("postgres", $"create database {name} owner {owner}");
        if (script.Length > 0)
            await ExecuteAsync(name, script);
        return name;
    }

    public async Task ExecuteAsync(string database, string script)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(script, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<NpgsqlConnection> OpenAsync(string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = Port,
            Database = database,
            Username = User,
            Password = Password,
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (!Started.IsValueCreated || !Started.Value.IsCompletedSuccessfully)
            return;
        var server = await Started.Value;
        await server.RunAsync("pg_ctl", "-D", server.data, "-m", "immediate", "stop");
        Directory.Delete(server.data, recursive: true);
    }

    static async Task<PrivatePostgres> StartAsync()
    {
        var server = new PrivatePostgres
        {
            bin = Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderBy(folder => folder.Length).ThenBy(folder => folder).Select(folder => $"{folder}/bin").LastOrDefault("") : "",
            data = Path.Combine(Path.GetTempPath(), $"exchange-connectors-pg-{Guid.NewGuid():N}"),
            Port = FreePort(),
        };
        if (server.bin.Length == 0)
            Corpora.Missing("PostgreSQL is not installed; apt-get install -y postgresql");
        var password = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()); // read by the server's own user
        await File.WriteAllTextAsync(password, Password);
        await server.RunAsync("initdb", "-D", server.data, "-U", User, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync");
        File.Delete(password);
        await server.RunAsync("pg_ctl", "-D", server.data, "-w", "-l", $"{server.data}/log", "-o", $"-p {server.Port} -k {server.data} -c listen_addresses=127.0.0.1 -c fsync=off", "start");
        return server;
    }

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // The server refuses to run as root.
    async Task RunAsync(string program, params string[] arguments)
    {
        string[] command = Environment.IsPrivilegedProcess ? ["runuser", "-u", "postgres", "--", $"{bin}/{program}", .. arguments] : [$"{bin}/{program}", .. arguments];
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        // The server inherits the pipes of pg_ctl and keeps them open, so nobody waits for their end.
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {await process.StandardError.ReadToEndAsync()}");
    }
}
