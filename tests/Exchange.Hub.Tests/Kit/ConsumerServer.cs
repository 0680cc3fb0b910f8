using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Exchange.Hub.Platform;
using MySqlConnector;
using Npgsql;

namespace Exchange.Hub.Tests;

/// <summary>
/// A database server of a consumer, on loopback, in a temporary folder, as a user without privileges: PostgreSQL or
/// MariaDB. It may be killed and started again.
/// </summary>
public sealed class ConsumerServer : IAsyncDisposable
{
    public const string User = "writer";
    public const string Password = "not a secret: made up for tests";

    static readonly Lazy<Task<ConsumerServer>> Postgres = new(() => StartAsync(false));
    static readonly Lazy<Task<ConsumerServer>> MariaDb = new(() => StartAsync(true));
    static readonly TimeSpan patience = TimeSpan.FromSeconds(60);
    static int made;

    readonly string folder = Path.Combine(Path.GetTempPath(), $"exchange-consumer-{Guid.NewGuid():N}");
    readonly string? postgres;
    Process? process;

    ConsumerServer(bool isMaria)
    {
        IsMaria = isMaria;
        postgres = isMaria ? null : Programs("/usr/lib/postgresql", "bin/postgres");
    }

    public bool IsMaria { get; }

    public int Port { get; } = FreePort();

    string Data => Path.Combine(folder, "data");

    /// <summary>The one that tests share, which none of them harms.</summary>
    public static async Task<ConsumerServer> SharedAsync(bool isMaria) => await (isMaria ? MariaDb : Postgres).Value;

    /// <summary>Stops the shared ones.</summary>
    public static async Task StopSharedAsync()
    {
        foreach (var server in (Lazy<Task<ConsumerServer>>[])[Postgres, MariaDb])
        {
            if (server.IsValueCreated && server.Value.IsCompletedSuccessfully)
                await (await server.Value).DisposeAsync();
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="isMaria">MariaDB, or else PostgreSQL.</param>
    /// <param name="extra">Arguments of the server.</param>
    public static async Task<ConsumerServer> StartAsync(bool isMaria, params string[] extra)
    {
        if (isMaria && Command.Find("mariadbd") is null && !File.Exists("/usr/sbin/mariadbd"))
            Corpora.Missing("MariaDB is not installed; apt-get install -y --no-install-recommends mariadb-server");
        var server = new ConsumerServer(isMaria);
        Directory.CreateDirectory(server.folder);
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", server.Account, server.folder);
        await (isMaria ? server.MakeMariaAsync() : server.MakePostgresAsync());
        await server.StartAgainAsync(extra);
        return server;
    }

    /// <summary>Makes a database; its name.</summary>
    public async Task<string> DatabaseAsync()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"consumer_{Interlocked.Increment(ref made)}");
        await ExecuteAsync(IsMaria ? "mysql" : "postgres", $"create database {name}");
        return name;
    }

    /// <summary>Executes statements as the server's owner, by a client that the hub does not know.</summary>
    public async Task ExecuteAsync(string database, string script)
    {
        await using var connection = await OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = script;
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>All rows of a query, each value as text.</summary>
    public async Task<List<string?[]>> QueryAsync(string database, string sql)
    {
        await using var connection = await OpenAsync(database);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string?[]>();
        while (await reader.ReadAsync())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? null : reader.GetValue(i) is byte[] bytes ? System.Text.Encoding.UTF8.GetString(bytes) : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))]);
        return rows;
    }

    public async Task<DbConnection> OpenAsync(string database)
    {
        DbConnection connection = IsMaria
            ? new MySqlConnection(new MySqlConnectionStringBuilder { Server = "127.0.0.1", Port = (uint)Port, UserID = User, Password = Password, Database = database, Pooling = false, SslMode = MySqlSslMode.Disabled }.ConnectionString)
            : new NpgsqlConnection(new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = Port, Username = User, Password = Password, Database = database, Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        var server = (await File.ReadAllTextAsync(Path.Combine(folder, "pid"))).Trim(); // its own process: the one that was started may be runuser's
        await RunAsync("kill", "-KILL", server);
        await process!.WaitForExitAsync().WaitAsync(patience);
    }

    /// <summary>Starts it, and waits until it answers.</summary>
    /// <param name="extra">Arguments of the server.</param>
    public async Task StartAgainAsync(params string[] extra)
    {
        string[] line = IsMaria
            ? [Programs("/usr/sbin", "mariadbd"), "--no-defaults", $"--datadir={Data}", $"--port={Port}", "--bind-address=127.0.0.1", $"--socket={folder}/socket", $"--pid-file={folder}/pid", $"--init-file={folder}/first.sql", "--skip-name-resolve", $"--tmpdir={folder}", "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=1", .. extra]
            : [postgres!, "-D", Data, "-p", $"{Port}", "-k", folder, "-c", "listen_addresses=127.0.0.1", "-c", $"external_pid_file={folder}/pid", .. extra];
        if (Environment.IsPrivilegedProcess)
            line = ["runuser", "-u", Account, "--", .. line];
        var since = Stopwatch.StartNew();
        while (true)
        {
            Launch(line);
            if (await AnswersAsync(since))
                return;
        }
    }

    void Launch(string[] line)
    {
        process?.Dispose();
        process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, WorkingDirectory = "/" })!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
    }

    /// <summary>Whether it answers; false when it ended: what was left of one that was killed may still have stood in its way.</summary>
    async Task<bool> AnswersAsync(Stopwatch since)
    {
        while (true)
        {
            try
            {
                await using var connection = await OpenAsync(IsMaria ? "mysql" : "postgres");
                return true;
            }
            catch (DbException) when (since.Elapsed < patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
                if (process!.HasExited)
                    return false;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
            await KillAsync();
        process?.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    string Account => IsMaria ? "mysql" : "postgres";

    async Task MakePostgresAsync()
    {
        var password = Path.Combine(folder, "password");
        await File.WriteAllTextAsync(password, Password);
        await RunAsUserAsync(Path.Combine(Path.GetDirectoryName(postgres!)!, "initdb"), "-D", Data, "-U", User, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync");
    }

    // A folder for temporary files of its own: MariaDB clears that of other servers when it starts.
    async Task MakeMariaAsync()
    {
        await RunAsUserAsync("mariadb-install-db", "--no-defaults", $"--datadir={Data}", "--skip-test-db", $"--tmpdir={folder}", "--auth-root-authentication-method=normal");
        await File.WriteAllTextAsync(Path.Combine(folder, "first.sql"), $"create user if not exists '{User}'@'127.0.0.1' identified by '{Password}';\ngrant all on *.* to '{User}'@'127.0.0.1' with grant option;\n");
    }

    Task RunAsUserAsync(string program, params string[] arguments) =>
        Environment.IsPrivilegedProcess ? RunAsync("runuser", ["-u", Account, "--", program, .. arguments]) : RunAsync(program, arguments);

    static async Task RunAsync(string program, params string[] arguments)
    {
        var result = await Command.RunAsync(program, arguments, CancellationToken.None);
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {result.Output}");
    }

    static string Programs(string root, string program) =>
        Directory.GetDirectories(root).Prepend(root).Order(StringComparer.Ordinal).Select(each => Path.Combine(each, program)).LastOrDefault(File.Exists) ?? throw new InvalidOperationException($"{program} is not installed.");

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
